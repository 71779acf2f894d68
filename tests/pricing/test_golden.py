"""The golden cases, worked out by hand: the models of a night, the command and the oracle all come to the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.settings import PROJECT_ROOT, Paths
from tests.oracle.language import load
from tests.pricing.golden_cases import FOLDER, LINE_FIELDS, Golden, golden_cases
from tests.pricing.oracle_batch import MODELS_ROUND_BY_POLICY, Built, price_batch

CASES = list(golden_cases())
# Where the models are known to differ, and why; a case that agrees again must leave this list.
NOT_YET: dict[str, str] = {}


@pytest.mark.parametrize("golden", [pytest.param(each, id=each.name) for each in CASES])
def test_the_oracle_comes_to_what_was_worked_out_by_hand(golden: Golden) -> None:
    priced = golden.as_case().priced()
    lines = [[getattr(line, field) for field in LINE_FIELDS] for line in priced.lines]
    assert list(disagreements(golden.expected, priced, lines, priced.findings)) == []


@pytest.mark.slow
def test_the_models_come_to_what_was_worked_out_by_hand(paths: Paths) -> None:
    cases = [each for each in CASES if MODELS_ROUND_BY_POLICY or not rounds_by_policy(each)]
    built = price_batch((each.as_case() for each in cases), paths)
    found = {each.name: text for each in cases if (text := of_models(each, built[each.id]))}
    assert {name: text for name, text in found.items() if name not in NOT_YET} == {}
    assert set(found) == set(NOT_YET)


def test_the_command_comes_to_what_was_worked_out_by_hand() -> None:
    """Without policies and rounding, of which the command knows nothing."""
    answers = {answer["case"]: answer for answer in priced_by_command(FOLDER)}
    assert list(answers) == [each.name for each in CASES]
    found = {each.name: text for each in CASES if each.has_defaults and (text := of_command(each, answers[each.name]))}
    assert {name: text for name, text in found.items() if name not in NOT_YET} == {}
    assert set(found) == {each.name for each in CASES if each.has_defaults} & set(NOT_YET)


def priced_by_command(folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "pipeline.cli", "price", "--cases", str(folder), "--format", "jsonl"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [load(line) for line in done.stdout.splitlines()]


def of_command(golden: Golden, answer: dict[str, Any]) -> str:
    expected = {name: want for name, want in golden.expected.items() if not name.endswith("_rounded")}
    lines = [[line[field] for field in LINE_FIELDS] for line in answer["lines"]]
    codes = [finding["code"] for finding in answer["findings"]]
    return "; ".join(disagreements(expected, SimpleNamespace(**answer), lines, codes))


def of_models(golden: Golden, built: Built) -> str:
    return "; ".join(disagreements(golden.expected, built, built.lines, built.findings))


def rounds_by_policy(golden: Golden) -> bool:
    return any(name.startswith("rounding_") for name in golden.settings.get("policies", {}))


def disagreements(expected: dict[str, Any], got: Any, lines: Iterable[Any], findings: Iterable[str]) -> Iterator[str]:
    """What of a case is otherwise than expected; lines and rounded totals only where the case names them."""
    for name, want in expected.items():
        if name.startswith("total_") and _same(want) != _same(getattr(got, name)):
            yield f"{name}: {want} expected, {getattr(got, name)} found"
    if "lines" in expected:
        want_lines = sorted(_line([line.get(field) for field in LINE_FIELDS]) for line in expected["lines"])
        got_lines = sorted(_line(line) for line in lines)
        if want_lines != got_lines:
            yield f"lines: {want_lines} expected, {got_lines} found"
    if sorted(expected["findings"]) != sorted(set(findings)):
        yield f"findings: {expected['findings']} expected, {sorted(set(findings))} found"


def _line(values: Any) -> str:
    """A line as text; a limit belongs to the session, whatever period it is shown with."""
    dimension, period, element, *amounts = values
    place = "session" if dimension in ("MIN_PRICE", "MAX_PRICE") else f"period {period} element {element}"
    return f"{dimension} {place} {' '.join(str(_same(amount)) for amount in amounts)}"


def _same(amount: Any) -> Decimal | None:
    """An amount without trailing zeros, so that equal amounts read alike."""
    return None if amount is None else Decimal(amount).normalize() + 0
