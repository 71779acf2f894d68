"""Real tariffs price made sessions without an error, to the last decimal as the oracle does."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import Paths
from tests.oracle.pricer import compare
from tests.pricing.oracle_batch import price_batch
from tests.pricing.real_tariffs import cases, described, read_profiles, read_tariffs

# Thousands of tariffs price like another one; ROAMLEDGER_REAL_TARIFFS=all takes them, too.
ALIKE_ONCE = os.environ.get("ROAMLEDGER_REAL_TARIFFS") != "all"


@pytest.mark.slow
def test_every_real_tariff_prices_every_profile_as_the_oracle_does(corpus: Path, paths: Paths) -> None:
    tariffs = read_tariffs(corpus, alike_once=ALIKE_ONCE)
    assert len(tariffs) == (650 if ALIKE_ONCE else 7001)
    drawn = list(cases(tariffs))
    assert len(drawn) == 5 * len(tariffs)
    built = price_batch(drawn, paths)
    totals = {cdr_id: (each.total_excl_vat, each.total_incl_vat) for cdr_id, each in built.items()}
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        refused = con.execute(
            "select not_priced_code, count(*) from pricing.fct_cdr_prices where total_excl_vat is null group by all"
        ).fetchall()
    assert refused == []
    differences = {
        described(case): difference for case in drawn if (difference := compare(case.priced(), *totals[case.cdr["id"]]))
    }
    assert differences == {}
    # The profiles would be worth little if most tariffs could not tell them apart.
    assert len(set(totals.values())) > 1000


def test_the_profiles_add_up() -> None:
    profiles = read_profiles()
    assert len(profiles) == 5
    for name, profile in profiles.items():
        volumes = [each for period in profile["charging_periods"] for each in period["dimensions"]]
        sums = {
            kind: sum(each["volume"] for each in volumes if each["type"] == kind)
            for kind in ("ENERGY", "TIME", "PARKING_TIME")
        }
        assert sums["ENERGY"] == profile["total_energy"], name
        assert sums["TIME"] + sums["PARKING_TIME"] == profile["total_time"], name
        assert sums["PARKING_TIME"] == profile["total_parking_time"], name
