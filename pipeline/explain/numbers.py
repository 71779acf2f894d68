"""Amounts, quantities and times as the page writes them: exact, without exponent or needless zeros."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from pipeline.dashboard.figures import MINUS, MISSING

_SECONDS_IN_HOUR = 3600


def number(value: Decimal | int, least: int = 0) -> str:
    """All digits that matter, at least `least` decimals: `1,234.50`, `0.0333`."""
    exact = Decimal(value).normalize()
    exponent = exact.as_tuple().exponent
    digits = max(least, -exponent if isinstance(exponent, int) else 0)
    return (MINUS if exact < 0 else "") + f"{abs(exact):,.{digits}f}"


def amount(value: Decimal | None) -> str:
    """An exact amount of money with at least two decimals; a dash where it is not known."""
    return MISSING if value is None else number(value, 2)


def rounded(value: Decimal | None, decimals: int) -> str:
    """An amount that is rounded already, with all the decimals it was rounded to."""
    return MISSING if value is None else number(value, decimals)


def signed(value: Decimal | None) -> str:
    """A difference with its sign always shown."""
    text = amount(value)
    return f"+{text}" if value is not None and value > 0 else text


def percent(value: Decimal) -> str:
    """A rate: `21 %`."""
    return f"{number(value)}\u00a0%"


def seconds_of(hours: Decimal) -> int:
    """Whole seconds, as step_size counts them."""
    return int((hours * _SECONDS_IN_HOUR).to_integral_value(ROUND_HALF_UP))


def length(seconds: int) -> str:
    """A length of time: `1 h 5 min`, `7 min 12 s`, `0 s`."""
    hours, rest = divmod(abs(seconds), _SECONDS_IN_HOUR)
    minutes, rest = divmod(rest, 60)
    parts = [f"{count}\u00a0{unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return (MINUS if seconds < 0 else "") + (" ".join(parts) or "0\u00a0s")


def quantity(value: Decimal, unit: str) -> str:
    """A volume with its unit: `12.5 kWh`, `0.12 h`; a fee has none."""
    return "once" if unit == "session" else f"{number(round(value, 6))}\u00a0{unit}"


def told_quantity(value: Decimal, unit: str) -> str:
    """The same, and hours also as people say them: `0.12 h (7 min 12 s)`."""
    text = quantity(value, unit)
    said = length(seconds_of(value))
    return text if unit != "h" or said == text else f"{text} ({said})"


def clock(second_of_day: int) -> str:
    """A wall clock: `17:31`, with seconds only where there are some."""
    minutes, seconds = divmod(second_of_day, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def local_moment(value: datetime | None, time_zone: str | None) -> str:
    """Day and wall clock at a place: `Sat 12 Sep 2026, 17:31:00 (Europe/Amsterdam)`."""
    if value is None:
        return MISSING
    return f"{value:%a} {value.day} {value:%b %Y, %H:%M:%S}" + (f" ({time_zone})" if time_zone else "")


def utc_moment(value: datetime | None) -> str:
    """The same in UTC."""
    return MISSING if value is None else f"{value:%a} {value.day} {value:%b %Y, %H:%M:%S} UTC"
