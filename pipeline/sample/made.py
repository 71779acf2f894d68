"""Tariffs made for the sample, because no static tariff of the feed has tiers by kWh, limits or tax included.

Their ids begin with `MADE-` and each body says so in the member `_made`. They are written in the shape of the feed
(OCPI 2.2.1); the dialect of the partner is put on like on any other tariff.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

D = Decimal
MADE_PREFIX = "MADE-"
LAST_UPDATED = "2026-08-20T09:00:00Z"


def component(kind: str, price: str, step_size: int = 1, vat: int | None = 21) -> dict[str, Any]:
    """One price component in the feed's shape."""
    return {"type": kind, "price": D(price), "vat": vat, "step_size": step_size}


def element(*components: dict[str, Any], **restrictions: Any) -> dict[str, Any]:
    """One tariff element; keyword arguments are its restrictions."""
    return {"price_components": list(components), "restrictions": restrictions or None}


def tariff(party: str, name: str, elements: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """One tariff of the feed's shape, marked as made."""
    return {
        "id": f"{MADE_PREFIX}{party}-{name}",
        "country_code": "NL",
        "party_id": party,
        "currency": "EUR",
        "type": None,
        "elements": elements,
        "last_updated": LAST_UPDATED,
        "_made": "made for the sample, not in the feed",
        **more,
    }


def limit(before: str, after: str) -> dict[str, Any]:
    """A price limit in the 2.2.1 shape."""
    return {"excl_vat": D(before), "incl_vat": D(after)}


WEEKEND = ["SATURDAY", "SUNDAY"]
MADE_TARIFFS: tuple[dict[str, Any], ...] = (
    tariff(
        "EFL",
        "TIERS",
        [
            element(component("ENERGY", "0.39"), max_kwh=20),
            element(component("ENERGY", "0.49"), min_kwh=20),
            element(component("FLAT", "0.35")),
        ],
    ),
    tariff(
        "EFL",
        "LIMITS",
        [element(component("ENERGY", "0.45"))],
        min_price=limit("2.50", "3.025"),
        max_price=limit("9.00", "10.89"),
    ),
    tariff(
        "EFL",
        "WEEK",
        [
            element(component("ENERGY", "0.35"), day_of_week=WEEKEND),
            element(component("ENERGY", "0.45"), start_time="23:00", end_time="07:00"),
            element(component("ENERGY", "0.55")),
            element(component("PARKING_TIME", "0.00", 900), max_duration=14400),
            element(component("PARKING_TIME", "1.20", 900), min_duration=14400),
        ],
    ),
    tariff(
        "SGM",
        "BLOCKS",
        [
            element(component("PARKING_TIME", "0.60", 60), start_time="07:00", end_time="23:00"),
            element(
                component("FLAT", "0.165"),
                component("ENERGY", "0.537"),
                component("PARKING_TIME", "0.00", 60),
                component("TIME", "0.00", 60),
            ),
        ],
    ),
    tariff(
        "SGM",
        "TAXIN",
        [element(component("ENERGY", "0.605"), component("FLAT", "0.50"), component("TIME", "1.21", 300))],
        tax_included="YES",
    ),
    tariff(
        "SGM",
        "LIMITS",
        [element(component("ENERGY", "0.50"), component("PARKING_TIME", "0.90"))],
        min_price=limit("3.00", "3.63"),
        max_price=limit("12.00", "14.52"),
    ),
)
