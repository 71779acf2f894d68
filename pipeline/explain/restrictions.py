"""Restrictions of tariff elements in words: what the tariff demands and what the period was like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pipeline.explain.numbers import clock, length, number
from pipeline.explain.records import Candidate, Component, Reached

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
# Names as in the macro `restriction_holds`, in its order.
NAMES = (
    "start_date",
    "end_date",
    "day_of_week",
    "time_of_day",
    "min_kwh",
    "max_kwh",
    "min_duration",
    "max_duration",
    "min_current",
    "max_current",
    "min_power",
    "max_power",
    "reservation",
)


def demanded(name: str, c: Component, start_equals_end: str) -> str | None:
    """What the restriction of that name demands; None where the element has none."""
    texts: dict[str, Callable[[], str | None]] = {
        "start_date": lambda: _text("from {} on", _day(c.start_date)),
        "end_date": lambda: _text("before {}", _day(c.end_date)),
        "day_of_week": lambda: _text("on {}", _weekdays(c.days_of_week)),
        "time_of_day": lambda: _time_of_day(c, start_equals_end),
        "min_kwh": lambda: _bound("once {}\u00a0kWh are reached", c.min_kwh),
        "max_kwh": lambda: _bound("until {}\u00a0kWh are reached", c.max_kwh),
        "min_duration": lambda: _text("once the session has lasted {}", _length(c.min_duration_s)),
        "max_duration": lambda: _text("until the session has lasted {}", _length(c.max_duration_s)),
        "min_current": lambda: _bound("from {}\u00a0A", c.min_current_a),
        "max_current": lambda: _bound("below {}\u00a0A", c.max_current_a),
        "min_power": lambda: _bound("from {}\u00a0kW", c.min_power_kw),
        "max_power": lambda: _bound("below {}\u00a0kW", c.max_power_kw),
        "reservation": lambda: {
            "RESERVATION": "for a reservation",
            "RESERVATION_EXPIRES": "for a reservation that expired",
        }.get(c.reservation or ""),
    }
    return texts[name]()


def observed(name: str, reached: Reached) -> str:
    """What the period was like as far as the restriction of that name looks at it."""
    r = reached
    texts: dict[str, Callable[[], str | None]] = {
        "start_date": lambda: _text("it was {} local", _day(r.local_date)),
        "end_date": lambda: _text("it was {} local", _day(r.local_date)),
        "day_of_week": lambda: _text("it was a {}", r.weekday.capitalize() if r.weekday else None),
        "time_of_day": lambda: _text("it was {} local", None if r.local_time_s is None else clock(r.local_time_s)),
        "min_kwh": lambda: f"{number(r.kwh)}\u00a0kWh had been charged",
        "max_kwh": lambda: f"{number(r.kwh)}\u00a0kWh had been charged",
        "min_duration": lambda: f"it had lasted {length(r.seconds)}",
        "max_duration": lambda: f"it had lasted {length(r.seconds)}",
        "min_current": lambda: _bound("the period's lowest current was {}\u00a0A", r.min_current_a),
        "max_current": lambda: _bound("the period's highest current was {}\u00a0A", r.max_current_a),
        "min_power": lambda: _bound("the period's lowest power was {}\u00a0kW", r.min_power_kw),
        "max_power": lambda: _bound("the period's highest power was {}\u00a0kW", r.max_power_kw),
        "reservation": lambda: "the reservation expired" if r.is_expired_reservation else "the driver did charge",
    }
    absent = "the period does not say" if name.endswith(("current", "power")) else "the local time is not known"
    return texts[name]() or absent


def in_words(component: Component, start_equals_end: str) -> str:
    """All restrictions of the component's element, as one phrase; `always` where there are none."""
    if component.has_unreadable_restriction:
        return "under a restriction that cannot be read"
    texts = [text for name in NAMES if (text := demanded(name, component, start_equals_end))]
    return ", ".join(texts) or "always"


def why_not(candidate: Candidate, line_dimension: str, reached: Reached, start_equals_end: str) -> str:
    """Why the component does not price the volume."""
    c = candidate.component
    element = f"Element\u00a0{c.element_index + 1}"
    if c.has_unreadable_restriction:
        return f"{element} cannot be used: one of its restrictions cannot be read."
    if c.is_unusable:
        about = f"is for reservations, and those have no {c.component_type}"
        if c.line_dimension or not c.reservation:
            about = "has a price that cannot be read"
        return f"{element} cannot be used: it {about}."
    if candidate.is_for_other_time:
        is_reserved = line_dimension.startswith("RESERVATION")
        about = "is not for reservations, and this is one" if is_reserved else "is for reservations, and this is none"
        return f"{element} does not apply: it {about}."
    reasons = [
        f"only {demanded(name, c, start_equals_end) or name}, and {observed(name, reached)}"
        for name in candidate.failed
    ]
    return f"{element} does not apply: {'; '.join(reasons)}."


def why(candidate: Candidate, reached: Reached, start_equals_end: str) -> str:
    """Why the component prices the volume."""
    c = candidate.component
    reasons = [
        # That a reservation is one needs no proof.
        text if name == "reservation" and c.reservation == "RESERVATION" else f"{text} ({observed(name, reached)})"
        for name in NAMES
        if (text := demanded(name, c, start_equals_end))
    ]
    return f"Element\u00a0{c.element_index + 1} applies: {', '.join(reasons) or 'it has no restriction'}."


def _text(form: str, value: str | None) -> str | None:
    return form.format(value) if value else None


def _bound(form: str, value: Decimal | None) -> str | None:
    return None if value is None else form.format(number(value))


def _length(seconds: int | None) -> str | None:
    return None if seconds is None else length(seconds)


def _day(value: date | None) -> str | None:
    return f"{value.day} {value:%b %Y}" if value else None


def _time_of_day(c: Component, start_equals_end: str) -> str | None:
    if c.start_time_s is None and c.end_time_s is None:
        return None
    if c.start_time_s is None:
        return f"until {_end(c.end_time_s or 0)}"
    if c.end_time_s is None:
        return f"from {clock(c.start_time_s)} to midnight"
    text = f"from {clock(c.start_time_s)} to {_end(c.end_time_s)}"
    if c.start_time_s == c.end_time_s and c.end_time_s:
        meaning = "the whole day" if start_equals_end == "whole_day" else "never"
        return f"{text} (taken as {meaning}: policy start_equals_end)"
    return f"{text} the next day" if 0 < c.end_time_s < c.start_time_s else text


def _end(second_of_day: int) -> str:
    return "midnight" if second_of_day == 0 else clock(second_of_day)


def _weekdays(text: str | None) -> str | None:
    """`Monday to Friday`; nothing where every day is named, for that restricts nothing."""
    named = set(text.split(",")) if text else set()
    days = [name for name in WEEKDAYS if name in named]
    if not days or len(days) == len(WEEKDAYS):
        return None
    first, last = WEEKDAYS.index(days[0]), WEEKDAYS.index(days[-1])
    if len(days) > 2 and last - first + 1 == len(days):
        return f"{days[0].capitalize()} to {days[-1].capitalize()}"
    words = [day.capitalize() for day in days]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
