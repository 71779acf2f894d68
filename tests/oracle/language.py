"""The words the generator draws from: zones and their changes of clocks, bounds, prices, rates, steps, partners."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.policies import DEFAULTS, DRAWN, Policies, values_of

VERSIONS = ("2.1.1", "2.2.1", "2.3.0")

# Zone to country (alpha-3). Half-hour changes, changes at midnight, no changes, both hemispheres.
ZONES: Mapping[str, str] = {
    "Europe/Amsterdam": "NLD",
    "Europe/London": "GBR",
    "America/New_York": "USA",
    "America/St_Johns": "CAN",
    "America/Havana": "CUB",
    "Australia/Lord_Howe": "AUS",
    "Pacific/Chatham": "NZL",
    "Asia/Kolkata": "IND",
    "UTC": "ISL",
}
# A country with several civil times, so that no zone follows from it.
COUNTRY_OF_MANY_ZONES = "USA"
# Currencies of two, no and three decimals.
CURRENCIES = (*("EUR",) * 8, "JPY", "KWD")
# Dimensions that sessions carry and CDRs do not.
OF_SESSIONS = ("CURRENT", "ENERGY_IMPORT", "POWER", "STATE_OF_CHARGE")
UNKNOWN_ZONES = (None, "Europe/Atlantis")
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
LAST_DAY = datetime(2026, 10, 30, tzinfo=UTC)

WALL_TIMES = (
    *("00:00", "00:30", "01:00", "02:00", "02:30", "03:00", "06:00", "07:30", "09:00"),
    *("12:00", "17:00", "18:00", "20:00", "22:00", "23:30", "23:59"),
)
KWH = ("0", "1", "5", "10", "10.5", "20", "0.3333", "33.3333")
SECONDS = (0, 60, 600, 900, 1800, 3600, 3601, 5400, 7200)
AMPERES = ("6", "10", "16", "32", "48.5")
KILOWATTS = ("3.7", "11", "16", "22", "50")
PRICES = (
    *("0", "0.25", "0.30", "0.3333", "0.0001", "0.49", "0.612345", "0.999999"),
    *("1.2", "2", "2.40", "3", "5", "5.99", "12.345678", "100"),
)
DISCOUNTS = ("-0.1", "-0.5", "-2")
RATES = ("0", "5.5", "7.7", "10", "10.0", "19", "20", "20.0", "21", "13.3333")
STEPS = (0, 1, 1, 1, 1, 7, 25, 60, 60, 100, 300, 300, 500, 600, 900, 1000, 1800, 3600)
LIMITS = ("0", "0.5", "1", "2.55", "3.3333", "5", "10", "25.5")
LENGTHS = (
    1,
    59,
    60,
    61,
    100,
    300,
    600,
    720,
    840,
    900,
    1199,
    1200,
    1260,
    1800,
    2718,
    3599,
    3600,
    4000,
    5400,
    7103,
    9000,
)


def dump(value: Any) -> str:
    """JSON text that keeps every digit of a Decimal."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{dump(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(dump(each) for each in value) + "]"
    return json.dumps(value)


def load(text: str) -> Any:
    """JSON with every number as Decimal."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def pick(rng: Random, words: Sequence[Any]) -> Any:
    """One of the words; `Random.choice` with less ceremony, and fast."""
    return words[int(rng.random() * len(words))]


def maybe(rng: Random, probability: float) -> bool:
    return rng.random() < probability


@dataclass(frozen=True, slots=True)
class Partner:
    """A CPO with policies of its own; a case names it by `country_code` and `party_id`."""

    country_code: str
    party_id: str
    policies: Policies


def partners(count: int = 32) -> list[Partner]:
    """The first partner has all defaults; each other departs from one to three of them, all values in turn."""
    others = [(policy, value) for policy in DRAWN for value in values_of(policy)[1:]]
    found = [Partner("NL", "P00", DEFAULTS)]
    for number in range(1, count):
        rng = Random(f"partner {number}")
        chosen: dict[str, Any] = dict(rng.sample(others, pick(rng, (0, 1, 2))))
        chosen.update([others[number % len(others)]])
        found.append(Partner("NL", f"P{number:02d}", replace(DEFAULTS, **chosen)))
    return found


@cache
def changes(zone: str) -> tuple[tuple[datetime, str], ...]:
    """The changes of clocks in a zone: the instant, and `spring` (an hour is missing) or `autumn` (one is twice)."""
    info, found = ZoneInfo(zone), []
    day = FIRST_DAY
    while day < LAST_DAY:
        low, high = day, day + timedelta(days=1)
        before, after = low.astimezone(info).utcoffset(), high.astimezone(info).utcoffset()
        if before is not None and after is not None and before != after:
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if middle.astimezone(info).utcoffset() == before else (low, middle)
            found.append((high, "spring" if after > before else "autumn"))
        day += timedelta(days=1)
    return tuple(found)
