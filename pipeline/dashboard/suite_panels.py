"""What the page of the suites shows of each suite and rule, summed up from the rows by day and partner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from pipeline.dashboard import charts
from pipeline.dashboard.day_bars import Day, day_bars
from pipeline.dashboard.suite_records import Example, Rule, RuleDay, Standing, SuiteDay, SuiteFigures

# The history that is drawn, from two weeks to two months; the figures beside it count everything.
LEAST_DAYS, MOST_DAYS = 14, 60
_TITLES = {"cdrs": "CDRs", "evses": "EVSEs"}
_GRAVITY = {"reject": 0, "hold": 1, "warn": 2}


@dataclass(frozen=True)
class Count:
    """Records looked at and how many of them failed."""

    evaluated: int
    failed: int

    @property
    def share(self) -> float | None:
        return self.failed / self.evaluated if self.evaluated else None


@dataclass(frozen=True)
class PartnerLine:
    """One partner's records under one rule, with a bar of its share."""

    partner: str
    whole: Count
    bar: Markup


@dataclass(frozen=True)
class RulePanel:
    """One rule of a suite: its newest day, all days, its trend, and what is broken now."""

    rule: Rule
    anchor: str
    newest: Count
    whole: Count
    trend: Markup
    standing: Standing | None
    partners: list[PartnerLine]
    examples: list[Example]


@dataclass(frozen=True)
class SuitePanel:
    """One suite: its newest day, all days, its history and its rules, those that most records broke first."""

    suite: str
    title: str
    newest_day: date
    newest: Count
    whole: Count
    history: Markup
    highest_share: float
    rules: list[RulePanel]

    @property
    def broken(self) -> list[RulePanel]:
        """Rules that any record ever broke."""
        return [panel for panel in self.rules if panel.whole.failed]


def suite_panels(figures: SuiteFigures, suites: Sequence[str]) -> list[SuitePanel]:
    """One panel for each of the suites that has ever run, in the order given."""
    return [_suite(figures, suite) for suite in suites if any(row.suite == suite for row in figures.suites)]


def newest_day(figures: SuiteFigures) -> date | None:
    """The day on which the newest records of any suite came."""
    return max((row.day for row in figures.suites), default=None)


def days_shown(figures: SuiteFigures) -> list[date]:
    """The days of every chart of the page, oldest first; none where nothing came."""
    received = {row.day for row in figures.suites}
    if not received:
        return []
    last = max(received)
    number = min(max((last - min(received)).days + 1, LEAST_DAYS), MOST_DAYS)
    return [last - timedelta(days=back) for back in reversed(range(number))]


def counted(rows: Iterable[SuiteDay | RuleDay]) -> Count:
    """All records of the rows together."""
    listed = list(rows)
    return Count(sum(row.evaluated for row in listed), sum(row.failed for row in listed))


def _suite(figures: SuiteFigures, suite: str) -> SuitePanel:
    days = [row for row in figures.suites if row.suite == suite]
    rules = [row for row in figures.rules if row.suite == suite]
    title = _TITLES.get(suite, suite.capitalize())
    last = max(row.day for row in days)
    by_day = _by_day(days, days_shown(figures))
    panels = [
        _rule(figures, suite, code, [row for row in rules if row.rule_code == code], last)
        for code in sorted({row.rule_code for row in rules})
    ]
    return SuitePanel(
        suite,
        title,
        last,
        counted(row for row in days if row.day == last),
        counted(days),
        day_bars(by_day, label=f"{title} that break a rule, by day of receipt", css_class="days tall"),
        max((day.share or 0.0 for day in by_day), default=0.0),
        sorted(panels, key=lambda panel: (-panel.whole.failed, _GRAVITY.get(panel.rule.severity, 3), panel.rule.title)),
    )


def _rule(figures: SuiteFigures, suite: str, code: str, rows: Sequence[RuleDay], last: date) -> RulePanel:
    rule = figures.catalogue.get(code) or Rule(code, code, "warn", "", None, None, None, False)
    of = rows[0].object_type
    return RulePanel(
        rule,
        f"{suite}-{code}",
        counted(row for row in rows if row.day == last),
        counted(rows),
        day_bars(
            _by_day(rows, days_shown(figures)),
            label=f"{rule.title}, by day of receipt",
            css_class=f"days severity-{rule.severity}",
        ),
        figures.standing.get((of, code)),
        _partners(rows),
        [each for each in figures.examples if (each.object_type, each.rule_code) == (of, code)],
    )


def _partners(rows: Sequence[RuleDay]) -> list[PartnerLine]:
    """Partners with a failed record, the highest share first."""
    names = {row.partner for row in rows}
    counts = {name: counted(row for row in rows if row.partner == name) for name in names}
    top = max((count.share or 0.0 for count in counts.values()), default=0.0) or 1.0
    lines = [
        PartnerLine(name, count, charts.bar(0, (count.share or 0.0) / top, "over"))
        for name, count in counts.items()
        if count.failed
    ]
    return sorted(lines, key=lambda line: (-(line.whole.share or 0.0), line.partner))


def _by_day(rows: Sequence[SuiteDay | RuleDay], shown: Sequence[date]) -> list[Day]:
    """Every day shown, those without records too, so that all charts of the page stand below each other."""
    counts = {day: [0, 0] for day in shown}
    for row in rows:
        if row.day in counts:
            counts[row.day][0] += row.evaluated
            counts[row.day][1] += row.failed
    return [Day(day, *numbers) for day, numbers in counts.items()]
