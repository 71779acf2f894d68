"""Templates of CDRs with their sessions: JSON text with slots for what differs each time a template is used.

Slots hold ids, the token, the EVSE and the days; a template is priced once and written often.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from random import Random
from typing import Any

from benchmarks.charges import DAYS, FIRST_DAY, WEEKS, Charge, draw_charge, instant
from benchmarks.claims import Claim, claim
from benchmarks.defects import spoil
from benchmarks.meters import COUNTRIES, signed_data
from benchmarks.operators import Operator
from benchmarks.places import Place, connector_fields, location
from benchmarks.schedule import Schedule
from tests.oracle.language import dump

Json = dict[str, Any]

# The values of an instance, in this order, then one day of DAYS each.
FIELDS = ("@cdr@", "@session@", "@uid@", "@contract@", "@evse_uid@", "@evse_id@", "@authorization@")
_DAY_TEXTS = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(DAYS)]
_SLOT = re.compile("|".join([*FIELDS, *(f"{day}(?=T)" for day in _DAY_TEXTS)]))
_PLACES = {text: at for at, text in enumerate([*FIELDS, *_DAY_TEXTS])}

# The days of each week that charges are shifted to.
WEEK_DAYS = [
    tuple((FIRST_DAY + timedelta(weeks=week, days=day)).isoformat() for day in range(DAYS)) for week in range(WEEKS)
]


@dataclass(frozen=True)
class Text:
    """JSON text: `form % pick(values)` is one instance."""

    form: str
    pick: Callable[[tuple[str, ...]], tuple[Any, ...]]

    @classmethod
    def of(cls, document: Json) -> Text:
        """The text of a document whose slots are written as FIELDS and days of the first week."""
        text = dump(document)
        places = [_PLACES[found] for found in _SLOT.findall(text)]
        return cls(_SLOT.sub("%s", text.replace("%", "%%")), itemgetter(*places))


@dataclass(frozen=True)
class Template:
    """One charge; `document` is the CDR with Decimal numbers and slots, as the oracle priced it."""

    operator: Operator
    cdr: Text
    session: Text
    evse: tuple[str, str]
    is_app: bool
    document: Json
    is_right: bool


def draw_template(seed: str, number: int, places: list[Place], tariffs: list[Json], schedule: Schedule) -> Template:
    """The template with that number, at one of the places of an operator that has these tariffs.

    It takes its EVSE in the schedule, so templates are drawn in order.
    """
    rng = Random(f"{seed} template {number}")
    place = rng.choice(places)
    operator = place.operator
    embedded = [tariffs[at] for at in place.tariffs]
    charge = draw_charge(rng, place, embedded)
    is_app = rng.random() < 0.2
    build = _cdr_21 if operator.ocpi_version == "2.1.1" else _cdr_22
    head, tail = build(place, charge, embedded, is_app=is_app)
    cdr = {**head, "currency": operator.currency, "tariffs": embedded, "charging_periods": charge.periods}
    claimed = claim(cdr, operator, number)
    document = {
        **cdr,
        "total_cost": claimed.total,
        **{name: value for name, value in claimed.subtotals.items() if name == "total_fixed_cost"},
        "total_energy": charge.energy_kwh,
        **{name: value for name, value in claimed.subtotals.items() if name == "total_energy_cost"},
        "total_time": charge.hours,
        **{name: value for name, value in claimed.subtotals.items() if name == "total_time_cost"},
        "total_parking_time": charge.parking_hours,
        **{name: value for name, value in claimed.subtotals.items() if name == "total_parking_cost"},
        **tail,
        "last_updated": instant(charge.end + timedelta(minutes=2)),
    }
    spoil(document, number)
    session = _session(place, charge, claimed, is_app=is_app)
    evse = schedule.take(place, charge.start, charge.end)
    return Template(operator, Text.of(document), Text.of(session), evse, is_app, document, claimed.is_right)


def _cdr_22(place: Place, charge: Charge, tariffs: list[Json], *, is_app: bool) -> tuple[Json, Json]:
    operator, connector = place.operator, connector_fields(place)
    head = {
        "country_code": operator.country_code,
        "party_id": operator.party_id,
        "id": "@cdr@",
        "start_date_time": instant(charge.start),
        "end_date_time": instant(charge.end),
        "session_id": "@session@",
        "cdr_token": _token(is_app=is_app),
        **_authorization(is_app=is_app),
        "cdr_location": {
            "id": place.location_id,
            **place.address_fields,
            "evse_uid": "@evse_uid@",
            "evse_id": "@evse_id@",
            "connector_id": "1",
            "connector_standard": connector["standard"],
            "connector_format": connector["format"],
            "connector_power_type": connector["power_type"],
        },
        "meter_id": f"{operator.party_id}-METER-@evse_uid@",
    }
    signed = {"signed_data": signed_data(charge)} if operator.country in COUNTRIES else {}
    invoice = f"{operator.party_id}-{charge.start:%Y}-@authorization@"
    return head, {**signed, "invoice_reference_id": invoice, "credit": False}


def _cdr_21(place: Place, charge: Charge, tariffs: list[Json], *, is_app: bool) -> tuple[Json, Json]:
    ids = [tariff["id"] for tariff in tariffs]
    head = {
        "id": "@cdr@",
        "start_date_time": instant(charge.start),
        "stop_date_time": instant(charge.end),
        "auth_id": "@contract@",
        "auth_method": "AUTH_REQUEST" if is_app else "WHITELIST",
        "location": location(place, ids, (("@evse_uid@", "@evse_id@"),)),
        "meter_id": f"{place.operator.party_id}-METER-@evse_uid@",
    }
    return head, {"remark": "Charged at the public charge point named above; see the tariff for the prices."}


def _session(place: Place, charge: Charge, claimed: Claim, *, is_app: bool) -> Json:
    operator = place.operator
    ends: Json = {"currency": operator.currency, "total_cost": claimed.total, "status": "COMPLETED"}
    ends["last_updated"] = instant(charge.end + timedelta(minutes=1))
    if operator.ocpi_version == "2.1.1":
        return {
            "id": "@session@",
            "start_datetime": instant(charge.start),
            "end_datetime": instant(charge.end),
            "kwh": charge.energy_kwh,
            "auth_id": "@contract@",
            "auth_method": "AUTH_REQUEST" if is_app else "WHITELIST",
            "location": {
                "id": place.location_id,
                "type": "ON_STREET",
                **place.address_fields,
                "evses": [{"uid": "@evse_uid@", "evse_id": "@evse_id@", "connectors": [{"id": "1"}]}],
            },
            **ends,
        }
    return {
        "country_code": operator.country_code,
        "party_id": operator.party_id,
        "id": "@session@",
        "start_date_time": instant(charge.start),
        "end_date_time": instant(charge.end),
        "kwh": charge.energy_kwh,
        "cdr_token": _token(is_app=is_app),
        **_authorization(is_app=is_app),
        "location_id": place.location_id,
        "evse_uid": "@evse_uid@",
        "connector_id": "1",
        **ends,
    }


def _token(*, is_app: bool) -> Json:
    kind = "APP_USER" if is_app else "RFID"
    return {"country_code": "NL", "party_id": "RLG", "uid": "@uid@", "type": kind, "contract_id": "@contract@"}


def _authorization(*, is_app: bool) -> Json:
    return (
        {"auth_method": "COMMAND", "authorization_reference": "@authorization@"}
        if is_app
        else {"auth_method": "WHITELIST"}
    )
