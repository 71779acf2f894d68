"""Exact numbers: how JSON numbers are read, and the one way a quotient is rounded.

Inputs have 6 decimals, amounts 12; halves go away from zero (`ROUND_HALF_UP` in `decimal` means that).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal, InvalidOperation

CONTEXT = Context(prec=76, rounding=ROUND_HALF_UP)
ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
SECONDS_AN_HOUR = Decimal(3600)
WH_A_KWH = Decimal(1000)

_INPUT = Decimal("0.000001")
_AMOUNT = Decimal("0.000000000001")
LIMIT = Decimal(10) ** 6


class Unreadable(ValueError):
    """A value that should be a number (or a time, or a known word) and is not."""


def read_number(value: object) -> Decimal | None:
    """A JSON number, or a string holding one, with 6 decimals; None stays None.

    Raises `Unreadable` for anything else and for numbers of a million or more (types.asciidoc, number).
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Unreadable(repr(value))
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Unreadable(repr(value)) from error
    if not number.is_finite() or abs(number) >= LIMIT:
        raise Unreadable(repr(value))
    return number.quantize(_INPUT, context=CONTEXT)


def amount(value: Decimal) -> Decimal:
    """The value with 12 decimals."""
    return value.quantize(_AMOUNT, context=CONTEXT)


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Numerator / denominator, rounded once to 12 decimals.

    The division itself is cut to 76 digits, far below the digit that decides the rounding.
    """
    return amount(CONTEXT.divide(numerator, denominator))


def ceiling(value: Decimal) -> Decimal:
    """The smallest whole number that is not below the value."""
    return value.to_integral_value(rounding=ROUND_CEILING)


def whole(value: Decimal) -> Decimal:
    """The nearest whole number, halves away from zero."""
    return value.to_integral_value(rounding=ROUND_HALF_UP)
