"""The session of a CDR: its periods in order of their start, with volumes and bounds.

OCPI mod_cdrs, CDR object, ChargingPeriod, CdrDimensionType; OCPI 2.1.1 mod_cdrs (stop_date_time).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.oracle.exact import ZERO, Unreadable, read_number
from tests.oracle.tariff import read_instant

CHARGED = ("ENERGY", "TIME", "PARKING_TIME")
# In the order in which they happen within a period: reserved time comes before charging.
VOLUMES = ("RESERVATION_TIME", *CHARGED)
BOUNDS = ("MIN_CURRENT", "MAX_CURRENT", "MIN_POWER", "MAX_POWER")


@dataclass(frozen=True, slots=True)
class Period:
    """One charging period. `volumes` holds those that are not zero; `end` is the next start or the session's end."""

    index: int
    start: datetime
    end: datetime
    volumes: dict[str, Decimal]
    bounds: dict[str, Decimal]
    tariff_id: str | None

    @property
    def is_reserved(self) -> bool:
        return "RESERVATION_TIME" in self.volumes

    @property
    def is_reservation_only(self) -> bool:
        return self.is_reserved and len(self.volumes) == 1


@dataclass(frozen=True, slots=True)
class Session:
    """A CDR's session; `expired` says that a reservation was made and nothing else ever happened."""

    start: datetime
    end: datetime
    periods: tuple[Period, ...]
    expired: bool
    problems: frozenset[str]


def read_session(cdr: dict[str, Any]) -> Session:
    """Raises `Unreadable` when a time of the CDR or of a period is missing or is no time."""
    start = read_instant(cdr.get("start_date_time"))
    end = read_instant(cdr.get("end_date_time") or cdr.get("stop_date_time"))
    raw = [(read_instant(each.get("start_date_time")), each) for each in cdr.get("charging_periods") or []]
    raw.sort(key=lambda pair: pair[0])
    problems: set[str] = set()
    if not raw:
        problems.add("periods_missing")
    periods = []
    for index, (begins, each) in enumerate(raw):
        volumes, bounds = _dimensions(each, problems)
        ends = raw[index + 1][0] if index + 1 < len(raw) else end
        named = each.get("tariff_id")
        periods.append(Period(index, begins, ends, volumes, bounds, None if named is None else str(named)))
    reserved = any(period.is_reserved for period in periods)
    charged = any(name in period.volumes for period in periods for name in CHARGED)
    return Session(start, end, tuple(periods), reserved and not charged, frozenset(problems))


def _dimensions(raw: dict[str, Any], problems: set[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Volumes to be priced and bounds; other dimensions (session only, 2.1.1 FLAT) price nothing.

    A dimension sent twice in one period counts with its sum; of a bound the first counts.
    """
    volumes: dict[str, Decimal] = {}
    bounds: dict[str, Decimal] = {}
    for each in raw.get("dimensions") or []:
        name = each.get("type")
        if name not in VOLUMES and name not in BOUNDS:
            continue
        try:
            volume = read_number(each.get("volume"))
        except Unreadable:
            volume = None
        if volume is None:
            problems.add("volume_unreadable")
        elif name in VOLUMES:
            volumes[name] = volumes.get(name, ZERO) + volume
        else:
            bounds.setdefault(name, volume)
    return {name: volume for name, volume in volumes.items() if volume}, bounds
