"""The command `price` against cases that nobody of this project wrote."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tests.pricing.cases import CasePrice, price_cases


def test_every_judged_total_of_the_corpus_agrees(corpus: Path, tmp_path: Path) -> None:
    folder = corpus / "conformance"
    prices = price_cases(folder, tmp_path)
    expected = {
        path.parent.relative_to(folder).as_posix(): json.loads(path.read_text())
        for path in folder.rglob("expected.json")
    }
    assert set(prices) == set(expected)
    disagreements = {name: text for name, case in expected.items() if (text := _disagreement(case, prices[name]))}
    assert disagreements == {}


def _disagreement(expected: dict, price: CasePrice) -> str:
    """Say which judged total differs after rounding both half up; empty when all agree."""
    judge = expected.get("judge") or {}
    unit = Decimal(1).scaleb(-expected["compare"]["decimals"])
    found = []
    for name, got in (("excl_vat", price.total_excl_vat), ("incl_vat", price.total_incl_vat)):
        if judge.get(name) is None:
            continue
        want = Decimal(judge[name]).quantize(unit, ROUND_HALF_UP)
        if got is None or got.quantize(unit, ROUND_HALF_UP) != want:
            found.append(f"{name}: {want} expected, {got} found ({', '.join(price.findings) or 'no finding'})")
    return "; ".join(found)
