"""From the lines to the total: sums, limits, rounding."""

from __future__ import annotations

from decimal import Decimal

from pipeline.explain.numbers import amount, rounded
from pipeline.explain.page import Block, Heading, Notes, Row, Table
from pipeline.explain.records import Explanation, Line

_MODES = {"half_up": "half up", "half_even": "half to the even digit", "up": "always up", "down": "always down"}
_LIMITS = {"MIN_PRICE": "Minimum price", "MAX_PRICE": "Maximum price"}


def total_blocks(explanation: Explanation) -> list[Block]:
    """The total as exact as pricing has it, then rounded; nothing where there is no price."""
    cdr = explanation.cdr
    if not cdr.is_priced:
        return []
    volume_lines = [line for line in explanation.lines if line not in explanation.limit_lines]
    excl, incl = _sums(volume_lines)
    has_limits = bool(explanation.limit_lines)
    rows = [_row("Sum of the lines" if has_limits else "Sum of the lines, exact", excl, incl)]
    notes = []
    for line in explanation.limit_lines:
        rows.append(_row(_LIMITS[line.dimension], line.cost_excl_vat, line.cost_incl_vat))
        notes.append(_limit(explanation, line))
    decimals = cdr.rounding_decimals
    if has_limits:
        rows.append(_row("Total, exact", cdr.total_excl_vat, cdr.total_incl_vat))
    name = f"Total, rounded to {decimals} decimals" if decimals else "Total, rounded to whole units"
    rounded_cells = (
        rounded(cdr.total_excl_vat_rounded, decimals),
        rounded(_difference(cdr.total_incl_vat_rounded, cdr.total_excl_vat_rounded), decimals),
        rounded(cdr.total_incl_vat_rounded, decimals),
    )
    rows.append(Row((name, *rounded_cells), is_total=True))
    notes.append(_rounding(explanation))
    return [
        Heading("Total"),
        Table((f"{cdr.currency or 'Amount'}", "Without VAT", "VAT", "With VAT"), tuple(rows)),
        Notes(tuple(notes)),
    ]


def _rounding(explanation: Explanation) -> str:
    mode = explanation.policy("rounding_mode")
    how = f"{_MODES.get(mode, mode)}, to the minor unit of {explanation.cdr.currency}"
    if explanation.policy("rounding_level") == "component":
        return f"Each line is rounded, {how}, and the rounded totals are the sums of that."
    return f"Rounded once, at the end of the session, {how}; both totals are rounded by themselves."


def _sums(lines: list[Line]) -> tuple[Decimal | None, Decimal | None]:
    excl = [line.cost_excl_vat for line in lines]
    incl = [line.cost_incl_vat for line in lines]
    return _sum(excl), _sum(incl)


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    # One unknown amount makes the sum unknown.
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def _limit(explanation: Explanation, line: Line) -> str:
    tariff = explanation.tariff(line.tariff_hash)
    is_min = line.dimension == "MIN_PRICE"
    excl, incl = (
        (tariff.min_price_excl_vat, tariff.min_price_incl_vat)
        if is_min
        else (tariff.max_price_excl_vat, tariff.max_price_incl_vat)
    )
    limits = ((excl, "without VAT"), (incl, "with VAT"))
    parts = [f"{amount(value)} {tax}" for value, tax in limits if value is not None]
    did = "raises" if is_min else "lowers"
    name = f"{_LIMITS[line.dimension]} of tariff {tariff.tariff_id or 'without id'}"
    text = f"{name}: {' and '.join(parts)}; it {did} the session to that."
    if incl is None and line.cost_incl_vat and explanation.policy("limit_tax") == "scale":
        text += " The tariff names the amount without VAT only; VAT follows in proportion (policy limit_tax)."
    return text


def _row(name: str, excl: Decimal | None, incl: Decimal | None) -> Row:
    return Row((name, amount(excl), amount(_difference(incl, excl)), amount(incl)))


def _difference(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left - right
