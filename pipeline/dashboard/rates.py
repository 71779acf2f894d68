"""KPI rates of a month, judged against their target, with the days behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipeline.dashboard import charts, figures
from pipeline.dashboard.records import Kpi, PublishedFigures, Rate

# Drawn with their days, in the order an analyst asks; the others follow as a table.
DRAWN = ("K01", "K13", "K20", "K22", "K10", "K11", "K40", "K16")


@dataclass(frozen=True)
class RateLine:
    """A KPI of one partner (or `all`) in the month, judged against the target; `change` against the month before."""

    partner: str
    rate: Rate
    state: str
    change: float | None
    chart: Markup


@dataclass(frozen=True)
class RatePanel:
    """One KPI: all partners together first, then each partner, and the days behind the chart."""

    kpi: Kpi
    overall: RateLine | None
    partners: list[RateLine]
    scale: charts.Scale
    days: list[Rate]

    @property
    def is_drawn(self) -> bool:
        """Whether the KPI has a chart of its own."""
        return self.kpi.kpi_id in DRAWN

    def line_of(self, partner: str) -> RateLine | None:
        """The line of one partner, where it has cases in the month."""
        return next((line for line in self.partners if line.partner == partner), None)


def rate_panels(published: PublishedFigures, month: date) -> list[RatePanel]:
    """One panel a KPI that has cases, the drawn ones first."""
    order = {kpi_id: place for place, kpi_id in enumerate(DRAWN)}
    present = {rate.kpi_id for rate in (*published.monthly, *published.daily)} & set(published.kpis)
    return [
        _rate_panel(published, published.kpis[kpi_id], month)
        for kpi_id in sorted(present, key=lambda kpi_id: (order.get(kpi_id, len(order)), kpi_id))
    ]


def _rate_panel(published: PublishedFigures, kpi: Kpi, month: date) -> RatePanel:
    days = [rate for rate in published.daily if rate.kpi_id == kpi.kpi_id]
    months = [rate for rate in published.monthly if rate.kpi_id == kpi.kpi_id]
    overall_days = [rate for rate in days if rate.partner == "all"]
    scale = charts.rate_scale(_points(overall_days), kpi.target)
    lines = [
        line
        for partner in sorted({rate.partner for rate in months})
        if (line := _rate_line(partner, months, days, month, kpi))
    ]
    return RatePanel(
        kpi,
        next((line for line in lines if line.partner == "all"), None),
        [line for line in lines if line.partner != "all"],
        scale,
        overall_days,
    )


def _rate_line(partner: str, months: list[Rate], days: list[Rate], month: date, kpi: Kpi) -> RateLine | None:
    own = {rate.period: rate for rate in months if rate.partner == partner}
    current = own.get(month)
    if current is None:
        return None
    before = own.get(date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1))
    change = None
    if before is not None and before.rate is not None and current.rate is not None:
        change = current.rate - before.rate
    points = _points([rate for rate in days if rate.partner == partner])
    is_overall = partner == "all"
    chart = charts.rate_chart(
        points,
        label=_chart_label(kpi, partner, points),
        scale=charts.rate_scale(points, kpi.target),
        target=kpi.target,
        css_class="trend" if is_overall else "spark",
        has_tooltips=is_overall,
    )
    return RateLine(partner, current, rate_state(current, kpi), change, chart)


def rate_state(rate: Rate, kpi: Kpi) -> str:
    """`good` or `bad` when the whole interval lies on one side of the target, else `open`; `few` below 30 cases."""
    if rate.denominator < charts.ENOUGH_CASES or rate.low is None or rate.high is None:
        return "few"
    if kpi.target is None:
        return "untargeted"
    if kpi.is_higher_better:
        is_good, is_bad = rate.low >= kpi.target, rate.high < kpi.target
    else:
        is_good, is_bad = rate.high <= kpi.target, rate.low > kpi.target
    return "good" if is_good else "bad" if is_bad else "open"


def _points(rates: Sequence[Rate]) -> list[charts.Point]:
    return [
        charts.Point(rate.period, rate.rate, rate.low, rate.high, rate.denominator, rate.is_provisional)
        for rate in rates
    ]


def _chart_label(kpi: Kpi, partner: str, points: Sequence[charts.Point]) -> str:
    known = [point.rate for point in points if point.rate is not None]
    who = "all partners" if partner == "all" else partner
    if not known:
        return f"{figures.label(kpi.name)}, {who}: no days with cases."
    return (
        f"{figures.label(kpi.name)}, {who}, by day from {figures.day(points[0].day)} to {figures.day(points[-1].day)}: "
        f"lowest {figures.percent(min(known))}, highest {figures.percent(max(known))}."
    )
