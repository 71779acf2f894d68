"""Signed meter values in OCMF, as a 2.2.1 or 2.3.0 CDR carries them. Nothing is signed: the signature is a made one."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.sample import jsontext
from pipeline.sample.charge import Charge

Body = dict[str, Any]
SHOWN_BEFORE_KWH = Decimal("2935.600")


def reading(mark: str, moment: datetime, shown_kwh: Decimal) -> Body:
    """One reading: `B` at the begin, `E` at the end."""
    time = f"{moment:%Y-%m-%dT%H:%M:%S},000+0000 S"
    return {"TM": time, "TX": mark, "RV": shown_kwh, "RI": "1-b:1.8.0", "RU": "kWh", "EF": "", "ST": "G"}


def payload(charge: Charge) -> Body:
    """What the meter says of a charge."""
    begin = reading("B", charge.start, SHOWN_BEFORE_KWH)
    end = reading("E", charge.charge_end, SHOWN_BEFORE_KWH + charge.energy_kwh)
    who = {"IS": True, "IT": "ISO14443" if charge.token.kind == "RFID" else "CENTRAL", "ID": charge.token.uid}
    return {"FV": "1.0", "GS": "808829900001", "PG": "T1", "MS": "BQ27400330016", **who, "RD": [begin, end]}


def signed_data(told: Body) -> Body:
    """The field of the CDR."""
    text = f"OCMF|{jsontext.dumps(told)}|{jsontext.dumps({'SD': '30' * 70})}"
    value = {"nature": "End", "plain_data": "", "signed_data": b64encode(text.encode()).decode()}
    return {"encoding_method": "OCMF", "signed_values": [value]}
