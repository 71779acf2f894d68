"""Spoils drawn CDRs: one to six places of each get a value that does not belong there, of any type and size."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle.generator import draw_case
from tests.oracle.language import dump, partners, pick
from tests.oracle.minimise import Json, Path, places, replaced

WRONG: tuple[Any, ...] = (
    *(None, "", "x", "0", "'", '"', "é", "\u0000", "NaN", "infinity", "1e5"),
    *(0, -1, True, 10**7, -(10**7), 10**18, 10**30, Decimal("1e-30"), Decimal("1e30")),
    *(Decimal("999999.999999"), Decimal("-999999.999999"), Decimal("-99.999999"), -100),
    *([], {}, [None], [{}], ["x"], {"excl_vat": "x"}, {"excl_vat": Decimal(999999)}),
    *("2026-13-01", "9999-12-31", "0001-01-01", "24:00", "99:99"),
    *("2026-05-12T25:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
)
# Where pricing looks; the rest of a CDR is for others to read.
PARTS = (
    *("tariffs", "charging_periods", "currency", "total_cost", "total_energy", "credit"),
    *("start_date_time", "end_date_time", "stop_date_time", "location", "cdr_location"),
)


def spoilt(count: int, seed: str) -> Iterator[str]:
    """That many CDRs as JSON text, each under an id of its own."""
    known = partners()
    for index in range(count):
        rng = Random(f"spoil {seed} {index}")
        cdr = draw_case(index, seed, known).cdr
        for _ in range(pick(rng, (1, 1, 2, 3, 6))):
            cdr = replaced(cdr, pick(rng, _places(cdr)), pick(rng, WRONG))
        yield dump({**cdr, "id": f"SPOILT-{index}"})


def _places(cdr: Json) -> list[Path]:
    return [place for part in PARTS if part in cdr for place in places(cdr[part], (part,))]
