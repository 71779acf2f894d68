"""The pricing models against the oracle, which prices one CDR at a time and shares no line of code with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Paths
from tests.oracle.batch import COUNT, SEED
from tests.oracle.generator import cases, draw_case
from tests.oracle.language import partners
from tests.pricing.oracle_batch import price_batch
from tests.pricing.oracle_differences import difference, expected, kind
from tests.pricing.oracle_minimise import minimised

# How many differing cases are made small, at two minutes each; the rest are only listed.
SMALL = 1


@pytest.mark.slow
def test_the_models_agree_with_the_oracle_to_the_last_decimal(paths: Paths, tmp_path: Path) -> None:
    built = price_batch(cases(COUNT, SEED), paths)
    differences = {
        case.index: found
        for case in cases(COUNT, SEED)
        if not case.cdr.get("credit") and (found := difference(expected(case), built.pop(case.cdr["id"])))
    }
    assert all(name.endswith("-C") for name in built)
    assert not differences, report(differences, tmp_path)


def report(differences: dict[int, str], folder: Path) -> str:
    """Some differences of each kind, and the first made small; `draw_case(index, SEED, partners())` draws one again."""
    kinds: dict[frozenset[str], list[int]] = {}
    for index, text in differences.items():
        kinds.setdefault(kind(text), []).append(index)
    lines = [f"{len(differences)} cases differ, seed {SEED!r}"]
    for alike in kinds.values():
        lines.append(f"{len(alike)} alike, {', '.join(map(str, alike[:10]))}; the first: {differences[alike[0]][:700]}")
    firsts = [draw_case(alike[0], SEED, partners()) for alike in kinds.values()]
    small = [minimised(case, folder / f"case{case.index}") for case in firsts[:SMALL]]
    return "\n".join([*lines, "", "made small:", *small])
