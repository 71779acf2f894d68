"""Signed meter values, as CDRs from Germany carry them: one text in OCMF with begin and end of the session."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from decimal import Decimal
from typing import Any

from benchmarks.charges import Charge

Json = dict[str, Any]

COUNTRIES = {"DEU"}
_SHOWN_BEFORE_KWH = Decimal("2935.600")
# As long as a signature with the curve that the format takes by default; nobody checks it.
_SIGNATURE = "30" * 70


def signed_data(charge: Charge) -> Json:
    """The field of the CDR; the card is not named, since templates are used for many drivers."""
    readings = [
        _reading("B", charge.start, _SHOWN_BEFORE_KWH),
        _reading("E", charge.end, _SHOWN_BEFORE_KWH + charge.energy_kwh),
    ]
    payload = {
        "FV": "1.0", "GI": "Gateway", "GS": "808829900001", "GV": "1.4p3", "PG": "T12345", "MV": "Meters",
        "MM": "EM-3-DIN", "MS": "BQ27400330016", "MF": "1.0", "IS": True, "IT": "CENTRAL", "ID": "",
        "RD": readings,
    }  # fmt: skip
    text = f"OCMF|{json.dumps(payload)}|{json.dumps({'SA': 'ECDSA-secp256r1-SHA256', 'SD': _SIGNATURE})}"
    value = {"nature": "End", "plain_data": "", "signed_data": b64encode(text.encode()).decode()}
    return {"encoding_method": "OCMF", "encoding_method_version": 1, "signed_values": [value]}


def _reading(mark: str, moment: datetime, shown_kwh: Decimal) -> Json:
    time = f"{moment:%Y-%m-%dT%H:%M:%S},000+0000 S"
    return {"TM": time, "TX": mark, "RV": float(shown_kwh), "RI": "1-b:1.8.0", "RU": "kWh", "EF": "", "ST": "G"}
