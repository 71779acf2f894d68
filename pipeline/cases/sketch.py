"""Draws the places of a case to scale, and who is said to have gone from where to where, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, radians

from pipeline.cases.read import Charge, Evidence

WIDTH, HEIGHT, MARGIN = 720, 340, 60
KM_PER_DEGREE = 111.2
# More lines than this cannot be told apart.
MOST_LINES = 12
_BARS_KM = (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1)

Point = tuple[float, float]


def sketch(evidence: Sequence[Evidence]) -> str | None:
    """The drawing; None where fewer than two places are known."""
    places = _places(evidence)
    if len(places) < 2:
        return None
    spots, scale = _laid_out(list(places))
    parts = [*_lines(evidence, spots), *_dots(places, spots), _scale_bar(scale)]
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="The places of the charges, to scale">'
    return "\n".join([head, *parts, "</svg>"])


def place_of(charge: Charge) -> Point | None:
    """Latitude and longitude, if the CDR tells them."""
    if charge.latitude is None or charge.longitude is None or (not charge.latitude and not charge.longitude):
        return None
    return float(charge.latitude), float(charge.longitude)


def _places(evidence: Sequence[Evidence]) -> dict[Point, str]:
    """Each place with what it is called: the EVSE that was used first."""
    names: dict[Point, str] = {}
    for each in evidence:
        for charge in each.charges:
            place = place_of(charge)
            if place:
                names.setdefault(place, charge.evse_id or charge.location_id or charge.cdr_label)
    return names


def _laid_out(places: Sequence[Point]) -> tuple[dict[Point, Point], float]:
    """Where each place is drawn, north up and in the middle of the sheet, and how much a kilometre is."""
    narrowing = cos(radians(sum(latitude for latitude, _ in places) / len(places)))
    km = {place: (place[1] * KM_PER_DEGREE * narrowing, -place[0] * KM_PER_DEGREE) for place in places}
    (left, right), (top, bottom) = (_span([spot[axis] for spot in km.values()]) for axis in (0, 1))
    # Stations side by side are not drawn as if they were far apart.
    scale = min((WIDTH - 2 * MARGIN) / max(right - left, 0.1), (HEIGHT - 2 * MARGIN) / max(bottom - top, 0.1))
    spots = {
        place: (WIDTH / 2 + (x - (left + right) / 2) * scale, HEIGHT / 2 + (y - (top + bottom) / 2) * scale)
        for place, (x, y) in km.items()
    }
    return spots, scale


def _span(numbers: Sequence[float]) -> tuple[float, float]:
    return min(numbers), max(numbers)


def _lines(evidence: Sequence[Evidence], spots: dict[Point, Point]) -> list[str]:
    parts = []
    heaviest = sorted(evidence, key=lambda each: (-each.values["points"], each.values["evidence_number"]))
    for each in heaviest:
        ends = [spots[place] for charge in each.charges if (place := place_of(charge))]
        if len(ends) < 2 or ends[0] == ends[1] or len(parts) >= 2 * MOST_LINES:
            continue
        (x1, y1), (x2, y2) = ends
        text = f"{each.values['evidence_number']}: {each.values['distance_km'] or 0:.1f} km"
        parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="way"/>')
        parts.append(
            f'<text x="{(x1 + x2) / 2 + 8:.1f}" y="{(y1 + y2) / 2 + 14:.1f}" class="told">{escape(text)}</text>'
        )
    return parts


def _dots(places: dict[Point, str], spots: dict[Point, Point]) -> list[str]:
    parts = []
    for place, name in places.items():
        x, y = spots[place]
        side = "end" if x > WIDTH * 0.6 else "start"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="place"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 20:.1f}" text-anchor="{side}">{escape(name)}</text>')
    return parts


def _scale_bar(scale: float) -> str:
    length = next((km for km in _BARS_KM if km * scale <= WIDTH / 3), _BARS_KM[-1])
    y, right = HEIGHT - 16, MARGIN / 2 + length * scale
    return (
        f'<line x1="{MARGIN / 2:.1f}" y1="{y}" x2="{right:.1f}" y2="{y}" class="bar"/>'
        f'<text x="{right + 8:.1f}" y="{y + 4}">{length:g} km</text>'
    )
