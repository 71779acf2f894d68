"""Prices folders of cases with the command, in a process of its own, as anybody outside would."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.settings import PROJECT_ROOT

# What the command may read of a case; copying nothing else proves that no answer is looked up.
INPUTS = ("cdr.json", "tariff.json", "case.json")


@dataclass(frozen=True)
class CasePrice:
    """What the command says of one case; amounts exact, before rounding."""

    total_excl_vat: Decimal | None
    total_incl_vat: Decimal | None
    findings: tuple[str, ...]


def price_cases(folder: Path, place: Path) -> dict[str, CasePrice]:
    """Price a copy of the cases in `folder`, made in `place` without what is expected of them, and return by case."""
    for file in folder.rglob("*"):
        if file.name in INPUTS:
            copy = place / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "pipeline.cli", "price", "--cases", str(place), "--format", "jsonl"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["case"] for answer in answers] == [
        file.parent.relative_to(folder).as_posix() for file in sorted(folder.rglob("cdr.json"))
    ]
    return {
        answer["case"]: CasePrice(
            _decimal(answer["total_excl_vat"]),
            _decimal(answer["total_incl_vat"]),
            tuple(finding["code"] for finding in answer["findings"]),
        )
        for answer in answers
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
