"""The month's bridge as a waterfall: from CDRs received, step by step, to those that may be billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from pipeline.dashboard import charts, figures
from pipeline.dashboard.records import BridgeStep

_TOTAL_STEPS = {"received", "billable"}
_REST_STEP = "difference"
_ALWAYS_SHOWN = _TOTAL_STEPS | {_REST_STEP, "duplicates", "rejected", "held"}


@dataclass(frozen=True)
class WaterfallRow:
    """One step with its floating bar; `kind` is `total`, `deduction` or `rest`."""

    label: str
    kind: str
    cdr_count: int
    amount: Decimal | None
    bar: Markup


@dataclass(frozen=True)
class Waterfall:
    """The month's bridge of one partner (None: all partners together) and currency, drawn from `axis_start` CDRs on."""

    partner: str | None
    currency: str
    axis_start: int
    rows: list[WaterfallRow]


def waterfalls(steps: Sequence[BridgeStep], month: date) -> list[Waterfall]:
    """All partners together and each partner, one waterfall a currency."""
    chosen = [step for step in steps if step.month == month]
    found = []
    for currency in sorted({step.currency for step in chosen}):
        mine = [step for step in chosen if step.currency == currency]
        partners = sorted({step.partner for step in mine})
        if len(partners) > 1:
            found.append(_waterfall(None, currency, mine))
        found += [_waterfall(name, currency, [step for step in mine if step.partner == name]) for name in partners]
    return found


def _waterfall(partner: str | None, currency: str, steps: Sequence[BridgeStep]) -> Waterfall:
    counts: dict[tuple[int, str], int] = defaultdict(int)
    amounts: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for step in steps:
        counts[step.number, step.step] += step.cdr_count
        amounts[step.number, step.step] += step.amount or Decimal(0)
    top = max((abs(number) for number in counts.values()), default=0)
    lowest = min((number for (_, step), number in counts.items() if step in _TOTAL_STEPS), default=0)
    axis_start = _axis_start(lowest, top)
    rows, level = [], 0
    for (number, step), cdr_count in sorted(counts.items()):
        if step not in _ALWAYS_SHOWN and not cdr_count and not amounts[number, step]:
            continue
        kind = "rest" if step == _REST_STEP else "total" if step in _TOTAL_STEPS else "deduction"
        if kind == "total":
            start, end, level = axis_start, cdr_count, cdr_count
        elif kind == "rest":
            start = end = axis_start
        else:
            start, end, level = level, level + cdr_count, level + cdr_count
        width = max(top - axis_start, 1)
        bar = charts.bar((start - axis_start) / width, (end - axis_start) / width, f"step-{step}")
        rows.append(WaterfallRow(figures.label(step), kind, cdr_count, amounts[number, step], bar))
    return Waterfall(partner, currency, axis_start, rows)


def _axis_start(lowest: int, top: int) -> int:
    """Cut the axis where little is deducted, else the steps would be too thin to see; the page says so."""
    lost = top - lowest
    if not top or lost > top * 0.15:
        return 0
    start = lowest - max(lost, top // 50)
    digits = 10 ** max(len(str(max(start, 1))) - 2, 0)
    return max(start // digits * digits, 0)
