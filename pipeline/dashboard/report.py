"""Renders the KPI report: one HTML page that holds its styles and charts and asks for nothing from outside."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.dashboard import charts, figures
from pipeline.dashboard.closing import judge_month
from pipeline.dashboard.matrices import difference_matrices, quality_matrix
from pipeline.dashboard.money import money_months
from pipeline.dashboard.queries import read_published
from pipeline.dashboard.rates import rate_panels
from pipeline.dashboard.records import PublishedFigures
from pipeline.dashboard.scores import score_lines
from pipeline.dashboard.terms import TERMS
from pipeline.dashboard.waterfall import waterfalls

# Filters of the template, by name.
_FILTERS = (
    "amount",
    "signed_amount",
    "money",
    "currency_name",
    "count",
    "quantity",
    "percent",
    "percent_range",
    "points",
    "hours",
)
_FILTERS += ("month", "short_month", "day", "short_day", "moment", "plural", "label")

# Bridges of as many other months can be unfolded.
OTHER_BRIDGES = 6


def render_report(published_file: Path) -> str:
    """Render the whole report from a published DuckDB file, which is opened read-only.

    Raises UserError when the file is absent or lacks a table that the report reads.
    """
    return render_figures(read_published(published_file))


def render_figures(published: PublishedFigures) -> str:
    """Render the report from rows already read."""
    close = judge_month(published)
    month = close.month
    # Sessions without any CDR yet have rates, and no month to close.
    rates_month = month or max((rate.period for rate in published.monthly), default=None)
    months = money_months(published.money)
    month_lines = [line for group in months if group.month == month for line in group.lines]
    month_differences = [row for row in published.differences if row.month == month]
    other_months = [other for other in reversed(published.months) if other != month]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            published=published,
            close=close,
            money_months=months,
            waterfalls=waterfalls(published.bridge, month) if month else [],
            other_months=[(other, waterfalls(published.bridge, other)) for other in other_months[:OTHER_BRIDGES]],
            rates_month=rates_month,
            rate_panels=rate_panels(published, rates_month) if rates_month else [],
            differences=difference_matrices(month_differences, month_lines, published.title),
            scores=score_lines(published, month),
            quality=quality_matrix(published.quality, month, published.title),
            terms=TERMS,
            enough_cases=charts.ENOUGH_CASES,
            bar=charts.bar,
        )
    )


def environment() -> Environment:
    """The templates of this package with the filters that they use."""
    made = Environment(
        loader=PackageLoader("pipeline.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({name: getattr(figures, name) for name in _FILTERS})
    return made
