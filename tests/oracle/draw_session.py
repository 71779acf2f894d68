"""Draws the session of a CDR so that it lies around the bounds of its tariffs: on them, just below, just above."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import language as words
from tests.oracle.draw_tariff import instant
from tests.oracle.language import maybe, pick

Json = dict[str, Any]
SHAPES = ("charge", "charge", "charge", "park")


@dataclass
class Drawing:
    """A session while it is drawn: where its clock and its meter stand, and the bounds to aim at."""

    rng: Random
    version: str
    zone: ZoneInfo
    now: datetime
    targets: dict[str, list[Decimal]]
    wall_times: list[str]
    kwh: Decimal = Decimal(0)
    elapsed: int = 0
    total_hours: Decimal = Decimal(0)
    periods: list[Json] = field(default_factory=list)


def draw_start(rng: Random, zone: ZoneInfo, zone_name: str) -> datetime:
    """Where a session starts: before a change of clocks, around a wall time, before midnight, or anywhere."""
    changes = words.changes(zone_name)
    if changes and maybe(rng, 0.36):
        back = pick(rng, (1, 1, 60, 60, 600, 600, 1800, 3600, 5400))
        return pick(rng, changes)[0] - timedelta(seconds=back)
    days = int(rng.random() * (words.LAST_DAY - words.FIRST_DAY).days)
    day = (words.FIRST_DAY + timedelta(days=days)).date()
    if maybe(rng, 0.45):
        at = time.fromisoformat(pick(rng, words.WALL_TIMES))
        shift = timedelta(seconds=pick(rng, (-1, 0, 0, 1, -600, 60)))
    elif maybe(rng, 0.3):
        at, shift = time(23, pick(rng, (0, 30, 45, 59))), timedelta(0)
    else:
        at, shift = time(int(rng.random() * 24), int(rng.random() * 60), int(rng.random() * 60)), timedelta(0)
    start = datetime.combine(day, at, tzinfo=zone).astimezone(UTC) + shift
    return start + timedelta(milliseconds=250) if maybe(rng, 0.01) else start


def draw_session(rng: Random, version: str, zone: ZoneInfo, start: datetime, tariffs: list[Json]) -> Json:
    """`start_date_time`, `end_date_time`, `charging_periods` and volume totals, without tariff ids."""
    drawing = Drawing(rng, version, zone, start, _targets(tariffs), _wall_times(tariffs))
    reserving = any("reservation" in (each.get("restrictions") or {}) for t in tariffs for each in t["elements"])
    if version != "2.1.1" and maybe(rng, 0.75 if reserving else 0.05):
        for _ in range(pick(rng, (1, 1, 1, 2))):
            _period(drawing, "reserve")
        if maybe(rng, 0.4):
            return _session(drawing, start)
        drawing.elapsed = 0 if maybe(rng, 0.6) else drawing.elapsed
    for _ in range(pick(rng, (1, 1, 2, 2, 3, 4, 5, 6))):
        shape = pick(rng, SHAPES) if maybe(rng, 0.88) else pick(rng, ("mixed", "v2g", "empty", "zero", "overlap"))
        _period(drawing, shape)
    return _session(drawing, start)


def _session(drawing: Drawing, start: datetime) -> Json:
    rng, periods = drawing.rng, drawing.periods
    if len(periods) > 1 and maybe(rng, 0.08):
        rng.shuffle(periods)
    begins = start
    if maybe(rng, 0.1):
        begins += timedelta(seconds=pick(rng, (-600, -60, -1, 30)))
    end = "stop_date_time" if drawing.version == "2.1.1" else "end_date_time"
    energy = sum((d["volume"] for p in periods for d in p["dimensions"] if d["type"] == "ENERGY"), Decimal(0))
    return {
        "start_date_time": instant(begins),
        end: instant(drawing.now),
        "charging_periods": periods,
        "total_energy": energy,
        "total_time": drawing.total_hours,
    }


def _period(drawing: Drawing, shape: str) -> None:
    rng = drawing.rng
    length = _length(drawing)
    dimensions: list[Json] = []
    for name in {
        "charge": ("ENERGY",) if maybe(rng, 0.15) else ("ENERGY", "TIME"),
        "park": ("PARKING_TIME",),
        "mixed": ("ENERGY", "TIME", "PARKING_TIME"),
        "v2g": ("ENERGY", "TIME") if maybe(rng, 0.7) else ("ENERGY",),
        "zero": ("ENERGY", "TIME"),
        "overlap": ("ENERGY", "TIME", "RESERVATION_TIME") if drawing.version != "2.1.1" else ("TIME", "ENERGY"),
        "reserve": ("RESERVATION_TIME",),
        "empty": (),
    }[shape]:
        if shape == "zero":
            volume = Decimal("0.0000")
        elif name == "ENERGY":
            volume = -_free_energy(rng) if shape == "v2g" else _energy(drawing)
            drawing.kwh += volume
        else:
            volume = _hours(rng, length)
        dimensions.append({"type": name, "volume": volume})
    _bounds(drawing, dimensions)
    if drawing.version == "2.1.1" and maybe(rng, 0.02):
        dimensions.append({"type": "FLAT", "volume": Decimal(1)})
    if shape == "empty" and not dimensions and maybe(rng, 0.6):
        dimensions.append({"type": "MAX_CURRENT", "volume": Decimal(0)})
    if maybe(rng, 0.01):
        dimensions.append({"type": pick(rng, words.OF_SESSIONS), "volume": Decimal(1)})
    if maybe(rng, 0.01):
        drawing.now += timedelta(milliseconds=pick(rng, (100, 500, 900)))
    drawing.periods.append({"start_date_time": instant(drawing.now), "dimensions": dimensions})
    drawing.now += timedelta(seconds=length)
    drawing.elapsed += length
    drawing.total_hours += _hours(rng, length, digits=4)


def _length(drawing: Drawing) -> int:
    """Seconds of a period: to a bound of duration, to a wall time, now and then none, else any."""
    rng, near = drawing.rng, drawing.targets["duration"]
    if near and maybe(rng, 0.45):
        length = int(pick(rng, near)) - drawing.elapsed + pick(rng, (-1, 0, 0, 1))
        if 0 < length < 12000:
            return length
    if drawing.wall_times and maybe(rng, 0.3):
        local = drawing.now.astimezone(drawing.zone)
        goal = datetime.combine(local.date(), time.fromisoformat(pick(rng, drawing.wall_times)), tzinfo=drawing.zone)
        length = int((goal.astimezone(UTC) - drawing.now).total_seconds()) % 86400 + pick(rng, (-1, 0, 0, 1))
        if 0 < length < 12000:
            return length
    return 0 if maybe(rng, 0.03) else pick(rng, words.LENGTHS)


def _energy(drawing: Drawing) -> Decimal:
    """kWh of a period: often so that the meter stands at a bound afterwards, or a hair beside it."""
    rng, near = drawing.rng, drawing.targets["kwh"]
    if near and maybe(rng, 0.5):
        volume = pick(rng, near) - drawing.kwh + Decimal(pick(rng, ("-0.0001", "0", "0", "0.0001")))
        if 0 < volume < 100:
            return volume
    return _free_energy(rng)


def _free_energy(rng: Random) -> Decimal:
    digits = pick(rng, (0, 1, 2, 3, 3, 4, 4, 4, 6, 8) if maybe(rng, 0.3) else (0, 2, 3, 4))
    return round(Decimal(rng.randint(1, 30 * 10**digits)).scaleb(-digits), 8)


def _hours(rng: Random, length: int, digits: int | None = None) -> Decimal:
    """Hours of a length: mostly with 4 decimals as OCPI writes them, also repeating decimals, also unrelated."""
    if digits is None:
        if maybe(rng, 0.05):
            return Decimal(pick(rng, ("0.0001", "0.5", "1", "1.973", "0.333333", "2.6666666667", "0.08333333")))
        digits = pick(rng, (4, 4, 4, 4, 6, 6, 10, 3))
    return (Decimal(length) / 3600).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _bounds(drawing: Drawing, dimensions: list[Json]) -> None:
    """Current and power around the bounds, or one or both of a pair missing, or swinging over a bound."""
    rng = drawing.rng
    for kind, unit in (("current", "CURRENT"), ("power", "POWER")):
        near = drawing.targets[kind]
        if (unit == "POWER" and drawing.version == "2.1.1") or not maybe(rng, 0.85 if near else 0.1):
            continue
        middle = pick(rng, near or [Decimal(16)]) + Decimal(pick(rng, ("-0.1", "0", "0", "0.1", "5", "-3")))
        spread = Decimal(pick(rng, ("0", "0", "0.1", "4")))
        values = {"MIN": middle - spread, "MAX": middle}
        for side in pick(rng, (("MIN", "MAX"), ("MIN", "MAX"), ("MAX",), ("MIN",))):
            dimensions.append({"type": f"{side}_{unit}", "volume": values[side]})


def _targets(tariffs: list[Json]) -> dict[str, list[Decimal]]:
    targets: dict[str, list[Decimal]] = {"kwh": [], "duration": [], "current": [], "power": []}
    for tariff in tariffs:
        for element in tariff["elements"]:
            for name, value in (element.get("restrictions") or {}).items():
                if name[:4] in ("min_", "max_") and value is not None:
                    targets[name[4:]].append(value)
    return targets


def _wall_times(tariffs: list[Json]) -> list[str]:
    return [
        (element.get("restrictions") or {})[name]
        for tariff in tariffs
        for element in tariff["elements"]
        for name in ("start_time", "end_time")
        if name in (element.get("restrictions") or {})
    ]
