"""The seeded generator: a case is a CDR as JSON text with what is needed to price it.

The same seed and index always draw the same case, so that one of many can be drawn again alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import language as words
from tests.oracle.draw_session import draw_session, draw_start
from tests.oracle.draw_tariff import aim_at_half_unit, draw_tariff
from tests.oracle.language import Partner, dump, load, maybe, partners, pick
from tests.oracle.policies import DEFAULTS, Policies
from tests.oracle.pricer import Priced, price
from tests.oracle.rounding import minor_unit

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A CDR to price. `time_zone` is that of its location: known, None, or a name that no zone has."""

    index: int
    ocpi_version: str
    time_zone: str | None
    partner: Partner
    text: str

    @property
    def policies(self) -> Policies:
        return self.partner.policies

    @cached_property
    def cdr(self) -> Json:
        """The CDR with its numbers as Decimal; not to be changed."""
        return load(self.text)

    def priced(self) -> Priced:
        return price(self.cdr, ocpi_version=self.ocpi_version, time_zone=self.time_zone, policies=self.policies)


def cases(count: int, seed: str = "roamledger") -> Iterator[Case]:
    """That many cases; half of them of the partner with all defaults."""
    known = partners()
    return (draw_case(index, seed, known) for index in range(count))


def draw_case(index: int, seed: str, known: list[Partner]) -> Case:
    rng = Random(f"{seed} {index}")
    version = pick(rng, ("2.1.1", "2.1.1", "2.2.1", "2.2.1", "2.2.1", "2.3.0", "2.3.0", "2.3.0"))
    zone_name = pick(rng, tuple(words.ZONES))
    zone = ZoneInfo(zone_name)
    start = draw_start(rng, zone, zone_name)
    day = start.astimezone(zone).date()
    currency = pick(rng, words.CURRENCIES)
    count = _tariff_count(rng, version)
    tariffs = [draw_tariff(rng, version, f"T{at}", currency, start, day) for at in range(count)]
    session = draw_session(rng, version, zone, start, tariffs)
    partner = _partner(rng, version, known, tariffs)
    if partner.policies.rounding_mode == "half_even" and version != "2.1.1" and maybe(rng, 0.5):
        aim_at_half_unit(rng, version, tariffs[0], minor_unit(currency))
    cdr = {"currency": currency, **_cdr(index, version, zone_name, partner, tariffs, session)}
    _name_tariffs(rng, version, cdr)
    time_zone: str | None = zone_name
    if maybe(rng, 0.14):
        time_zone = _spoil(rng, cdr, version, zone_name)
    return Case(index, version, time_zone, partner, dump(cdr))


def _partner(rng: Random, version: str, known: list[Partner], tariffs: list[Json]) -> Partner:
    """Often the one with all defaults, often one whose choices can matter for these tariffs, else any."""
    restrictions = [element.get("restrictions") or {} for tariff in tariffs for element in tariff["elements"]]
    reserving = any("reservation" in each for each in restrictions)
    if maybe(rng, 0.2 if reserving else 0.35):
        return known[0]
    matters = set()
    if version == "2.1.1":
        matters.add("step_size_211")
    if reserving:
        timed = any("min_duration" in each or "max_duration" in each for each in restrictions)
        matters.add(pick(rng, ("duration_clock",) * 2 * timed + ("reservation_step",) * 3))
    if version == "2.3.0" and maybe(rng, 0.15):
        matters.add("vat_absent_230")
    if any(each.get("start_time", "") == each.get("end_time") for each in restrictions):
        matters = {"start_equals_end"}
    able = [each for each in known if any(getattr(each.policies, name) != getattr(DEFAULTS, name) for name in matters)]
    return pick(rng, able if able and maybe(rng, 0.85) else known)


def _tariff_count(rng: Random, version: str) -> int:
    return 1 if maybe(rng, 0.95 if version == "2.1.1" else 0.8) else pick(rng, (2, 2, 3))


def _name_tariffs(rng: Random, version: str, cdr: Json) -> None:
    """Periods name their tariff: all, none, or only some; also in other letters, for ids are CiStrings."""
    if version == "2.1.1" or maybe(rng, 0.1):
        return
    names = [tariff["id"] for tariff in cdr["tariffs"]]
    some = maybe(rng, 0.06)
    current = names[0]
    for period in cdr["charging_periods"]:
        if len(names) > 1 and maybe(rng, 0.45):
            current = pick(rng, names)
        if not some or maybe(rng, 0.6):
            period["tariff_id"] = current.lower() if maybe(rng, 0.05) else current


def _cdr(index: int, version: str, zone: str, partner: Partner, tariffs: list[Json], session: Json) -> Json:
    place = {"id": "LOC1", "address": "Kade 1", "city": "Stad", "country": words.ZONES[zone]}
    place["coordinates"] = {"latitude": "52.0", "longitude": "4.0"}
    head: Json = {"id": f"ORA-{index:06d}"}
    evse = {"evse_id": "NL*ORA*E1", "connectors": []}
    if version == "2.1.1":
        location = {
            **place,
            "type": "ON_STREET",
            "time_zone": zone,
            "evses": [{"uid": "1", "status": "AVAILABLE", **evse}],
        }
        where: Json = {"auth_id": "TOKEN1", "auth_method": "WHITELIST", "location": location}
    else:
        head = {"country_code": partner.country_code, "party_id": partner.party_id, **head}
        connector = {"connector_standard": "IEC_62196_T2", "connector_format": "SOCKET"}
        at = {"evse_uid": "1", "evse_id": "NL*ORA*E1", "connector_id": "1", "connector_power_type": "AC_3_PHASE"}
        token = {"country_code": "NL", "party_id": "EMP", "uid": "T1", "type": "RFID", "contract_id": "NL-EMP-C1-1"}
        where = {"cdr_token": token, "auth_method": "WHITELIST", "cdr_location": {**place, **at, **connector}}
    total: object = Decimal(0)
    if version == "2.2.1":
        total = {"excl_vat": Decimal(0)}
    elif version == "2.3.0":
        total = {"before_taxes": Decimal(0), "taxes": []}
    end = session["stop_date_time" if version == "2.1.1" else "end_date_time"]
    return {**head, **where, "tariffs": tariffs, **session, "total_cost": total, "last_updated": end}


def _spoil(rng: Random, cdr: Json, version: str, zone: str) -> str | None:
    """One fault that stops pricing, or should; the time zone of the location afterwards."""
    faults = (*_FAULTS, _no_zone, _no_zone)
    # 2.1.1 knows no credit CDR, and its periods name no tariff.
    if version == "2.1.1":
        faults = tuple(each for each in faults if each not in (_credit, _unknown_tariff))
    fault = pick(rng, faults)
    fault(rng, cdr)
    place = cdr.get("location") or cdr["cdr_location"]
    if fault is not _no_zone:
        return zone
    unknown = pick(rng, words.UNKNOWN_ZONES)
    place["country"] = words.COUNTRY_OF_MANY_ZONES
    if "location" in cdr:
        del place["time_zone"]
        if unknown is not None:
            place["time_zone"] = unknown
    return unknown


def _element(rng: Random, cdr: Json) -> Json:
    return pick(rng, pick(rng, cdr["tariffs"])["elements"])


def _component(rng: Random, cdr: Json) -> Json:
    return pick(rng, _element(rng, cdr)["price_components"])


def _credit(rng: Random, cdr: Json) -> None:
    cdr.update(credit=True, credit_reference_id=cdr["id"], id=f"{cdr['id']}-C")


def _no_periods(rng: Random, cdr: Json) -> None:
    cdr["charging_periods"] = []


def _no_tariffs(rng: Random, cdr: Json) -> None:
    cdr["tariffs"] = []
    for period in cdr["charging_periods"]:
        period.pop("tariff_id", None)


def _unknown_tariff(rng: Random, cdr: Json) -> None:
    pick(rng, cdr["charging_periods"])["tariff_id"] = "T9"


def _other_currency(rng: Random, cdr: Json) -> None:
    pick(rng, cdr["tariffs"])["currency"] = "CHF"


def _empty_tariff(rng: Random, cdr: Json) -> None:
    pick(rng, cdr["tariffs"])["elements"] = []


def _bad_price(rng: Random, cdr: Json) -> None:
    _component(rng, cdr)["price"] = pick(rng, ("free", None, "", Decimal("1000000")))


def _other_component(rng: Random, cdr: Json) -> None:
    _component(rng, cdr)["type"] = "SESSION_TIME"


def _bad_restriction(rng: Random, cdr: Json) -> None:
    bad = pick(rng, ({"day_of_week": ["SUNDAY", "FUNDAY"]}, {"reservation": "MAYBE"}, {"start_time": "25:00"}))
    element = _element(rng, cdr)
    element["restrictions"] = {**(element.get("restrictions") or {}), **bad}


def _bad_volume(rng: Random, cdr: Json) -> None:
    dimensions = pick(rng, cdr["charging_periods"])["dimensions"]
    dimensions.append({"type": "ENERGY", "volume": pick(rng, ("much", None, Decimal("1000000")))})


def _no_zone(rng: Random, cdr: Json) -> None:
    """Done by the caller, who knows the location; here so that it is drawn like the others."""


# A fault that few CDRs can have stands twice.
_FAULTS: tuple[Callable[[Random, Json], None], ...] = (
    _credit,
    *(_no_periods, _no_tariffs, _unknown_tariff, _unknown_tariff, _other_currency, _empty_tariff, _bad_price),
    *(_other_component, _bad_restriction, _bad_restriction, _bad_volume),
)
