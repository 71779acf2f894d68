"""The pricing models against the oracle, which prices one CDR at a time and shares no line of code with them."""

from __future__ import annotations

import os

import pytest

from pipeline.settings import Paths
from tests.oracle.generator import cases
from tests.oracle.pricer import compare
from tests.pricing.oracle_batch import price_batch

# More are drawn by hand: ROAMLEDGER_ORACLE_CASES=20000, and another ROAMLEDGER_ORACLE_SEED.
COUNT = int(os.environ.get("ROAMLEDGER_ORACLE_CASES", "2000"))
SEED = os.environ.get("ROAMLEDGER_ORACLE_SEED", "roamledger")


@pytest.mark.slow
def test_the_models_agree_with_the_oracle_to_the_last_decimal(paths: Paths) -> None:
    drawn = list(cases(COUNT, SEED))
    totals = price_batch(drawn, paths)
    assert set(totals) == {case.cdr["id"] for case in drawn}
    differences = {
        # `draw_case(index, SEED, partners())` draws a differing case again.
        case.index: difference
        for case in drawn
        if not case.cdr.get("credit") and (difference := compare(case.priced(), *totals[case.cdr["id"]]))
    }
    assert differences == {}
