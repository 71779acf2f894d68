"""Small inline SVG charts: bars inside table rows and rates over time with their interval.

Each chart is drawn on a 1000 x 100 sheet that the page stretches to its place, so lines and bars only: words and
numbers stay in HTML, where they keep their size on a telephone. Colours are CSS classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from markupsafe import Markup

from pipeline.dashboard import figures

WIDTH, HEIGHT = 1000.0, 100.0
# Below this many cases a rate says little; it is drawn pale and never coloured (KPI conventions).
ENOUGH_CASES = 30


@dataclass(frozen=True)
class Point:
    """One day's rate with its Wilson interval; rate is None where there were no cases."""

    day: date
    rate: float | None
    low: float | None
    high: float | None
    cases: int
    is_provisional: bool


@dataclass(frozen=True)
class Scale:
    """The part of 0..1 that a chart shows."""

    low: float
    high: float

    def y(self, rate: float) -> float:
        """Height on the sheet, from the top; what lies outside is cut at the edge."""
        share = (min(max(rate, self.low), self.high) - self.low) / (self.high - self.low)
        return round(HEIGHT * (1 - share), 2)


def bar(start: float, end: float, css_class: str) -> Markup:
    """A horizontal bar from share `start` to share `end` of the cell (each 0 to 1), at least a hair wide."""
    left, right = sorted((min(max(start, 0.0), 1.0), min(max(end, 0.0), 1.0)))
    width = max(right - left, 0.004) if end != start else 0.0
    return Markup(
        '<svg class="bar {css}" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect x="{x:.1f}" y="0" width="{width:.1f}" height="10"/></svg>'
    ).format(css=css_class, x=min(left, 1 - width) * WIDTH, width=width * WIDTH)


def stacked_bar(parts: Sequence[tuple[float, str]], label: str) -> Markup:
    """One bar of several parts (share of the whole, css class), side by side."""
    rects, left = Markup(""), 0.0
    for share, css_class in parts:
        rects += Markup('<rect class="{css}" x="{x:.1f}" y="0" width="{width:.1f}" height="10"/>').format(
            css=css_class, x=left * WIDTH, width=max(share, 0) * WIDTH
        )
        left += max(share, 0)
    return Markup(
        '<svg class="stack" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{label}">'
        "{rects}</svg>"
    ).format(label=label, rects=rects)


def rate_scale(points: Sequence[Point], target: float | None) -> Scale:
    """Show the rates and the target with air around them, in steps of 5 points (1 point when all is close)."""
    rates = [point.rate for point in points if point.rate is not None and point.cases >= ENOUGH_CASES]
    rates = rates or [point.rate for point in points if point.rate is not None] or [0.0, 1.0]
    rates += [target] if target is not None else []
    spread = max(rates) - min(rates)
    step = 0.05 if spread > 0.03 else 0.01
    air = max(spread * 0.4, step)
    low = max(0.0, math.floor((min(rates) - air) / step + 1e-9) * step)
    high = min(1.0, math.ceil((max(rates) + air) / step - 1e-9) * step)
    return Scale(round(low, 4), round(high, 4))


def rate_chart(
    points: Sequence[Point],
    *,
    label: str,
    scale: Scale,
    target: float | None = None,
    css_class: str = "trend",
    has_tooltips: bool = True,
) -> Markup:
    """Rates by day as line and dots over the interval's band; provisional days shaded, days without cases left open.

    With tooltips every day tells its rate, interval and number of cases.
    """
    if not points:
        return Markup('<p class="empty">No days to show.</p>')
    first, last = points[0].day, points[-1].day
    x = _day_axis(first, last)
    return Markup(
        '<svg class="{css}" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="{label}">'
        "{shade}{target}{band}{line}{dots}{hits}</svg>"
    ).format(
        css=css_class,
        label=label,
        shade=_provisional_shade(points, x),
        target=_target_line(scale, target),
        band=_bands(points, x, scale),
        line=_lines(points, x, scale),
        dots=_dots(points, x, scale),
        hits=_tooltips(points, x) if has_tooltips else "",
    )


@dataclass(frozen=True)
class _Axis:
    first: date
    day_width: float

    def middle(self, day: date) -> float:
        return round(((day - self.first).days + 0.5) * self.day_width, 2)

    def left(self, day: date) -> float:
        return round((day - self.first).days * self.day_width, 2)


def _day_axis(first: date, last: date) -> _Axis:
    return _Axis(first, WIDTH / ((last - first).days + 1))


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Stretches of neighbouring days with cases: a line never bridges a day that had none."""
    known = [point for point in points if point.rate is not None]
    numbered = list(enumerate(known))
    for _, run in groupby(numbered, key=lambda pair: pair[1].day - timedelta(days=pair[0])):
        yield [point for _, point in run]


def _bands(points: Sequence[Point], x: _Axis, scale: Scale) -> Markup:
    shapes = Markup("")
    for run in _runs([point for point in points if point.low is not None and point.high is not None]):
        edges = [(x.middle(p.day), scale.y(p.high)) for p in run if p.high is not None]
        edges += [(x.middle(p.day), scale.y(p.low)) for p in reversed(run) if p.low is not None]
        if len(run) > 1:
            shapes += Markup('<polygon class="band" points="{}"/>').format(_pairs(edges))
    return shapes


def _lines(points: Sequence[Point], x: _Axis, scale: Scale) -> Markup:
    shapes = Markup("")
    for run in _runs(points):
        places = [(x.middle(p.day), scale.y(p.rate)) for p in run if p.rate is not None]
        if len(places) > 1:
            shapes += Markup('<polyline class="line" points="{}"/>').format(_pairs(places))
    return shapes


def _dots(points: Sequence[Point], x: _Axis, scale: Scale) -> Markup:
    """Zero-length strokes with round ends: they stay round however the sheet is stretched."""
    groups = {"dot": "", "dot few": ""}
    for point in points:
        if point.rate is not None:
            kind = "dot" if point.cases >= ENOUGH_CASES else "dot few"
            groups[kind] += f"M{x.middle(point.day):g} {scale.y(point.rate):g}h0"
    return Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(kind, path) for kind, path in groups.items() if path
    )


def _target_line(scale: Scale, target: float | None) -> Markup:
    if target is None:
        return Markup("")
    y = scale.y(target)
    return Markup('<line class="target" x1="0" x2="1000" y1="{y:g}" y2="{y:g}"/>').format(y=y)


def _provisional_shade(points: Sequence[Point], x: _Axis) -> Markup:
    days = [point.day for point in points if point.is_provisional]
    if not days:
        return Markup("")
    left, right = x.left(min(days)), x.left(max(days)) + x.day_width
    return Markup('<rect class="provisional" x="{:g}" y="0" width="{:g}" height="100"/>').format(
        left, round(right - left, 2)
    )


def _tooltips(points: Sequence[Point], x: _Axis) -> Markup:
    shapes = Markup("")
    for point in points:
        words = f"{figures.day(point.day)}: {figures.percent(point.rate)}, n = {figures.count(point.cases)}"
        if point.low is not None:
            words += f", 95 % between {figures.percent_range(point.low, point.high)}"
        if point.is_provisional:
            words += ", provisional"
        shapes += Markup('<rect class="hit" x="{:g}" y="0" width="{:g}" height="100"><title>{}</title></rect>').format(
            x.left(point.day), round(x.day_width, 2), words
        )
    return shapes


def _pairs(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)
