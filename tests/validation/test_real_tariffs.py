"""The lint on two pulls of real Dutch tariffs: everything is read, and it finds what was found by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import Paths

PULLS = {"tariffs_2026-06-02.json.gz": 2, "tariffs_2026-06-07.json.gz": 7}

REVIEWED = {
    # Prices by the hour of days that are over.
    "tariff_element_expired": 216,
    # Mostly PARKING_TIME and TIME after some hours, which is an offer.
    "tariff_free_at_first": 161,
    "tariff_parking_priced_as_time": 143,
    # 126 ask for time from 07:00 to 23:00 only, 12 end the day at 23:59.
    "tariff_without_fallback": 138,
    "tariff_price_zero": 26,
    # Prices by the quarter of an hour whose end_date is the start_date: the sender counts it in.
    "tariff_dates_equal": 14,
    "tariff_hidden_by_wider": 14,
    # The same fourteen: what does hold of them is over.
    "tariff_prices_expired": 14,
    "tariff_window_ends_early": 12,
    # Eight list an element twice, one has energy at 0.03 before 0.53, one has time at 0 before 12 an hour.
    "tariff_hidden_by_unrestricted": 10,
    "tariff_elements_equal": 8,
    # From 0.01 to 0.04 a kWh at all times; what the market makes of an hour does not count.
    "tariff_price_low": 6,
    "tariff_time_and_parking_priced": 2,
    "tariff_price_high": 1,
}
"""Tariff bodies by code, looked at by hand; without the Locations nothing is said of AFIR."""


@pytest.mark.slow
def test_the_lint_finds_on_real_tariffs_what_was_reviewed(corpus: Path, paths: Paths) -> None:
    for name, day in PULLS.items():
        received_at = datetime(2026, 6, day, 12, tzinfo=UTC)
        land_path(paths, load_config(paths), corpus / "real" / "ndw_dotnl_2026" / name, received_at=received_at)
    accounts = nightly.load_raw_tables(paths)
    assert [(each.received, each.quarantined) for each in accounts] == [(6755, 0), (6761, 0)]
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    only_lint = ["--select", "+int_tariff_hits", "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=datetime(2026, 6, 8, 2, tzinfo=UTC), ledger_position=0, select=only_lint)
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        bodies = con.execute("select count(*) from core.int_tariff_bodies").fetchall()
        unusable = con.execute("select count(*) from core.int_tariff_components where is_unusable").fetchall()
        found = con.execute(
            "select lint_code, count(distinct tariff_hash) from validation.fct_tariff_lint group by all"
        ).fetchall()
    assert (bodies, unusable) == ([(7001,)], [(0,)])
    assert dict(found) == REVIEWED
