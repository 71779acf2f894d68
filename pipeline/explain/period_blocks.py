"""The charging periods of an explanation: what was reached, which element prices each volume and why, and its cost."""

from __future__ import annotations

from pipeline.explain.numbers import amount, length, local_moment, number, percent, quantity, told_quantity, utc_moment
from pipeline.explain.page import Block, Facts, Heading, Notes, Row, Table
from pipeline.explain.records import Candidate, Explanation, Line, Period, Volume
from pipeline.explain.restrictions import why, why_not
from pipeline.explain.steps import step_notes

DIMENSIONS = {
    "ENERGY": "Energy",
    "TIME": "Charging time",
    "PARKING_TIME": "Parking time",
    "RESERVATION_TIME": "Reserved time",
    "FLAT": "Fee per session",
    "RESERVATION_FLAT": "Fee per reservation",
}
_UNITS = {"ENERGY": "kWh", "FLAT": "session", "RESERVATION_FLAT": "session"}
_FEES = ("FLAT", "RESERVATION_FLAT")


def period_blocks(explanation: Explanation) -> list[Block]:
    """All periods in the order of time."""
    steps = step_notes(explanation)
    blocks: list[Block] = [Heading("Charging periods")]
    for period in explanation.periods:
        blocks.append(Heading(_title(period), 3))
        blocks.append(Facts(tuple(_facts(explanation, period))))
        volumes = [volume for volume in period.volumes if _is_shown(explanation, period, volume)]
        if not volumes:
            blocks.append(Notes(("The period holds no volume that a tariff could price.",)))
        elif not explanation.cdr.is_priced:
            volumes = [volume for volume in volumes if volume.line_dimension not in _FEES]
            rows = tuple(Row((DIMENSIONS[v.line_dimension], _quantity(v))) for v in volumes)
            blocks.append(Table(("Volume", "Measured"), rows))
        else:
            blocks.append(_table(volumes))
            blocks.append(Notes(tuple(_reasons(explanation, period, volumes, steps))))
    return blocks


def _title(period: Period) -> str:
    name = f"Period {period.period_index + 1}"
    if period.started_at and period.ended_at:
        name += f": {length(int((period.ended_at - period.started_at).total_seconds()))}"
    return name


def _facts(explanation: Explanation, period: Period) -> list[tuple[str, str]]:
    zone = explanation.cdr.time_zone
    if zone:
        begin, end = (local_moment(at, zone) for at in (period.started_local_at, period.ended_local_at))
    else:
        begin, end = utc_moment(period.started_at), utc_moment(period.ended_at)
    reached = period.reached
    facts = [
        ("Begin", begin),
        ("End", end),
        (
            "Reached before it",
            f"{number(reached.kwh)}\u00a0kWh, {_since(reached.seconds)} since the clock started",
        ),
    ]
    for name, low, high, unit in (
        ("Current", reached.min_current_a, reached.max_current_a, "A"),
        ("Power", reached.min_power_kw, reached.max_power_kw, "kW"),
    ):
        if low is not None and high is not None:
            span = number(low) if low == high else f"{number(low)} to {number(high)}"
            facts.append((name, f"{span}\u00a0{unit}"))
    if period.tariff is None:
        named = f"{period.named_tariff_id}, which is not known" if period.named_tariff_id else "none is named"
        facts.append(("Tariff", named))
    elif len(explanation.tariffs) > 1:
        facts.append(("Tariff", period.tariff.tariff_id or "without id"))
    return facts


def _since(seconds: int) -> str:
    return length(seconds) if seconds < 60 else f"{length(seconds)} ({number(seconds)}\u00a0s)"


def _is_shown(explanation: Explanation, period: Period, volume: Volume) -> bool:
    """A fee stands where it is charged; before that, where its restrictions keep it from being charged."""
    if volume.line_dimension not in _FEES or volume.line:
        return True
    has_own = any(c.component.line_dimension == volume.line_dimension for c in volume.candidates)
    was_charged = any(
        other.line and other.line_dimension == volume.line_dimension
        for earlier in explanation.periods[: period.period_index]
        for other in earlier.volumes
    )
    return has_own and not was_charged


def _table(volumes: list[Volume]) -> Table:
    columns = ("Volume", "Measured", "Billed", "Element", "Price", "Without VAT", "VAT", "With VAT")
    rows = []
    for volume in volumes:
        name, measured, line = DIMENSIONS[volume.line_dimension], _quantity(volume), volume.line
        if line is None:
            is_fee = volume.line_dimension in _FEES
            rows.append(Row((name, "–" if is_fee else measured, "–" if is_fee else "free", "–", "–", "–", "–", "–")))
            continue
        rows.append(
            Row(
                (
                    name,
                    measured,
                    quantity(line.billed_quantity, line.unit),
                    "–" if line.element_index is None else str(line.element_index + 1),
                    amount(line.price),
                    amount(line.cost_excl_vat),
                    vat_text(line),
                    amount(line.cost_incl_vat),
                )
            )
        )
    return Table(columns, tuple(rows), text_columns=frozenset({0, 1, 2}))


def vat_text(line: Line) -> str:
    """The tax of a line with its rate: `21 %: 0.42`."""
    if line.cost_excl_vat is None or line.cost_incl_vat is None:
        return "not known"
    tax = amount(line.cost_incl_vat - line.cost_excl_vat)
    return tax if line.vat_percent is None else f"{percent(line.vat_percent)}: {tax}"


def _quantity(volume: Volume) -> str:
    return told_quantity(volume.quantity, _UNITS.get(volume.line_dimension, "h"))


def _reasons(explanation: Explanation, period: Period, volumes: list[Volume], steps: dict[int, str]) -> list[str]:
    """Why which element prices what, told once for volumes that share it, then what is special about a volume."""
    by_choice: dict[str, list[str]] = {}
    special = []
    for volume in volumes:
        name = DIMENSIONS[volume.line_dimension]
        by_choice.setdefault(" ".join(_choice(explanation, period, volume)), []).append(name)
        if volume.line and volume.line.line_number in steps:
            special.append(f"{name}: {steps[volume.line.line_number]}")
        if volume.line and volume.line_dimension in _FEES:
            unit = "reservation" if volume.line_dimension == "RESERVATION_FLAT" else "session"
            special.append(f"{name}: charged once per {unit}, where it first becomes active.")
    return [*(f"{_names(names)}: {text}" for text, names in by_choice.items()), *special]


def _names(names: list[str]) -> str:
    return ", ".join([names[0], *(name[0].lower() + name[1:] for name in names[1:])])


def _choice(explanation: Explanation, period: Period, volume: Volume) -> list[str]:
    """Why each earlier element with that dimension does not price the volume, then why the chosen one does."""
    start_equals_end = explanation.policy("start_equals_end")
    chosen = volume.chosen
    passed: dict[int, Candidate] = {}
    for candidate in volume.candidates:
        if candidate is chosen:
            break
        # A second price of an element for one dimension has the same restrictions.
        passed.setdefault(candidate.component.element_index, candidate)
    texts = [why_not(other, volume.line_dimension, period.reached, start_equals_end) for other in passed.values()]
    if chosen:
        return [*texts, why(chosen, period.reached, start_equals_end)]
    if volume.line_dimension in _FEES:
        return [*texts, "So no fee is due in this period."]
    if period.tariff is None:
        return ["The period names no tariff, so it is free of charge."]
    if not texts:
        return ["The tariff has no price for it, so it is free of charge."]
    return [*texts, "No element prices it, so it is free of charge."]
