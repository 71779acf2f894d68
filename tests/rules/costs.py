"""What cases of money write into a CDR: amounts in the words of each version, and tariffs that come to them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.rules.world import VAT_PERCENT, Charge

Amount = Callable[[Charge], Any]


def amount(net: str, tax: str | None = None) -> Amount:
    """An amount with 21 % of tax, or with that tax."""
    before = Decimal(net)
    after = round(before * VAT_PERCENT / 100, 4) if tax is None else Decimal(tax)

    def written(charge: Charge) -> Any:
        if charge.is_old:
            return before
        if charge.version == "2.2.1":
            return {"excl_vat": before, "incl_vat": before + after}
        return {"before_taxes": before, "taxes": [{"name": "VAT", "percentage": VAT_PERCENT, "amount": after}]}

    return written


def claimed(net: str, tax: str | None = None) -> dict[str, Any]:
    """A CDR that claims that much for its energy and nothing else."""
    return {"total_cost": amount(net, tax), "total_energy_cost": amount(net, tax)}


def claimed_in_parts(energy: str, **others: str) -> dict[str, Any]:
    """A CDR that claims a total of several parts: `time="296"`, `fixed="2.30"`."""
    total = Decimal(energy) + sum(Decimal(other) for other in others.values())
    named = {f"total_{part}_cost": amount(net) for part, net in {"energy": energy, **others}.items()}
    return {"total_cost": amount(str(total)), **named}


def component(kind: str, price: str, vat: str = "21") -> dict[str, Any]:
    return {"type": kind, "price": Decimal(price), "vat": Decimal(vat), "step_size": 1}


def priced(*components: dict[str, Any]) -> dict[str, Any]:
    """A tariff of those price components and no restrictions."""
    return {"elements": [{"price_components": list(components)}]}
