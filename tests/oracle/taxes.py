"""Tax of a line: from its cost at the component's price to the cost before and after tax.

OCPI 2.1.1 mod_tariffs 4.2 (prices without VAT, no rate), 2.2.1 mod_tariffs PriceComponent (vat), 2.3.0 mod_tariffs
TaxIncluded. A cost of a zero price has no tax, whatever the rate.
"""

from __future__ import annotations

from decimal import Decimal

from tests.oracle.exact import HUNDRED, amount, quotient
from tests.oracle.policies import Policies
from tests.oracle.tariff import Component, Tariff

Amounts = tuple[Decimal | None, Decimal | None]


def before_and_after(cost: Decimal, component: Component, tariff: Tariff, version: str, policies: Policies) -> Amounts:
    """Cost before tax and after tax, with 12 decimals; None where the tariff does not say."""
    cost = amount(cost)
    if version == "2.1.1":
        return cost, None
    if tariff.tax_included == "N/A" or component.price == 0:
        return cost, cost
    vat = component.vat
    if vat is None:
        absent = policies.vat_absent_230 if version == "2.3.0" else policies.vat_absent_221
        if absent == "no_vat":
            return cost, cost
        return (None, cost) if tariff.tax_included == "YES" else (cost, None)
    if tariff.tax_included == "YES":
        return quotient(cost * HUNDRED, HUNDRED + vat), cost
    return cost, amount(cost * (HUNDRED + vat) / HUNDRED)


def rate(component: Component, tariff: Tariff, version: str) -> Decimal | None:
    """The VAT percentage that applies; None where there is none or it is not known."""
    return None if version == "2.1.1" or tariff.tax_included == "N/A" else component.vat
