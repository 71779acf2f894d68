"""What the operator claims for a CDR: the oracle's price in cents, and for every fortieth CDR something else."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks.operators import Operator
from tests.oracle.pricer import Priced, price

Json = dict[str, Any]

WRONG_EACH = 40
WRONGS = ("other price", "cut to cents", "other VAT", "more time")
_CENT = Decimal("0.01")
_DIMENSIONS = {
    "total_fixed_cost": "FLAT",
    "total_energy_cost": "ENERGY",
    "total_time_cost": "TIME",
    "total_parking_cost": "PARKING_TIME",
}


@dataclass(frozen=True)
class Claim:
    """`total` in the form of the version; `subtotals` by field name, none in 2.1.1."""

    total: Any
    subtotals: Json
    is_right: bool


def claim(cdr: Json, operator: Operator, number: int) -> Claim:
    """The claim of the CDR with that number; `cdr` lacks its totals.

    Raises ValueError for a CDR the oracle gives no price, since the stream holds none.
    """
    priced = _priced(cdr, operator)
    if priced.total_excl_vat is None:
        raise ValueError(f"CDR {number} of the stream has no price: {sorted(priced.findings)}")
    right = (priced.total_excl_vat.quantize(_CENT, ROUND_HALF_UP), _cents(priced.total_incl_vat))
    excl, incl = right
    if number % WRONG_EACH == WRONG_EACH - 1:
        excl, incl = _wrong(cdr, operator, priced, WRONGS[number // WRONG_EACH % len(WRONGS)])
        if (excl, incl) == right:
            excl, incl = excl + Decimal("0.25"), None if incl is None else incl + Decimal("0.30")
    subtotals = {}
    if operator.ocpi_version != "2.1.1":
        for name, dimension in _DIMENSIONS.items():
            lines = [line for line in priced.lines if line.dimension == dimension]
            if lines:
                before = sum((line.cost_excl_vat or Decimal(0) for line in lines), Decimal(0))
                after = sum((line.cost_incl_vat or Decimal(0) for line in lines), Decimal(0))
                subtotals[name] = _amount(operator, before.quantize(_CENT, ROUND_HALF_UP), _cents(after))
    return Claim(_amount(operator, excl, incl), subtotals, is_right=(excl, incl) == right)


def _priced(cdr: Json, operator: Operator, tariffs: list[Json] | None = None) -> Priced:
    return price(cdr, ocpi_version=operator.ocpi_version, time_zone=operator.time_zone, tariffs=tariffs)


def _wrong(cdr: Json, operator: Operator, priced: Priced, kind: str) -> tuple[Decimal, Decimal | None]:
    excl, incl = priced.total_excl_vat or Decimal(0), priced.total_incl_vat
    if kind == "other price":
        tariffs = deepcopy(cdr["tariffs"])
        for element in tariffs[0]["elements"]:
            for component in element["price_components"]:
                component["price"] += Decimal("0.07")
        other = _priced(cdr, operator, tariffs)
        excl, incl = other.total_excl_vat or Decimal(0), other.total_incl_vat
    elif kind == "cut to cents":
        excl, incl = excl.quantize(_CENT, ROUND_DOWN), None if incl is None else incl.quantize(_CENT, ROUND_DOWN)
    elif kind == "other VAT":
        rate = 1 + (Decimal(operator.vat) - 2) / 100
        excl, incl = (excl * rate, None) if incl is None else (excl, excl * rate)
    else:
        excl, incl = excl + Decimal("0.75"), None if incl is None else incl + Decimal("0.90")
    return excl.quantize(_CENT, ROUND_HALF_UP), _cents(incl)


def _cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_CENT, ROUND_HALF_UP)


def _amount(operator: Operator, excl: Decimal, incl: Decimal | None) -> Any:
    """A Price as the version writes it: a number, `excl_vat` and `incl_vat`, or `before_taxes` and a list of taxes."""
    if operator.ocpi_version == "2.1.1":
        return excl
    after = excl if incl is None else incl
    if operator.ocpi_version == "2.2.1":
        return {"excl_vat": excl, "incl_vat": after}
    tax = {"name": "VAT", "account_number": None, "percentage": Decimal(operator.vat), "amount": after - excl}
    return {"before_taxes": excl, "taxes": [tax] if tax["amount"] else []}
