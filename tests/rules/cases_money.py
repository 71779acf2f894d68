"""Cases of money: totals, subtotals, ranges, limits (R50 to R54)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.rules.case import ABSENT, Case
from tests.rules.costs import amount, claimed, claimed_in_parts, component, priced

D = Decimal


def total(name: str, net: str, *expect: str, severity: str | None = None) -> Case:
    """The tariff comes to 4.00."""
    rule = expect[0] if expect else "recalc_total_mismatch"
    return Case(rule, name, expect, cdr=claimed(net), severity=severity)


def dear(name: str, time: str, *expect: str, severity: str | None = None) -> Case:
    """The tariff comes to 100.00, of which 96.00 are for an hour."""
    tariff = priced(component("ENERGY", "0.4"), component("TIME", "96"))
    rule = expect[0] if expect else "recalc_total_mismatch"
    return Case(rule, name, expect, tariff=tariff, cdr=claimed_in_parts("4", time=time), severity=severity)


RECALCULATED = [
    total("as the tariff has it", "4"),
    total("two cents more", "4.02", "rounding_gap", severity="warn"),
    total("two cents less", "3.98", "rounding_gap", severity="warn"),
    total("three cents more are no rounding", "4.03", "recalc_total_mismatch", severity="warn"),
    total("five cents more are a warning", "4.05", "recalc_total_mismatch", severity="warn"),
    total("six cents more are held", "4.06", "recalc_total_mismatch", severity="hold"),
    total("six cents less are held", "3.94", "recalc_total_mismatch", severity="hold"),
    dear("a thousandth of 100", "96.1", "rounding_gap", severity="warn"),
    dear("more than a thousandth of 100", "96.11", "recalc_total_mismatch", severity="warn"),
    dear("half a percent of 100", "96.5", "recalc_total_mismatch", severity="warn"),
    dear("more than half a percent of 100", "96.51", "recalc_total_mismatch", severity="hold"),
    Case("recalc_total_mismatch", "2.1.1 is compared too", ("recalc_total_mismatch",), version="2.1.1",
         cdr={"total_cost": D("4.5")}),
    Case("recalc_total_mismatch", "2.3.0 is compared too", ("recalc_total_mismatch",), version="2.3.0",
         cdr=claimed("4.5")),
    Case("rounding_gap", "no gap"),
]  # fmt: skip

SUMS = [
    Case("component_sum_mismatch", "no subtotals", cdr={"total_energy_cost": ABSENT}),
    Case("component_sum_mismatch", "one cent in one part", cdr={"total_energy_cost": amount("4.01")}),
    Case("component_sum_mismatch", "more than a cent in one part", ("component_sum_mismatch",),
         cdr={"total_energy_cost": amount("4.0101")}),
    Case("component_sum_mismatch", "two cents in two parts",
         cdr={"total_energy_cost": amount("3.51"), "total_fixed_cost": amount("0.51")}),
    Case("component_sum_mismatch", "more than two cents in two parts", ("component_sum_mismatch",),
         cdr={"total_energy_cost": amount("3.51"), "total_fixed_cost": amount("0.5101")}),
    Case("component_sum_mismatch", "a part of the start fee is not in the total", ("component_sum_mismatch",),
         cdr={"total_fixed_cost": amount("0.5")}),
    # A minimum price lifts the total above its parts.
    Case("component_sum_mismatch", "a minimum price", tariff={"min_price": {"excl_vat": D(5)}},
         cdr={"total_cost": amount("5")}),
]  # fmt: skip


def asks(name: str, *expect: str, time: str = "0", energy: str = "0.4", **changes: Any) -> Case:
    """A charge of 10 kWh in an hour at those prices, claimed as the tariff has it."""
    tariff = priced(component("ENERGY", energy), component("TIME", time))
    cdr = claimed_in_parts(str(D(energy) * 10), time=time)
    if changes.get("version") == "2.1.1":
        cdr = {"total_cost": cdr["total_cost"]}
    return Case("cost_out_of_range", name, expect, tariff=tariff, cdr=cdr, **changes)


KRONOR = {"currency": "SEK"}
OUT_OF_RANGE = [
    asks("300.00 for a session", time="296"),
    asks("300.01 for a session", "cost_out_of_range", time="296.01"),
    asks("2.50 a kWh", energy="2.5"),
    asks("more than 2.50 a kWh", "cost_out_of_range", energy="2.5001"),
    asks("dear by the hour, not by the kWh", time="40"),
    # Two kWh at least are reckoned with: 5.00.
    Case("cost_out_of_range", "a start fee on half a kWh", energy_kwh="0.5",
         tariff=priced(component("ENERGY", "0.4"), component("FLAT", "4.8")), cdr=claimed_in_parts("0.2", fixed="4.8")),
    Case("cost_out_of_range", "a dear start fee on half a kWh", ("cost_out_of_range",), energy_kwh="0.5",
         tariff=priced(component("ENERGY", "0.4"), component("FLAT", "4.81")),
         cdr=claimed_in_parts("0.2", fixed="4.81")),
    asks("in 2.1.1, where time is priced and no subtotals are", energy="0.4", time="40", version="2.1.1"),
    Case("cost_out_of_range", "less than nothing", ("cost_out_of_range",), tariff=priced(component("ENERGY", "-0.01")),
         cdr=claimed("-0.1")),
    # The bounds are euros; 400 kronor are no 300 euros.
    Case("cost_out_of_range", "400 in kronor", tariff=priced(component("ENERGY", "40")) | KRONOR,
         cdr=claimed("400") | KRONOR),
    Case("cost_out_of_range", "less than nothing in kronor", ("cost_out_of_range",),
         tariff=priced(component("ENERGY", "-0.01")) | KRONOR, cdr=claimed("-0.1") | KRONOR),
    asks("in 2.1.1", "cost_out_of_range", energy="3", version="2.1.1"),
]  # fmt: skip

FREE = [
    Case("price_zero_with_energy", "the free tariff", tariff=priced(component("FLAT", "0")), cdr=claimed("0")),
    Case("price_zero_with_energy", "energy at nothing", tariff=priced(component("ENERGY", "0")), cdr=claimed("0")),
    Case("price_zero_with_energy", "free though the tariff is not",
         ("price_zero_with_energy", "recalc_total_mismatch"), cdr=claimed("0"), severity="warn"),
    Case("price_zero_with_energy", "one cent", ("recalc_total_mismatch",), cdr=claimed("0.01")),
    Case("price_zero_with_energy", "free by a tariff that nobody knows", ("price_zero_with_energy", "tariff_unknown"),
         cdr=claimed("0") | {"charging_periods.0.tariff_id": "NOT-SENT"}),
    # The first ten kWh are free.
    Case("price_zero_with_energy", "free by the tariff as far as it went",
         tariff={"elements": [
             {"price_components": [component("ENERGY", "0")], "restrictions": {"max_kwh": D(11)}},
             {"price_components": [component("ENERGY", "0.4")]},
         ]}, cdr=claimed("0")),
]  # fmt: skip


def limited(name: str, bound: str, limits: tuple[str, str], cdr: tuple[str, str], *expect: str, **more: Any) -> Case:
    """A tariff that comes to 4.00 (4.84) without its limit; limits and claim before and after tax."""
    words = ("excl_vat", "incl_vat") if more.get("version", "2.2.1") == "2.2.1" else ("before_taxes", "after_taxes")
    tariff = {bound: dict(zip(words, map(D, limits), strict=True))}
    net, gross = map(D, cdr)
    return Case("min_max_price_breached", name, expect, tariff=tariff, cdr=claimed(str(net), str(gross - net)), **more)


MINIMUM, MAXIMUM = ("5", "6.05"), ("3", "3.63")
LIMITS = [
    limited("the minimum", "min_price", MINIMUM, ("5", "6.05")),
    limited("a cent below the minimum", "min_price", MINIMUM, ("4.99", "6.04"), "rounding_gap"),
    limited("more than a cent below the minimum", "min_price", MINIMUM, ("4.9899", "6.04"), "min_max_price_breached"),
    limited("the minimum was forgotten", "min_price", MINIMUM, ("4", "4.84"), "min_max_price_breached"),
    limited("more than a cent below after tax", "min_price", MINIMUM, ("5", "6.0399"), "min_max_price_breached"),
    limited("the maximum", "max_price", MAXIMUM, ("3", "3.63")),
    limited("a cent above the maximum", "max_price", MAXIMUM, ("3.01", "3.64"), "rounding_gap"),
    limited("more than a cent above the maximum", "max_price", MAXIMUM, ("3.0101", "3.64"), "min_max_price_breached"),
    limited("more than a cent above after tax", "max_price", MAXIMUM, ("3", "3.6401"), "min_max_price_breached"),
    limited("in 2.3.0", "max_price", MAXIMUM, ("4", "4.84"), "min_max_price_breached", version="2.3.0"),
    # Only one side is named, and the tax follows the amount before it.
    Case("min_max_price_breached", "a minimum before tax alone", tariff={"min_price": {"excl_vat": D(5)}},
         cdr=claimed("5", "1.05")),
]  # fmt: skip

CASES = [*RECALCULATED, *SUMS, *OUT_OF_RANGE, *FREE, *LIMITS]
