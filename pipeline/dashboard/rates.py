"""KPI rates of a month, judged against their target, with the days behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipeline.dashboard import charts, figures
from pipeline.dashboard.definitions import DEFINITIONS, Definition
from pipeline.dashboard.records import Rate


@dataclass(frozen=True)
class RateLine:
    """A KPI of one partner in the month, judged against the target; `change` against the month before."""

    partner: str
    rate: Rate
    state: str
    change: float | None
    chart: Markup


@dataclass(frozen=True)
class RatePanel:
    """One KPI: all partners together first, then each partner, and the days behind the chart."""

    definition: Definition
    overall: RateLine | None
    partners: list[RateLine]
    scale: charts.Scale
    days: list[Rate]


def rate_panels(daily: Sequence[Rate], monthly: Sequence[Rate], month: date) -> list[RatePanel]:
    """One panel a KPI, in the order of their ids; a KPI without a definition shows under its own name."""
    panels = []
    for kpi_id in sorted({rate.kpi_id for rate in monthly} | {rate.kpi_id for rate in daily}):
        days = [rate for rate in daily if rate.kpi_id == kpi_id]
        months = [rate for rate in monthly if rate.kpi_id == kpi_id]
        named = (months or days)[0].kpi_name
        definition = DEFINITIONS.get(kpi_id) or Definition(kpi_id, figures.label(named), "No definition on file.", "")
        overall_days = [rate for rate in days if rate.partner == "all"]
        scale = charts.rate_scale(_points(overall_days), definition.target)
        lines = [
            line
            for partner in sorted({rate.partner for rate in months})
            if (line := _rate_line(partner, months, days, month, definition, scale))
        ]
        panels.append(
            RatePanel(
                definition,
                next((line for line in lines if line.partner == "all"), None),
                [line for line in lines if line.partner != "all"],
                scale,
                overall_days,
            )
        )
    return panels


def _rate_line(
    partner: str, months: list[Rate], days: list[Rate], month: date, definition: Definition, scale: charts.Scale
) -> RateLine | None:
    own = {rate.period: rate for rate in months if rate.partner == partner}
    current = own.get(month)
    if current is None:
        return None
    before = own.get(date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1))
    change = None
    if before is not None and before.rate is not None and current.rate is not None:
        change = current.rate - before.rate
    points = _points([rate for rate in days if rate.partner == partner])
    everyone = partner == "all"
    chart = charts.rate_chart(
        points,
        label=_chart_label(definition, partner, points),
        scale=scale if everyone else charts.rate_scale(points, definition.target),
        target=definition.target,
        css_class="trend" if everyone else "spark",
        has_tooltips=everyone,
    )
    return RateLine(partner, current, rate_state(current, definition), change, chart)


def rate_state(rate: Rate, definition: Definition) -> str:
    """`good` or `bad` when the whole interval lies on one side of the target, else `open`; `few` below 30 cases."""
    if rate.denominator < charts.ENOUGH_CASES or rate.low is None or rate.high is None:
        return "few"
    if definition.target is None:
        return "open"
    above, below = rate.low >= definition.target, rate.high < definition.target
    if not definition.higher_is_better:
        above, below = rate.high <= definition.target, rate.low > definition.target
    return "good" if above else "bad" if below else "open"


def _points(rates: Sequence[Rate]) -> list[charts.Point]:
    return [
        charts.Point(rate.period, rate.rate, rate.low, rate.high, rate.denominator, rate.is_provisional)
        for rate in rates
    ]


def _chart_label(definition: Definition, partner: str, points: Sequence[charts.Point]) -> str:
    known = [point.rate for point in points if point.rate is not None]
    who = "all partners" if partner == "all" else partner
    if not known:
        return f"{definition.title}, {who}: no days with cases."
    return (
        f"{definition.title}, {who}, by day from {figures.day(points[0].day)} to {figures.day(points[-1].day)}: "
        f"lowest {figures.percent(min(known))}, highest {figures.percent(max(known))}."
    )
