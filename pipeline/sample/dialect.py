"""Put locations and tariffs of the feed into the dialect of a partner: OCPI 2.1.1, 2.2.1 or 2.3.0.

What the feed lacks is filled and named in the member `_filled`; what a version does not know is left out.
"""

from __future__ import annotations

from typing import Any

from pipeline.sample.frame import Partner

TIME_ZONE = "Europe/Amsterdam"
TARIFF_211 = ("id", "currency", "tariff_alt_text", "tariff_alt_url", "elements", "energy_mix", "last_updated")
RESTRICTIONS_211 = (
    "start_time",
    "end_time",
    "start_date",
    "end_date",
    "min_kwh",
    "max_kwh",
    "min_power",
    "max_power",
    "min_duration",
    "max_duration",
    "day_of_week",
)
MARKS = ("_filled", "_made", "_changed")


def location(partner: Partner, body: dict[str, Any]) -> dict[str, Any]:
    """Return a Location as the partner sends it."""
    if partner.version == "2.1.1":
        return _location_211(body)
    filled = ["country_code", "party_id", "publish", "time_zone"]
    head = {"country_code": partner.country_code, "party_id": partner.party_id}
    return {**head, **body, "publish": True, "time_zone": TIME_ZONE, "_filled": filled}


def _location_211(body: dict[str, Any]) -> dict[str, Any]:
    evses = [{**_told(evse), "connectors": [_connector_211(c) for c in evse["connectors"]]} for evse in body["evses"]]
    told = {key: value for key, value in _told(body).items() if key not in ("parking_type", "evses")}
    head = {"id": body["id"], "type": "UNKNOWN"}
    return {**head, **told, "time_zone": TIME_ZONE, "evses": evses, "_filled": ["type", "time_zone"]}


def _connector_211(connector: dict[str, Any]) -> dict[str, Any]:
    told = {
        "id": connector["id"],
        "standard": connector["standard"],
        "format": connector["format"],
        "power_type": connector["power_type"],
        "voltage": connector["max_voltage"],
        "amperage": connector["max_amperage"],
        "tariff_id": (connector["tariff_ids"] or [None])[0],
        "last_updated": connector["last_updated"],
    }
    return {**_told(told), **{mark: connector[mark] for mark in MARKS if mark in connector}}


def tariff(partner: Partner, body: dict[str, Any]) -> dict[str, Any]:
    """Return a Tariff as the partner sends it."""
    if partner.version == "2.1.1":
        return _tariff_211(body)
    if partner.version == "2.2.1":
        return body
    given = {**body, "tax_included": body.get("tax_included", "NO")}
    for name in ("min_price", "max_price"):
        if body.get(name):
            given[name] = {"before_taxes": body[name]["excl_vat"], "after_taxes": body[name]["incl_vat"]}
    return {**given, "_filled": ["tax_included"]} if "tax_included" not in body else given


def _tariff_211(body: dict[str, Any]) -> dict[str, Any]:
    elements = []
    for element in body["elements"]:
        components = [
            {"type": c["type"], "price": c["price"], "step_size": c["step_size"]} for c in element["price_components"]
        ]
        told = _told({k: v for k, v in (element["restrictions"] or {}).items() if k in RESTRICTIONS_211})
        elements.append({"price_components": components, **({"restrictions": told} if told else {})})
    kept = {name: body[name] for name in TARIFF_211 if name in body and name != "elements"}
    marks = {mark: body[mark] for mark in MARKS if mark in body}
    return {**_told(kept), "elements": elements, **marks}


def _told(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out members without a value."""
    return {key: value for key, value in body.items() if value is not None and value != []}
