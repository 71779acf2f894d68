"""Check digits of contract ids: ISO 15118 over 14 characters, DIN 91286 over 11.

That of ISO works over GF(2) and GF(3) with powers of two matrices; public test vectors are in the tests.
SQL has its own in `int_contract_check_digits`.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Vector = tuple[int, int]


def iso_digit(contract: str) -> str:
    """Return the check digit (ISO 15118) of a contract id of 14 characters without separators."""
    twos, threes = (0, 0), (0, 0)
    power_two, power_three = ((0, 1), (1, 1)), ((0, 1), (1, 2))
    matrix_two, matrix_three = power_two, power_three
    for character in contract:
        high, low = divmod(ALPHABET.index(character), 9)
        twos = _add(twos, _times((high >> 1, high & 1), matrix_two), 2)
        threes = _add(threes, _times((low // 3, low % 3), matrix_three), 3)
        matrix_two, matrix_three = _product(matrix_two, power_two, 2), _product(matrix_three, power_three, 3)
    threes = _add((0, 0), _times(threes, ((0, 2), (2, 1))), 3)
    return ALPHABET[(twos[0] * 2 + twos[1]) * 9 + threes[0] * 3 + threes[1]]


def din_digit(contract: str) -> str:
    """Return the check digit (DIN 91286) of a contract id of 11 characters without separators."""
    digits = "".join(str(ALPHABET.index(character)) for character in contract)
    rest = sum(int(digit) << place for place, digit in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)


def due_digit(contract: str) -> str | None:
    """The digit that a contract id without separators should end with; None for one that carries none."""
    if len(contract) == 15:
        return iso_digit(contract[:-1])
    if len(contract) == 12 and contract[-1] in "0123456789X":
        return din_digit(contract[:-1])
    return None


def _times(vector: Vector, matrix: tuple[Vector, Vector]) -> Vector:
    a, b = vector
    return a * matrix[0][0] + b * matrix[1][0], a * matrix[0][1] + b * matrix[1][1]


def _product(left: tuple[Vector, Vector], right: tuple[Vector, Vector], modulus: int) -> tuple[Vector, Vector]:
    rows = [_times(row, right) for row in left]
    return (rows[0][0] % modulus, rows[0][1] % modulus), (rows[1][0] % modulus, rows[1][1] % modulus)


def _add(left: Vector, right: Vector, modulus: int) -> Vector:
    return (left[0] + right[0]) % modulus, (left[1] + right[1]) % modulus
