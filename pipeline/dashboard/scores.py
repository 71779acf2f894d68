"""How clean what each partner sends is, by module, in one month and in those before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipeline.dashboard import charts
from pipeline.dashboard.records import PublishedFigures, ScoreRow

# So many months are shown, the month itself included.
TREND_MONTHS = 6


@dataclass(frozen=True)
class ScoreLine:
    """One partner, module and currency in the month; `trend` is its clean rate by month, oldest first."""

    score: ScoreRow
    trend: list[ScoreRow]
    bar: Markup

    @property
    def change(self) -> float | None:
        """The clean rate against that of the month before."""
        before = self.score.previous_clean_rate
        return None if before is None else self.score.clean_rate - before


def score_lines(published: PublishedFigures, month: date | None) -> list[ScoreLine]:
    """The lines of a month, by partner and module; none where nothing came in it."""
    return [
        ScoreLine(score, _trend(published.scores, score), _faulty_bar(score))
        for score in published.scores
        if score.month == month
    ]


def _trend(scores: list[ScoreRow], score: ScoreRow) -> list[ScoreRow]:
    place = (score.partner, score.module, score.currency)
    mine = [row for row in scores if (row.partner, row.module, row.currency) == place and row.month <= score.month]
    return sorted(mine, key=lambda row: row.month)[-TREND_MONTHS:]


def _faulty_bar(score: ScoreRow) -> Markup:
    """The share of faulty objects, in the colour of what stops a CDR where any is stopped."""
    return charts.bar(0, 1 - score.clean_rate, "severity-hold" if score.stopped_count else "severity-warn")
