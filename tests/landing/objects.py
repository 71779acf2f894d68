"""Small OCPI objects for tests, one of each module and version that matters."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def token(uid: str = "U1", **changes: object) -> Json:
    return {
        "country_code": "NL", "party_id": "RLG", "uid": uid, "type": "RFID", "contract_id": "NL-RLG-C00000001-X",
        "issuer": "Us", "valid": True, "whitelist": "ALWAYS", "last_updated": "2026-10-01T00:00:00Z",
    } | changes  # fmt: skip


def location(id: object = "L1", evse_id: str = "NL*CPI*E1", **changes: object) -> Json:  # noqa: A002 - OCPI's name
    return {
        "country_code": "NL", "party_id": "CPI", "id": id, "publish": True, "address": "Dam 1", "city": "Amsterdam",
        "coordinates": {"latitude": "52.37", "longitude": "4.89"},
        "evses": [{"uid": "E1", "evse_id": evse_id, "connectors": [{"id": "1", "max_voltage": 230}]}],
        "last_updated": "2026-10-01T00:00:00Z",
    } | changes  # fmt: skip


def tariff(id: str = "T1", **changes: object) -> Json:  # noqa: A002 - OCPI's name
    return {
        "country_code": "NL", "party_id": "CPI", "id": id, "currency": "EUR",
        "elements": [{"price_components": [{"type": "ENERGY", "price": 0.35, "step_size": 1}]}],
        "last_updated": "2026-10-01T00:00:00Z",
    } | changes  # fmt: skip


def session(id: str = "S1", **changes: object) -> Json:  # noqa: A002 - OCPI's name
    return {
        "country_code": "NL", "party_id": "CPI", "id": id, "start_date_time": "2026-10-01T08:00:00Z", "kwh": 3.5,
        "cdr_token": {"uid": "U1", "type": "RFID", "contract_id": "NL-RLG-C00000001-X"}, "auth_method": "WHITELIST",
        "location_id": "L1", "evse_uid": "E1", "connector_id": "1", "currency": "EUR", "status": "COMPLETED",
        "last_updated": "2026-10-01T10:00:00Z",
    } | changes  # fmt: skip


def session_211(id: str = "S1", **changes: object) -> Json:  # noqa: A002 - OCPI's name
    return {
        "id": id, "start_datetime": "2026-10-01T08:00:00Z", "kwh": 3.5, "auth_id": "NL-RLG-C00000001-X",
        "location": {"id": "L1", "evses": [{"uid": "E1", "evse_id": "NL*CPI*E1"}]}, "status": "COMPLETED",
    } | changes  # fmt: skip


def cdr_211(id: str = "C1", **changes: object) -> Json:  # noqa: A002 - OCPI's name
    return {
        "id": id, "start_date_time": "2026-10-01T08:00:00Z", "stop_date_time": "2026-10-01T09:00:00Z",
        "auth_id": "NL-RLG-C00000001-X", "location": {"id": "L1", "evses": [{"uid": "E1", "evse_id": "NL*CPI*E1"}]},
        "charging_periods": [], "total_cost": 1.5, "total_energy": 3.5,
    } | changes  # fmt: skip


def cdr(id: str = "C1", **changes: object) -> Json:  # noqa: A002 - OCPI's name
    return {
        "country_code": "NL", "party_id": "CPI", "id": id, "start_date_time": "2026-10-01T08:00:00Z",
        "end_date_time": "2026-10-01T09:00:00Z", "cdr_token": {"uid": "U1"}, "cdr_location": {"evse_id": "NL*CPI*E1"},
        "charging_periods": [], "total_cost": {"excl_vat": 1.5}, "total_energy": 3.5,
    } | changes  # fmt: skip
