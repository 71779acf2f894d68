"""R39, R40: signed meter values in OCMF, as OCPI carries them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from tests.rules.case import Case, Changes
from tests.rules.world import Charge


def signed(
    begin: str = "100",
    end: str = "110",
    *,
    is_plain: bool = False,
    unit: str = "kWh",
    uid: str | None = None,
    **changes: Any,
) -> Changes:
    """The field `signed_data` with one OCMF text; `changes` are made in its second reading."""

    def made(charge: Charge) -> dict[str, Any]:
        readings = [
            {"TM": "2026-11-02T11:00:00,000+0100 S", "TX": "B", "RV": float(begin), "RI": "1-b:1.8.0", "RU": unit, "ST": "G"},
            {"TM": "2026-11-02T12:00:00,000+0100 S", "TX": "E", "RV": float(end), "RI": "1-b:1.8.0", "RU": unit, "ST": "G"}
            | changes,
        ]  # fmt: skip
        payload = {"FV": "1.0", "MS": "1", "IS": True, "IT": "ISO14443", "ID": uid or charge.token_uid, "RD": readings}
        text = f"OCMF|{json.dumps(payload)}|{json.dumps({'SD': '3046'})}"
        value = {"nature": "End", "plain_data": text, "signed_data": text} if is_plain else {
            "nature": "End", "plain_data": "", "signed_data": b64encode(text.encode()).decode()
        }  # fmt: skip
        return {"encoding_method": "OCMF", "signed_values": [value]}

    return {"signed_data": made}


def germany(cdr: Changes | None = None) -> dict[str, Any]:
    """Everything of the charge in Germany."""
    place = {"country": "DEU", "coordinates": {"latitude": "52.37", "longitude": "9.73"}, "time_zone": "Europe/Berlin"}
    evse_id: Callable[[Charge], str] = lambda charge: f"DE*NOW*E{charge.number}"  # noqa: E731 - one name for both
    return {
        "location": {**place, "evses.0.evse_id": evse_id},
        "cdr": {
            **{f"cdr_location.{name}": place[name] for name in ("country", "coordinates")},
            "cdr_location.evse_id": evse_id,
            **(cdr or {}),
        },
    }


CALIBRATION, MONOTONIC = "signed_data_missing_or_invalid", "meter_register_not_monotonic"
ABROAD = ("evse_id_operator_mismatch",)

CASES = [
    Case(MONOTONIC, "ten kWh between begin and end", cdr=signed()),
    Case(MONOTONIC, "in watt-hours and as it is", cdr=signed("100000", "110000", unit="Wh", is_plain=True)),
    Case(MONOTONIC, "a hundredth more than claimed", cdr=signed(end="110.01")),
    Case(MONOTONIC, "more than that", (MONOTONIC,), cdr=signed(end="110.011")),
    Case(MONOTONIC, "backwards", (MONOTONIC,), cdr=signed(end="99")),
    Case(CALIBRATION, "end missing", (CALIBRATION,), cdr=signed(TX="C"), severity="warn"),
    Case(CALIBRATION, "meter not good", (CALIBRATION,), cdr=signed(ST="M")),
    Case(CALIBRATION, "error flag", (CALIBRATION,), cdr=signed(EF="E")),
    Case(CALIBRATION, "another card", (CALIBRATION,), cdr=signed(uid="04AABBCCDD")),
    Case(CALIBRATION, "no OCMF in it", (CALIBRATION,), cdr={"signed_data": {"encoding_method": "OCMF", "signed_values": []}}),
    Case(CALIBRATION, "another encoding is not read", cdr={"signed_data": {"encoding_method": "EDL", "signed_values": []}}),
    Case(CALIBRATION, "missing in Germany", (CALIBRATION, *ABROAD), severity="hold", **germany()),
    Case(CALIBRATION, "signed in Germany", ABROAD, **germany(signed())),
    Case(CALIBRATION, "missing in the Netherlands"),
]  # fmt: skip
