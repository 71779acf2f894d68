"""Draw arrival, energy, charging and idle time from the profiles fitted to real sessions (`fitted.json`)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from pipeline.sample.frame import FIRST_DAY, LAST_DAY, ZONE

POWER_SHARE = 0.97
"""Mean power of a session is at most this share of what the connector gives."""
LONGEST_STAY_H = 46.0


@dataclass(frozen=True)
class Profile:
    """A fitted kind of load; see `fit.py` for the meaning and the sources."""

    name: str
    week_hour_weights: tuple[int, ...]
    energy_kwh: tuple[float, ...]
    charge_h: tuple[float, ...]
    idle_share: float
    idle_h: tuple[float, ...]
    rank_correlation: float


@dataclass(frozen=True)
class Draw:
    """One drawn session: energy in kWh, charging and idle time in seconds."""

    energy_kwh: float
    charge_s: int
    idle_s: int


def load_profiles() -> dict[str, Profile]:
    """Read the fitted profiles by name."""
    fitted = json.loads(Path(__file__).with_name("fitted.json").read_text())
    return {
        name: Profile(
            name,
            tuple(one["week_hour_weights"]),
            tuple(one["energy_kwh"]),
            tuple(one["charge_h"]),
            one["idle_share"],
            tuple(one["idle_h"]),
            one["energy_charge_rank_correlation"],
        )
        for name, one in fitted.items()
    }


def at_quantile(quantiles: tuple[float, ...], share: float) -> float:
    """Interpolate a quantile function given at equal steps from 0 to 100 %."""
    place = share * (len(quantiles) - 1)
    low = min(int(place), len(quantiles) - 2)
    return quantiles[low] + (place - low) * (quantiles[low + 1] - quantiles[low])


def draw_session(rng: Random, profile: Profile, power_kw: float) -> Draw:
    """Draw energy and times; charging time grows with energy (Gaussian copula) and respects the connector's power."""
    correlation = 2 * math.sin(math.pi * profile.rank_correlation / 6)
    first, second = rng.gauss(0, 1), rng.gauss(0, 1)
    second = correlation * first + math.sqrt(1 - correlation**2) * second
    energy = max(0.25, at_quantile(profile.energy_kwh, _normal_share(first)))
    charge_h = max(at_quantile(profile.charge_h, _normal_share(second)), energy / (POWER_SHARE * power_kw), 0.05)
    charge_h = min(charge_h, 24.0)
    idle_h = at_quantile(profile.idle_h, rng.random()) if rng.random() < profile.idle_share else 0.0
    idle_h = min(idle_h, LONGEST_STAY_H - charge_h)
    return Draw(energy, round(charge_h * 3600), round(idle_h * 3600) if idle_h * 3600 >= 60 else 0)


def draw_arrival(rng: Random, profile: Profile) -> datetime:
    """Draw a plug-in moment within the sample's two months: local weekday and hour by weight, as aware UTC."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    by_weekday = [sum(profile.week_hour_weights[d * 24 : d * 24 + 24]) for d in range(7)]
    heaviest = max(by_weekday)
    while True:
        day = FIRST_DAY + timedelta(days=rng.randrange(days))
        if rng.random() * heaviest < by_weekday[day.weekday()]:
            break
    hours = list(accumulate(profile.week_hour_weights[day.weekday() * 24 : day.weekday() * 24 + 24]))
    hour = rng.choices(range(24), cum_weights=hours)[0]
    return local_to_utc(day, time(hour, rng.randrange(60), rng.randrange(60), fold=rng.randrange(2)))


def local_to_utc(day: date, clock: time) -> datetime:
    """Turn local wall clock of the sample's zone into aware UTC."""
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def _normal_share(value: float) -> float:
    return (1 + math.erf(value / math.sqrt(2))) / 2
