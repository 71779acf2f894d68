"""Cases of tax: amounts that contradict each other or the tariff, rates of no country (R55, R56)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.rules.case import Case
from tests.rules.costs import amount, claimed, component, priced

D = Decimal


def total_tax(name: str, tax: str, *expect: str, version: str = "2.2.1") -> Case:
    """4.00 with that tax in total and in the one part."""
    return Case(expect[0] if expect else "tax_arithmetic", name, expect, version=version, cdr=claimed("4", tax))


def taxes(*named: tuple[str, str], of: str = "4") -> dict[str, Any]:
    """An amount with several taxes: percentage and amount of each."""
    entries = [{"name": "VAT", "percentage": D(percent), "amount": D(amount)} for percent, amount in named]
    return {"before_taxes": D(of), "taxes": entries}


# One part and the total: two cents.
ARITHMETIC = [
    total_tax("two cents less than nothing", "-0.02", "vat_mismatch"),
    total_tax("more than two cents less than nothing", "-0.0201", "tax_arithmetic"),
    Case("tax_arithmetic", "one part after tax lies below", ("tax_arithmetic",),
         cdr={"total_energy_cost": amount("4", "-0.5")}),
    Case("tax_arithmetic", "tax on nothing", ("tax_arithmetic",), cdr={"total_fixed_cost": amount("0", "0.0301")}),
    Case("tax_arithmetic", "a cent for each amount on nothing", cdr={"total_fixed_cost": amount("0", "0.03")}),
    Case("tax_arithmetic", "the tax of the part is two cents more", cdr={"total_energy_cost": amount("4", "0.86")}),
    Case("tax_arithmetic", "the tax of the part is more than two cents more", ("tax_arithmetic",),
         cdr={"total_energy_cost": amount("4", "0.8601")}),
    Case("tax_arithmetic", "parts that do not add up are not asked for their tax", ("component_sum_mismatch",),
         cdr={"total_energy_cost": amount("3", "0.93")}),
    Case("tax_arithmetic", "no tax named",
         cdr={"total_cost": {"excl_vat": D(4)}, "total_energy_cost": {"excl_vat": D(4)}}),
    total_tax("2.3.0, two cents more than the percentage", "0.86", version="2.3.0"),
    total_tax("2.3.0, more than two cents more than the percentage", "0.8601", "tax_arithmetic", version="2.3.0"),
    total_tax("2.3.0, more than two cents less than the percentage", "0.8199", "tax_arithmetic", version="2.3.0"),
    # What does not fit its own percentage is not held against the tariff as well.
    total_tax("2.3.0, half of the tax", "0.42", "tax_arithmetic", version="2.3.0"),
    Case("tax_arithmetic", "2.3.0, two rates on two parts of the amount", version="2.3.0",
         tariff=priced(component("ENERGY", "0.2", "9"), component("TIME", "2", "21")),
         cdr={"total_cost": taxes(("9", "0.18"), ("21", "0.42")),
              "total_energy_cost": taxes(("9", "0.18"), of="2"),
              "total_time_cost": amount("2")}),
    Case("tax_arithmetic", "2.3.0, two taxes on the whole amount", ("vat_mismatch",), version="2.3.0",
         cdr=dict.fromkeys(("total_cost", "total_energy_cost"), taxes(("5", "0.2"), ("10", "0.4")))),
    Case("tax_arithmetic", "2.3.0, one of two taxes above its percentage", ("tax_arithmetic",), version="2.3.0",
         cdr=dict.fromkeys(("total_cost", "total_energy_cost"), taxes(("5", "0.2"), ("10", "0.4201")))),
    total_tax("two cents off the tariff", "0.86"),
    total_tax("more than two cents off the tariff", "0.8601", "vat_mismatch"),
    total_tax("more than two cents below the tariff", "0.8199", "vat_mismatch"),
    Case("vat_mismatch", "as the tariff has it"),
]  # fmt: skip


def rated(name: str, percent: str, *expect: str, version: str = "2.2.1") -> Case:
    """Tariff and CDR agree on a rate in the Netherlands."""
    cdr = claimed("4", str(D(4) * D(percent) / 100))
    if version == "2.3.0":
        cdr = {part: lambda charge, made=made: _at(made(charge), percent) for part, made in cdr.items()}
    return Case("tax_rate_unexpected", name, expect, tariff=priced(component("ENERGY", "0.4", percent)), cdr=cdr,
                version=version)  # fmt: skip


def _at(price: Any, percent: str) -> Any:
    price["taxes"][0]["percentage"] = D(percent)
    return price


RATES = [
    rated("the standard rate", "21"),
    rated("the reduced rate", "9"),
    rated("no tax at all", "0"),
    rated("a rate of elsewhere", "17", "tax_rate_unexpected"),
    rated("the reduced rate of before 2019", "6", "tax_rate_unexpected"),
    rated("a rate of elsewhere in 2.3.0", "17", "tax_rate_unexpected", version="2.3.0"),
    # 0.86 is 21.5 % of 4.00, but no more than two cents from 21.
    rated("two cents off a rate", "21.5"),
    rated("more than two cents off a rate", "21.51", "tax_rate_unexpected"),
    Case("tax_rate_unexpected", "two rates in one total",
         tariff=priced(component("ENERGY", "0.4", "9"), component("TIME", "4", "21")),
         cdr={"total_cost": amount("8", "1.2"), "total_energy_cost": amount("4", "0.36"),
              "total_time_cost": amount("4")}),
    Case("tax_rate_unexpected", "two rates of which one is of elsewhere", ("tax_rate_unexpected",),
         tariff=priced(component("ENERGY", "0.4", "17"), component("TIME", "4", "21")),
         cdr={"total_cost": amount("8", "1.52"), "total_energy_cost": amount("4", "0.68"),
              "total_time_cost": amount("4")}),
]  # fmt: skip

CASES = [*ARITHMETIC, *RATES]
