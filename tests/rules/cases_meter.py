"""R39, R40: signed meter values in OCMF, as OCPI carries them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from tests.rules.case import Case, Changes
from tests.rules.world import Charge

Entry = dict[str, Any]
TIME = {"B": "2026-11-02T11:00:00,000+0100 S", "E": "2026-11-02T12:00:00,000+0100 S"}


def reading(mark: str, value: str | None, **fields: Any) -> Entry:
    """One reading of the meter; `fields` are changed, those that are None are left out."""
    register = {"RI": "1-b:1.8.0", "RU": "kWh", "ST": "G"}
    entry = {"TM": TIME.get(mark, TIME["B"]), "TX": mark, "RV": value and float(value), **register, **fields}
    return {name: field for name, field in entry.items() if field is not None}


def ocmf(*readings: Entry, **user: Any) -> Callable[[Charge], str]:
    """The text with these readings; `user` changes who charged."""

    def made(charge: Charge) -> str:
        who = {"IS": True, "IT": "ISO14443", "ID": charge.token_uid} | user
        payload = {"FV": "1.0", "PG": "T1", "MS": "1", **who, "RD": list(readings)}
        return f"OCMF|{json.dumps(payload)}|{json.dumps({'SD': '3046'})}"

    return made


def in_base64(text: str) -> Entry:
    return {"nature": "End", "plain_data": "", "signed_data": b64encode(text.encode()).decode()}


def plainly(text: str) -> Entry:
    return {"nature": "End", "plain_data": text, "signed_data": text}


def holding(*texts: Callable[[Charge], str], written: Callable[[str], Entry] = in_base64) -> Changes:
    """The field `signed_data` with these texts."""
    return {
        "signed_data": lambda charge: {
            "encoding_method": "OCMF", "signed_values": [written(text(charge)) for text in texts]
        }
    }  # fmt: skip


def signed(begin: str = "100", end: str = "110", *, user: Entry | None = None, **changes: Any) -> Changes:
    """One text from begin to end; `changes` are made in its second reading."""
    return holding(ocmf(reading("B", begin), reading("E", end) | changes, **(user or {})))


def identified(uid: Callable[[Charge], str]) -> Changes:
    """Signed, with the card written in another way."""
    return {"signed_data": lambda charge: signed(user={"ID": uid(charge)})["signed_data"](charge)}


def reversed_uid(charge: Charge) -> str:
    """The bytes of the card from last to first, as some readers tell them."""
    return bytes.fromhex(charge.token_uid)[::-1].hex()


def german_evse_id(charge: Charge) -> str:
    return f"DE{charge.evse_id[2:]}"


def germany(cdr: Changes | None = None) -> dict[str, Any]:
    """Everything of the charge in Germany."""
    place = {"country": "DEU", "coordinates": {"latitude": "52.37", "longitude": "9.73"}, "time_zone": "Europe/Berlin"}
    return {
        "location": {**place, "evses.0.evse_id": german_evse_id},
        "cdr": {
            **{f"cdr_location.{name}": place[name] for name in ("country", "coordinates")},
            "cdr_location.evse_id": german_evse_id,
            **(cdr or {}),
        },
    }


def germany_in_old() -> dict[str, Any]:
    """The same in 2.1.1, where the CDR embeds the Location."""
    changes = germany()["location"]
    return {"location": changes, "cdr": {f"location.{name}": value for name, value in changes.items()}}


CALIBRATION, MONOTONIC = "signed_data_missing_or_invalid", "meter_register_not_monotonic"
# Of another country than the operator, and with the tax of the Netherlands.
ABROAD = ("evse_id_operator_mismatch", "tax_rate_unexpected")

IN_WH = {"RU": "Wh"}
# The record that the format's text shows: the meter, what reached the car, and that counted from zero.
THREE_REGISTERS = [
    reading(mark, value, RI=f"01-0B:{code}.08.00*FF")
    for code, begin, end in (("01", "2935.6", "2946.1"), ("B1", "2905.6", "2915.6"), ("B3", "0", "10"))
    for mark, value in (("B", begin), ("E", end))
]
NO_VALUES = {"encoding_method": "OCMF", "signed_values": []}

CASES = [
    Case(MONOTONIC, "ten kWh between begin and end", cdr=signed()),
    Case(MONOTONIC, "millions of watt-hours, and as it is",
         cdr=holding(ocmf(reading("B", "2935600", **IN_WH), reading("E", "2945600", **IN_WH)), written=plainly)),
    Case(MONOTONIC, "begin and end in two texts", cdr=holding(ocmf(reading("B", "100")), ocmf(reading("E", "110")))),
    Case(MONOTONIC, "what does not change is left out", cdr=holding(ocmf(
        reading("B", "100000", **IN_WH), reading("C", "104000", RI=None, RU=None, ST=None),
        reading("C", "108000", TX=None, RI=None, RU=None, ST=None), reading("R", "110000", RI=None, RU=None, ST=None),
    ))),
    Case(MONOTONIC, "one of three registers fits", cdr=holding(ocmf(*THREE_REGISTERS))),
    Case(MONOTONIC, "what was fed back is no energy charged", cdr=holding(ocmf(
        reading("B", "100"), reading("E", "110"),
        reading("B", "5", RI="1-b:2.8.0"), reading("E", "5.5", RI="1-b:2.8.0"),
    ))),
    Case(MONOTONIC, "a hundredth more than claimed", cdr=signed(end="110.01")),
    Case(MONOTONIC, "more than that", (MONOTONIC,), cdr=signed(end="110.011")),
    Case(MONOTONIC, "a hundredth less", cdr=signed(end="109.99")),
    Case(MONOTONIC, "less than that", (MONOTONIC,), cdr=signed(end="109.989")),
    Case(MONOTONIC, "backwards", (MONOTONIC,), cdr=signed(end="99")),
    Case(MONOTONIC, "nothing charged", energy_kwh="0", cdr=signed(end="100"),
         expect_other=(("session", "session_zero_energy"),)),
    Case(CALIBRATION, "begin missing", (CALIBRATION,), cdr=holding(ocmf(reading("E", "110"))), severity="warn"),
    Case(CALIBRATION, "end missing", (CALIBRATION,), cdr=signed(TX="C")),
    Case(CALIBRATION, "no value at the end", (CALIBRATION,),
         cdr=holding(ocmf(reading("B", "100"), reading("E", None)))),
    *(
        Case(CALIBRATION, f"ended by {mark}", cdr=holding(ocmf(reading("B", "100"), reading(mark, "110"))))
        for mark in "ELRAP"
    ),
    Case(CALIBRATION, "an error on the way", (CALIBRATION,),
         cdr=holding(ocmf(reading("B", "100"), reading("X", "105"), reading("E", "110")))),
    Case(CALIBRATION, "meter not good", (CALIBRATION,), cdr=signed(ST="M")),
    Case(CALIBRATION, "error flag", (CALIBRATION,), cdr=signed(EF="E")),
    Case(CALIBRATION, "empty error flag", cdr=signed(EF="")),
    Case(CALIBRATION, "another card", (CALIBRATION,), cdr=signed(user={"ID": "04AABBCCDD"})),
    Case(CALIBRATION, "the card in other words", cdr=identified(lambda charge: charge.token_uid.lower())),
    Case(CALIBRATION, "the card with colons", cdr=identified(lambda charge: bytes.fromhex(charge.token_uid).hex(":"))),
    Case(CALIBRATION, "the card backwards", cdr=identified(reversed_uid)),
    Case(CALIBRATION, "started from afar", cdr=signed(user={"IT": "CENTRAL", "ID": "8f5a"})),
    Case(CALIBRATION, "who charged is in doubt", (CALIBRATION,), cdr=signed(user={"IL": "MISMATCH"})),
    Case(CALIBRATION, "no OCMF in it", (CALIBRATION,), cdr={"signed_data": NO_VALUES}),
    Case(CALIBRATION, "neither Base64 nor OCMF", (CALIBRATION,), cdr=holding(lambda _: "%%", written=plainly)),
    Case(CALIBRATION, "a payload that is no JSON", (CALIBRATION,), cdr=holding(lambda _: 'OCMF|{"RD":[|{"SD":""}')),
    Case(CALIBRATION, "a payload without readings", (CALIBRATION,), cdr=holding(ocmf())),
    Case(CALIBRATION, "signed values that are no list", (CALIBRATION,),
         cdr={"signed_data": {"encoding_method": "OCMF", "signed_values": "OCMF|{}"}}),
    Case(CALIBRATION, "a pipe in the name of the tariff", cdr=signed(user={"TT": "day|night"})),
    Case(CALIBRATION, "a text instead of an object, in Germany", (CALIBRATION, *ABROAD),
         **germany({"signed_data": "yes"})),
    Case(CALIBRATION, "another encoding is not read",
         cdr={"signed_data": NO_VALUES | {"encoding_method": "EDL40 Mennekes"}}),
    Case(CALIBRATION, "missing in Germany", (CALIBRATION, *ABROAD), severity="hold", **germany()),
    Case(CALIBRATION, "signed in Germany", ABROAD, **germany(signed())),
    Case(CALIBRATION, "Germany in two letters", (CALIBRATION, "cdr_country_not_alpha3", *ABROAD),
         **germany({"cdr_location.country": "DE"})),
    Case(CALIBRATION, "another encoding in Germany", ABROAD,
         **germany({"signed_data": NO_VALUES | {"encoding_method": "Alfen Eichrecht"}})),
    Case(CALIBRATION, "at home in Germany", ABROAD, **germany({"home_charging_compensation": True})),
    Case(CALIBRATION, "nothing charged in Germany", ABROAD[:1], energy_kwh="0", **germany(),
         expect_other=(("session", "session_zero_energy"),)),
    Case(CALIBRATION, "2.1.1 cannot carry it", ABROAD[:1], version="2.1.1", **germany_in_old()),
    Case(CALIBRATION, "missing in the Netherlands"),
]  # fmt: skip
