"""What step_size did, in words: which volumes were summed, what they were rounded up to, and where it was billed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pipeline.explain.numbers import length, number, seconds_of
from pipeline.explain.records import Explanation, Line

_TIMES = ("TIME", "PARKING_TIME", "RESERVATION_TIME")
_STEPPED = ("ENERGY", *_TIMES)


def step_notes(explanation: Explanation) -> dict[int, str]:
    """One sentence for the line at which a group of volumes was stepped, by line number."""
    notes = {}
    for lines in _groups(explanation):
        # Of charging and reserved time in one period, charging comes last.
        last = max(lines, key=lambda line: (line.period_index, line.dimension == "TIME"))
        step = _step_size(explanation, last)
        if step is not None and (text := _sentence(lines, last, step)):
            notes[last.line_number] = text
    for line in _unstepped(explanation):
        notes[line.line_number] = (
            "not rounded up, because paid parking belongs to the session and step_size then rounds that alone."
        )
    return notes


def _groups(explanation: Explanation) -> Iterable[list[Line]]:
    has_parking = any(line.dimension == "PARKING_TIME" for line in explanation.lines)
    is_by_component = (
        explanation.cdr.ocpi_version.startswith("2.1") and explanation.policy("step_size_211") == "component"
    )
    groups: dict[object, list[Line]] = {}
    for line in explanation.lines:
        group: object = line.dimension
        if line.dimension not in _STEPPED:
            continue
        if is_by_component:
            group = (line.dimension, line.tariff_hash, line.element_index)
        elif line.dimension == "TIME" and has_parking:
            continue
        elif line.dimension == "RESERVATION_TIME" and explanation.policy("reservation_step") == "with_time":
            if has_parking:
                continue
            group = "TIME"
        groups.setdefault(group, []).append(line)
    return groups.values()


def _unstepped(explanation: Explanation) -> list[Line]:
    """The last line of charging time where paid parking keeps it from being stepped."""
    stepped = {line.line_number for lines in _groups(explanation) for line in lines}
    times = [line for line in explanation.lines if line.dimension == "TIME" and line.line_number not in stepped]
    last = times[-1:]
    return [line for line in last if (_step_size(explanation, line) or 0) > 1]


def _step_size(explanation: Explanation, line: Line) -> int | None:
    """The step_size of the component that priced the line."""
    for volume in explanation.periods[line.period_index].volumes:
        if volume.line == line and volume.chosen:
            return volume.chosen.component.step_size
    return None


def _sentence(lines: list[Line], last: Line, step: int) -> str | None:
    total = sum((line.quantity for line in lines), Decimal(0))
    surplus = last.billed_quantity - last.quantity
    is_time = last.dimension in _TIMES
    if step == 0:
        return "step_size is 0, so nothing is rounded up."
    if total <= 0:
        return None
    where = f" over {len(lines)} periods" if len(lines) > 1 else ""
    blocks = f"step_size is {number(step)}\u00a0{'s' if is_time else 'Wh'}"
    if is_time and step % 60 == 0:
        blocks += f" (blocks of {length(step)})"
    if surplus == 0:
        # Blocks of one second or watt-hour are no news where they changed nothing.
        return (
            None if step == 1 else f"{_text(total, last)}{where} is billed as it is: {blocks}, and that is a multiple."
        )
    sentence = f"{_text(total, last)}{where} is rounded up to {_text(total + surplus, last)}, because {blocks}."
    if len(lines) > 1:
        sentence += f" The {_text(surplus, last)} more is billed here, at the price of the last period."
    return sentence


def _text(value: Decimal, line: Line) -> str:
    if line.dimension in _TIMES:
        return length(seconds_of(value))
    return f"{number(round(value, 6))}\u00a0kWh"
