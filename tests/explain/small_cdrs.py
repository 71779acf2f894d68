"""Small CDRs of one session: Monday 12 October 2026 from 17:31 in Amsterdam."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
START = datetime(2026, 10, 12, 15, 31, tzinfo=UTC)


def component(kind: str = "ENERGY", price: float = 0.5, step_size: int = 1, **more: object) -> Json:
    return {"type": kind, "price": price, "step_size": step_size, **more}


def element(*components: Json, **restrictions: object) -> Json:
    made: Json = {"price_components": list(components) or [component()]}
    return {**made, "restrictions": restrictions} if restrictions else made


def period(minute: int = 0, **volumes: float) -> Json:
    return {
        "start_date_time": _text(START + timedelta(minutes=minute)),
        "dimensions": [{"type": kind, "volume": volume} for kind, volume in volumes.items()],
    }


def tariff(*elements: Json, **more: object) -> Json:
    return {
        "id": "T1",
        "country_code": "NL",
        "party_id": "CPI",
        "currency": "EUR",
        "elements": list(elements),
        "last_updated": "2026-01-01T00:00:00Z",
        **more,
    }


def cdr(cdr_id: str, tariffs: list[Json], periods: list[Json], **more: object) -> Json:
    """A 2.2.1 CDR of 99 minutes whose token must never be seen on a page."""
    return {
        "country_code": "NL",
        "party_id": "CPI",
        "id": cdr_id,
        "start_date_time": _text(START),
        "end_date_time": _text(START + timedelta(minutes=99)),
        "session_id": "S1",
        "cdr_token": {
            "uid": "SECRETUID",
            "type": "RFID",
            "contract_id": "NL-RLG-CSECRET-1",
            "country_code": "NL",
            "party_id": "RLG",
        },
        "auth_method": "WHITELIST",
        "cdr_location": {"id": "L1", "country": "NLD", "evse_uid": "E1", "evse_id": "NL*CPI*E1", "connector_id": "1"},
        "currency": "EUR",
        "tariffs": tariffs,
        "charging_periods": periods,
        "total_cost": {"excl_vat": 1.5},
        "total_energy": 3.5,
        "total_time": 1.65,
        "last_updated": "2026-10-12T18:00:00Z",
        **more,
    }


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
