"""Tariff restrictions: reading them, and whether they hold at the start of a period.

OCPI 2.2.1 and 2.3.0 mod_tariffs, TariffRestrictions class; OCPI 2.1.1 mod_tariffs 4.5.
All restrictions of an element must hold together; an element without any always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tests.oracle.exact import Unreadable, read_number
from tests.oracle.policies import Policies

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
RESERVATIONS = ("RESERVATION", "RESERVATION_EXPIRES")
NUMBERS = (
    *("min_kwh", "max_kwh", "min_current", "max_current"),
    *("min_power", "max_power", "min_duration", "max_duration"),
)
# What needs the local wall clock, hence a time zone.
LOCAL = ("start_time", "end_time", "start_date", "end_date", "day_of_week")
MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Moment:
    """The state at the start of a period: wall clock, seconds on the clock, kWh before, and the period's bounds."""

    local: datetime | None
    elapsed: Decimal
    kwh: Decimal
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The restrictions of one element; `values` holds those present except `reservation`."""

    values: Mapping[str, Any]
    reservation: str | None = None

    @property
    def needs_zone(self) -> bool:
        return any(kind in self.values for kind in LOCAL)


def read_restrictions(raw: object) -> Restrictions:
    """Raises `Unreadable` where a value is not of its kind; null and empty lists restrict nothing."""
    if raw is None or raw == []:
        return Restrictions({})
    if not isinstance(raw, dict):
        raise Unreadable(repr(raw))
    values: dict[str, Any] = {}
    for kind in ("start_time", "end_time"):
        if raw.get(kind) is not None:
            values[kind] = _time(raw[kind])
    for kind in ("start_date", "end_date"):
        if raw.get(kind) is not None:
            values[kind] = _date(raw[kind])
    for kind in NUMBERS:
        number = read_number(raw.get(kind))
        if number is not None:
            values[kind] = number
    days = raw.get("day_of_week")
    if days:
        values["day_of_week"] = frozenset(_day(day) for day in days)
    reservation = raw.get("reservation")
    if reservation is not None and reservation not in RESERVATIONS:
        raise Unreadable(repr(reservation))
    return Restrictions(values, reservation)


def hold(restrictions: Restrictions, moment: Moment, policies: Policies) -> bool:
    """Whether all restrictions hold; `reservation` decides elsewhere which elements are asked at all."""
    return all(holds(kind, restrictions, moment, policies) for kind in restrictions.values)


def holds(kind: str, restrictions: Restrictions, moment: Moment, policies: Policies) -> bool:
    """Whether one restriction holds; `start_time` and `end_time` are one window and answer together."""
    if kind in ("start_time", "end_time"):
        return _in_window(restrictions.values, _local(moment), policies)
    return _CHECKS[kind](restrictions.values[kind], moment)


def _in_window(values: Mapping[str, Any], local: datetime, policies: Policies) -> bool:
    """start <= t < end; an end before the start wraps over midnight; an end of 00:00 is the end of the day."""
    start: time = values.get("start_time", MIDNIGHT)
    end: time = values.get("end_time", MIDNIGHT)
    now = local.time()
    if end == MIDNIGHT:
        return now >= start
    if start == end:
        return policies.start_equals_end == "whole_day"
    if end < start:
        return now >= start or now < end
    return start <= now < end


def _at_least(*dimensions: str) -> Callable[[Decimal, Moment], bool]:
    def check(bound: Decimal, moment: Moment) -> bool:
        value = _first(moment, dimensions)
        return value is None or value >= bound

    return check


def _below(*dimensions: str) -> Callable[[Decimal, Moment], bool]:
    def check(bound: Decimal, moment: Moment) -> bool:
        value = _first(moment, dimensions)
        return value is None or value < bound

    return check


def _first(moment: Moment, dimensions: tuple[str, ...]) -> Decimal | None:
    """The first of the dimensions that the period has: the other of the pair stands in for one missing."""
    return next((value for name in dimensions if (value := getattr(moment, name)) is not None), None)


def _local(moment: Moment) -> datetime:
    if moment.local is None:
        raise Unreadable("a local time is needed and no time zone is known")
    return moment.local


# A period without any current (or power) passes these bounds: nothing says that it is outside.
_CHECKS: dict[str, Callable[[Any, Moment], bool]] = {
    "start_date": lambda bound, moment: _local(moment).date() >= bound,
    "end_date": lambda bound, moment: _local(moment).date() < bound,
    "day_of_week": lambda days, moment: _local(moment).weekday() in days,
    "min_kwh": _at_least("kwh"),
    "max_kwh": _below("kwh"),
    "min_duration": _at_least("elapsed"),
    "max_duration": _below("elapsed"),
    "min_current": _at_least("min_current", "max_current"),
    "max_current": _below("max_current", "min_current"),
    "min_power": _at_least("min_power", "max_power"),
    "max_power": _below("max_power", "min_power"),
}


def _time(value: object) -> time:
    """HH:MM, or HH:MM:SS as some send it."""
    if not isinstance(value, str) or len(value) not in (5, 8) or value[2] != ":":
        raise Unreadable(repr(value))
    try:
        return time.fromisoformat(value)
    except ValueError as error:
        raise Unreadable(repr(value)) from error


def _date(value: object) -> date:
    if not isinstance(value, str) or len(value) != 10:
        raise Unreadable(repr(value))
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Unreadable(repr(value)) from error


def _day(value: object) -> int:
    if value not in WEEKDAYS:
        raise Unreadable(repr(value))
    return WEEKDAYS.index(value)
