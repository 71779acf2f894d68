"""Renders the page of what the suites of Great Expectations found: one file like the report, beside it."""

from __future__ import annotations

from pathlib import Path

from pipeline.dashboard.report import environment
from pipeline.dashboard.suite_panels import SuitePanel, counted, days_shown, newest_day, suite_panels
from pipeline.dashboard.suite_records import SuiteFigures, read_suites

# In the order in which people ask for them.
SUITES = ("cdrs", "sessions", "locations", "evses", "tariffs", "tokens")


def render_quality_page(published_file: Path) -> str:
    """Render the page from a published DuckDB file, which is opened read-only.

    Raises UserError when the file is absent or lacks a table that the page reads.
    """
    return render_figures(read_suites(published_file))


def render_figures(figures: SuiteFigures) -> str:
    """Render the page from rows already read."""
    panels = suite_panels(figures, SUITES)
    last = newest_day(figures)
    return (
        environment()
        .get_template("quality.html.j2")
        .render(
            version=figures.version,
            panels=panels,
            newest_day=last,
            newest=counted(row for row in figures.suites if row.day == last),
            days=days_shown(figures),
            partners=sorted({row.partner for row in figures.suites}),
            rules=sorted(figures.catalogue.values(), key=lambda rule: rule.title),
            **_agreement(panels),
        )
    )


def _agreement(panels: list[SuitePanel]) -> dict[str, int]:
    """How many hits both judges have, and how many one has alone."""
    standing = [panel.standing for suite in panels for panel in suite.rules if panel.standing]
    return {
        "of_both": sum(each.of_suite - each.of_suite_alone for each in standing),
        "of_suite_alone": sum(each.of_suite_alone for each in standing),
        "of_sql_alone": sum(each.of_sql_alone for each in standing),
    }
