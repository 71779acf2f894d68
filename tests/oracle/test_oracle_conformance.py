"""The oracle agrees with every judged total of the external conformance corpus."""

from __future__ import annotations

import json
import os
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.pricer import price


def cases() -> list[Path]:
    root = os.environ.get("ROAMLEDGER_CORPUS")
    return sorted(file.parent for file in Path(root, "conformance").glob("*/*/cdr.json")) if root else []


def read(path: Path) -> Any:
    return json.loads(path.read_text(), parse_float=Decimal, parse_int=Decimal)


def rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def differences(case: Path) -> list[str]:
    """What the oracle says otherwise than the judge of a case; amounts the judge leaves open are not compared."""
    side, expected = read(case / "case.json"), read(case / "expected.json")
    given = read(case / "tariff.json") if (case / "tariff.json").exists() else None
    tariffs = given if given is None or isinstance(given, list) else [given]
    priced = price(
        read(case / "cdr.json"), ocpi_version=side["ocpi_version"], time_zone=side["timezone"], tariffs=tariffs
    )
    decimals = int(expected["compare"]["decimals"])
    judge = expected["judge"]
    found = []
    for name, got in (("excl_vat", priced.total_excl_vat), ("incl_vat", priced.total_incl_vat)):
        want = judge and judge[name]
        if want is not None and rounded(Decimal(str(want)), decimals) != rounded(got, decimals):
            found.append(f"{name}: judged {want}, priced {got}, findings {sorted(priced.findings)}")
    if expected["status"] == "error" and priced.total_excl_vat is not None:
        found.append(f"must not be priced, got {priced.total_excl_vat}")
    return found


UNSET = pytest.param(None, marks=pytest.mark.skip(reason="ROAMLEDGER_CORPUS is not set"), id="corpus unset")


@pytest.mark.parametrize(
    "case", [pytest.param(each, id=f"{each.parent.name}/{each.name}") for each in cases()] or [UNSET]
)
def test_the_judged_totals_agree(case: Path):
    assert differences(case) == []
