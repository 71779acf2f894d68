"""What happens at the charger: a start, charging, often parking, cut into one to six charging periods.

Operators begin a period where their tariff changes, so the cuts lie at the bounds of the tariff's restrictions; now
and then one is forgotten, as in the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.places import Place, drawn_power
from benchmarks.tariffs import restrictions_of

Json = dict[str, Any]

# A Monday. Charges of the stream are drawn in this week and shifted by whole weeks, none of which reaches a change of
# clocks (in Europe on 29 March and 25 October 2026).
FIRST_DAY = date(2026, 4, 6)
WEEKS = 27
# A charge ends at the latest this many days after the Monday.
DAYS = 10
_MOST_PERIODS = 6
_HOURS = tuple(hour for hour in range(24) for _ in range((1, 4, 6)[(hour >= 6) + (16 <= hour < 21)]))
_LARGEST_CHARGE_KWH = 85
_WH = Decimal("0.001")
_TEN_THOUSANDTH = Decimal("0.0001")


@dataclass(frozen=True)
class Charge:
    """One session as its CDR tells it; `periods` are those of the CDR."""

    start: datetime
    end: datetime
    periods: list[Json]
    energy_kwh: Decimal
    hours: Decimal
    parking_hours: Decimal


def draw_charge(rng: Random, place: Place, tariffs: list[Json]) -> Charge:
    """A charge at a place under its tariffs (the periods name them, except in 2.1.1)."""
    zone = ZoneInfo(place.operator.time_zone)
    # From Tuesday on: a Monday's first hours lie on Sunday in UTC, which no week shifts.
    day = FIRST_DAY + timedelta(days=1 + rng.randrange(7))
    clock = time(rng.choice(_HOURS), rng.randrange(60), rng.randrange(60))
    start = datetime.combine(day, clock, zone).astimezone(UTC)
    power = drawn_power(rng, place)
    charging, parking = _durations(rng, place, power)
    cuts = _cuts(rng, start.astimezone(zone), charging, charging + parking, power, tariffs)
    edges = [0, *cuts, charging + parking]
    meter = _Meter(power, charging, tariffs)
    is_timed_power = place.operator.ocpi_version != "2.1.1" and (_restricts(tariffs, "power") or rng.random() < 0.2)
    names = _tariff_names(rng, tariffs, len(edges) - 1) if place.operator.ocpi_version != "2.1.1" else []
    periods, before = [], Decimal(0)
    for at, (begins, ends) in enumerate(pairwise(edges)):
        reached = meter.kwh_at(ends)
        period: Json = {"start_date_time": instant(start + timedelta(seconds=begins))}
        period["dimensions"] = _dimensions(begins, ends, charging, reached - before)
        if is_timed_power and begins < charging:
            period["dimensions"] += _power(rng, power, Decimal(place.power_kw))
        if names:
            period["tariff_id"] = names[at]
        periods.append(period)
        before = reached
    return Charge(
        start=start,
        end=start + timedelta(seconds=charging + parking),
        periods=periods,
        energy_kwh=before,
        hours=_hours(charging + parking),
        parking_hours=_hours(parking),
    )


def instant(moment: datetime) -> str:
    """A DateTime as OCPI writes it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


class _Meter:
    """The meter at constant power; at a cut for a kWh bound it shows exactly that bound."""

    def __init__(self, power: Decimal, charging: int, tariffs: list[Json]) -> None:
        self._power, self._charging = power, charging
        self._exact = {_seconds_to(bound, power): bound for bound in _kwh_bounds(tariffs)}

    def kwh_at(self, seconds: int) -> Decimal:
        seconds = min(seconds, self._charging)
        exact = self._exact.get(seconds)
        return (self._power * seconds / 3600).quantize(_WH) if exact is None else exact


def _durations(rng: Random, place: Place, power: Decimal) -> tuple[int, int]:
    """Seconds of charging and of parking afterwards."""
    full = int(_LARGEST_CHARGE_KWH * 3600 / power)
    if place.is_dc:
        return min(full, rng.randint(600, 3600)), rng.choice((0,) * 7 + (rng.randint(120, 900),))
    return min(full, rng.randint(1800, 8 * 3600)), rng.choice((0, 0, rng.randint(300, 6 * 3600)))


def _cuts(rng: Random, local: datetime, charging: int, total: int, power: Decimal, tariffs: list[Json]) -> list[int]:
    """Seconds after the start at which a new period begins."""
    bounds = {_seconds_to(bound, power) for bound in _kwh_bounds(tariffs)}
    bounds = {bound for bound in bounds if bound < charging}
    restrictions = [each for tariff in tariffs for each in restrictions_of(tariff)]
    midnight = local.replace(hour=0, minute=0, second=0)
    for each in restrictions:
        bounds |= {each[name] for name in ("min_duration", "max_duration") if name in each}
        clocks = [each[name] for name in ("start_time", "end_time") if name in each]
        for clock in [*clocks, *(["00:00"] if "day_of_week" in each else [])]:
            of_day = int(clock[:2]) * 3600 + int(clock[3:]) * 60
            first = of_day - int((local - midnight).total_seconds())
            bounds |= {first, first + 86400}
    if len(bounds) > 1 and rng.random() < 0.1:
        bounds.discard(rng.choice(sorted(bounds)))
    # Meter readings in between: a pause, a drop of power.
    more = rng.choice((0, 1, 1, 2, 2, 3)) if not restrictions else rng.choice((0, 0, 1, 1, 2))
    bounds |= {rng.randrange(60, charging, 30) for _ in range(more)}
    if charging < total:
        bounds.add(charging)
    inside = sorted(bound for bound in bounds if 0 < bound < total)
    while len(inside) >= _MOST_PERIODS:
        inside.remove(rng.choice([bound for bound in inside if bound != charging]))
    return inside


def _kwh_bounds(tariffs: list[Json]) -> set[Decimal]:
    names = ("min_kwh", "max_kwh")
    return {each[name] for tariff in tariffs for each in restrictions_of(tariff) for name in names if name in each}


def _restricts(tariffs: list[Json], kind: str) -> bool:
    return any(f"max_{kind}" in each for tariff in tariffs for each in restrictions_of(tariff))


def _seconds_to(kwh: Decimal, power: Decimal) -> int:
    return int(kwh * 3600 / power) + 1


def _tariff_names(rng: Random, tariffs: list[Json], count: int) -> list[str]:
    """The tariff of each period; where two are at hand the second often takes over once."""
    change = rng.randrange(count + 1) if len(tariffs) > 1 else count
    return [tariffs[0 if at < change else 1]["id"] for at in range(count)]


def _dimensions(begins: int, ends: int, charging: int, energy: Decimal) -> list[Json]:
    if begins >= charging:
        return [{"type": "PARKING_TIME", "volume": _hours(ends - begins)}]
    dimensions = [
        {"type": "ENERGY", "volume": energy},
        {"type": "TIME", "volume": _hours(min(ends, charging) - begins)},
    ]
    if ends > charging:
        dimensions.append({"type": "PARKING_TIME", "volume": _hours(ends - charging)})
    return dimensions


def _power(rng: Random, power: Decimal, rated: Decimal) -> list[Json]:
    """The least and greatest power within a period; no connector gives more than it is rated for."""
    least, greatest = power * rng.randint(60, 100) / 100, min(power * rng.randint(100, 130) / 100, rated)
    return [
        {"type": "MIN_POWER", "volume": least.quantize(_WH)},
        {"type": "MAX_POWER", "volume": greatest.quantize(_WH)},
    ]


def _hours(seconds: int) -> Decimal:
    return (Decimal(seconds) / 3600).quantize(_TEN_THOUSANDTH)
