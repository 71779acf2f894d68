"""Bars by day: how large a share of the day's records failed, on the sheet of `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipeline.dashboard import figures
from pipeline.dashboard.charts import HEIGHT, WIDTH

# A share that is not zero shows, however small beside the highest.
_LEAST_HEIGHT = 8.0


@dataclass(frozen=True)
class Day:
    """Records of one day and how many of them failed."""

    day: date
    evaluated: int
    failed: int

    @property
    def share(self) -> float | None:
        return self.failed / self.evaluated if self.evaluated else None


def day_bars(days: Sequence[Day], *, label: str, css_class: str) -> Markup:
    """A bar a day, as high as its share beside the highest one; a day with records and no failure has a hairline."""
    top = max((day.share or 0.0 for day in days), default=0.0)
    step = WIDTH / max(len(days), 1)
    shapes = Markup("").join(_bar(day, place * step, step, top) for place, day in enumerate(days) if day.evaluated)
    return Markup(
        '<svg class="{css}" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="{label}">'
        "{shapes}</svg>"
    ).format(css=css_class, label=f"{label}: {_in_words(days)}", shapes=shapes)


def _bar(day: Day, left: float, step: float, top: float) -> Markup:
    height = max((day.share or 0.0) / top * HEIGHT, _LEAST_HEIGHT) if day.failed else 3.0
    words = f"{figures.day(day.day)}: {figures.count(day.failed)} of {figures.count(day.evaluated)}"
    return Markup(
        '<rect class="{css}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"><title>{words}</title></rect>'
    ).format(
        css="failed" if day.failed else "fine",
        x=round(left + step * 0.1, 2),
        y=round(HEIGHT - height, 2),
        width=round(step * 0.8, 2),
        height=round(height, 2),
        words=words if day.share is None else f"{words}, {figures.percent(day.share)}",
    )


def _in_words(days: Sequence[Day]) -> str:
    """What the bars say, for who cannot see them."""
    known = [day for day in days if day.evaluated]
    if not known:
        return "no records"
    failed = sum(day.failed for day in known)
    return f"{figures.count(failed)} of {figures.count(sum(day.evaluated for day in known))} on {len(known)} days"
