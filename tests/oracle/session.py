"""The session of a CDR: its periods in order of their start, with volumes and bounds.

OCPI mod_cdrs, CDR object, ChargingPeriod, CdrDimensionType; OCPI 2.1.1 mod_cdrs (stop_date_time).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.exact import LIMIT, ZERO, Unreadable, read_number
from tests.oracle.fields import overlaps
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
    oddities: frozenset[str] = frozenset()


def read_session(cdr: dict[str, Any], version: str) -> Session:
    """Raises `Unreadable` when a time of the CDR or of a period is missing or is no time."""
    start = read_instant(cdr.get("start_date_time"))
    end = read_instant(cdr.get("end_date_time") or cdr.get("stop_date_time"))
    sent = [(read_instant(each.get("start_date_time")), each) for each in cdr.get("charging_periods") or []]
    raw = sorted(sent, key=lambda pair: pair[0])
    problems: set[str] = set()
    oddities = {"periods_unordered"} if raw != sent else set()
    # A session that ends before it starts has no inside.
    if any(begins < start or (begins > end >= start) for begins, _ in raw):
        oddities.add("period_outside_session")
    if not raw:
        problems.add("periods_missing")
    periods = []
    for index, (begins, each) in enumerate(raw):
        volumes, bounds = _dimensions(each, version, problems, oddities)
        if not any(dimension.get("type") for dimension in each.get("dimensions") or []):
            problems.add("period_without_dimensions")
        ends = raw[index + 1][0] if index + 1 < len(raw) else end
        length = Decimal((ends - begins) / timedelta(microseconds=1)).scaleb(-6)
        if overlaps(length, volumes.get("TIME", ZERO), volumes.get("PARKING_TIME", ZERO)):
            oddities.add("charging_and_parking_overlap")
        named = None if version == "2.1.1" else each.get("tariff_id")
        periods.append(Period(index, begins, ends, volumes, bounds, None if named is None else str(named)))
    reserved = any(period.is_reserved for period in periods)
    charged = any(name in period.volumes for period in periods for name in CHARGED)
    expired = reserved and not charged
    return Session(start, end, tuple(periods), expired, frozenset(problems), frozenset(oddities))


def _dimensions(
    raw: dict[str, Any], version: str, problems: set[str], oddities: set[str]
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Volumes to be priced and bounds; other dimensions (session only, 2.1.1 FLAT) price nothing.

    A dimension sent twice in one period counts with its sum; of a bound the outermost counts.
    """
    volumes: dict[str, Decimal] = {}
    bounds: dict[str, Decimal] = {}
    for each in raw.get("dimensions") or []:
        name = each.get("type")
        if name not in VOLUMES and name not in BOUNDS:
            # Only 2.1.1 knows a dimension FLAT; it says nothing that a price depends on (2.1.1 mod_cdrs 4.3).
            if (name, version) != ("FLAT", "2.1.1"):
                oddities.add("dimension_not_billable")
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
            outermost = min if name.startswith("MIN_") else max
            bounds[name] = outermost(bounds.get(name, volume), volume)
    if any(abs(volume) >= LIMIT for volume in volumes.values()):
        problems.add("volume_unreadable")
    return {name: volume for name, volume in volumes.items() if volume}, bounds
