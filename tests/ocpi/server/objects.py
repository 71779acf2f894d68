"""Small valid objects of every module and version, told apart by a number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.landing import objects as landing_objects

Json = dict[str, Any]
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
_PREFIX = {"locations": "L", "tariffs": "T", "sessions": "S", "cdrs": "C", "tokens": "U"}


def stamp(number: int) -> str:
    """A `last_updated` a minute later for each number."""
    return f"{FIRST + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"


def item_id(module: str, number: int) -> str:
    return f"{_PREFIX[module]}{number:06d}"


def make(module: str, number: int, version: str = "2.2.1", **changes: object) -> Json:
    """Object `number` of a module as a CPO NL*CPI sends it (a token: as the eMSP NL*RLG does).

    In 2.1.1 an object does not name its party.
    """
    name = item_id(module, number)
    item: Json
    if module == "tokens":
        item = landing_objects.token(name, auth_id=f"NL-RLG-C{number:08d}-X")
    elif module == "locations":
        item = landing_objects.location(name, evse_id=f"NL*CPI*E{number}")
    elif module == "tariffs":
        item = landing_objects.tariff(name)
    elif module == "sessions":
        item = landing_objects.session_211(name, total_cost=number / 4)
        if version != "2.1.1":
            item = {
                "country_code": "NL", "party_id": "CPI", "id": name, "start_date_time": "2026-10-01T08:00:00Z",
                "kwh": 3.5, "cdr_token": {"uid": "U1", "type": "RFID", "contract_id": "NL-RLG-C00000001-X"},
                "auth_method": "WHITELIST", "location_id": "L1", "evse_uid": "E1", "connector_id": "1",
                "currency": "EUR", "total_cost": {"excl_vat": number / 4}, "status": "COMPLETED",
            }  # fmt: skip
    elif version == "2.1.1":
        item = landing_objects.cdr_211(name, total_cost=number / 4)
    else:
        item = landing_objects.cdr(name, total_cost={"excl_vat": number / 4})
    item |= {"last_updated": stamp(number)} | changes
    if version == "2.1.1":
        item.pop("country_code", None)
        item.pop("party_id", None)
    return item
