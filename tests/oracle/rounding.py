"""Rounding of totals to the currency's minor unit: the exact totals stay beside and are not touched by it.

The OCPI text leaves rounding to law and contract (mod_tariffs, Tariff object), so mode and level are policies.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cache

from pipeline.settings import DBT_PROJECT_DIR
from tests.oracle.exact import CONTEXT, ZERO
from tests.oracle.policies import Policies

# `down` is toward zero and `up` away from it, so that a credit rounds as its original.
_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}


def rounded(
    total: Decimal | None, costs: Sequence[Decimal | None], minor_unit: int, policies: Policies
) -> Decimal | None:
    """A total in money: by `component`, the sum of the lines (limit lines too), each rounded first."""
    if total is None:
        return None
    if policies.rounding_level == "session":
        return _to_unit(total, minor_unit, policies)
    return sum((_to_unit(cost, minor_unit, policies) for cost in costs if cost is not None), ZERO)


def minor_unit(currency: str) -> int:
    """How many decimals the currency has; 2 where it is not known."""
    return _minor_units().get(currency.upper(), 2)


def _to_unit(value: Decimal, decimals: int, policies: Policies) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=_MODES[policies.rounding_mode], context=CONTEXT)


@cache
def _minor_units() -> dict[str, int]:
    with (DBT_PROJECT_DIR / "seeds" / "currencies.csv").open(newline="") as file:
        return {row["currency"]: int(row["minor_unit"]) for row in csv.DictReader(file)}
