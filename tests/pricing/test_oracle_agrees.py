"""The pricing models against the oracle, which prices one CDR at a time and shares no line of code with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Paths
from tests.oracle.batch import COUNT, SEED
from tests.oracle.generator import Case, cases, draw_case
from tests.oracle.language import partners
from tests.pricing.oracle_batch import price_batch
from tests.pricing.oracle_differences import difference, expected
from tests.pricing.oracle_minimise import minimised

# How many differing cases are made small; the rest are only listed.
SMALL = 2


@pytest.mark.slow
def test_the_models_agree_with_the_oracle_to_the_last_decimal(paths: Paths, tmp_path: Path) -> None:
    built = price_batch(cases(COUNT, SEED), paths)
    differences = {
        case.index: found
        for case in cases(COUNT, SEED)
        if not case.cdr.get("credit")
        and (found := difference(expected(case), built.pop(case.cdr["id"]), case.ocpi_version))
    }
    assert all(name.endswith("-C") for name in built)
    assert not differences, report(differences, tmp_path)


def report(differences: dict[int, str], folder: Path) -> str:
    """All differences, and the first of each kind made small; `draw_case(index, SEED, partners())` draws one again."""
    known = partners()
    first = {text[:60]: index for index, text in reversed(differences.items())}
    drawn: list[Case] = [draw_case(index, SEED, known) for index in sorted(first.values())[:SMALL]]
    small = [minimised(case, folder / f"case{case.index}") for case in drawn]
    lines = [f"{index}: {text[:500]}" for index, text in list(differences.items())[:50]]
    return "\n".join([f"{len(differences)} cases differ, seed {SEED!r}", *lines, "", "made small:", *small])
