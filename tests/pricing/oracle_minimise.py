"""Makes a case on which models and oracle differ small: many smaller CDRs are priced in one build a round."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.settings import Paths
from tests.oracle.generator import Case, Json
from tests.oracle.language import dump
from tests.oracle.minimise import shrink_in_batches
from tests.pricing.oracle_batch import price_batch
from tests.pricing.oracle_differences import difference, expected, kind

# A build takes the same quarter of a minute for one CDR and for hundreds.
ROUNDS = 8
CANDIDATES = 400


def minimised(case: Case, folder: Path) -> str:
    """The smallest CDR met that still differs in the same way, and how it differs, as text."""
    found = {dump(case.cdr): _differences(case, [case.cdr], folder / "drawn")[0]}
    sort = kind(found[dump(case.cdr)])
    asked = 0

    def fail(candidates: list[Json]) -> list[bool]:
        nonlocal asked
        asked += 1
        differences = _differences(case, candidates, folder / f"round{asked}")
        found.update((dump(cdr), each) for cdr, each in zip(candidates, differences, strict=True))
        return [each is not None and kind(each) == sort for each in differences]

    small = dump(shrink_in_batches(case.cdr, fail, batch=CANDIDATES, rounds=ROUNDS))
    where = f"OCPI {case.ocpi_version}, {case.time_zone}, {case.policies}"
    return f"case {case.index}, {where}\n{found[small]}\n{small}"


def _differences(case: Case, candidates: list[Json], data: Path) -> list[str | None]:
    """The difference on each candidate, priced together under ids of their own."""
    data.mkdir(parents=True)
    variants = [
        replace(case, text=dump({**each, "id": f"V{number}", "credit": False}))
        for number, each in enumerate(candidates)
    ]
    built = price_batch(variants, Paths(data))
    return [difference(expected(each), built[f"V{number}"]) for number, each in enumerate(variants)]
