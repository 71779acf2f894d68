"""The night finds on sessions and CDRs exactly what the generator planted, also for a seed that nobody looked at."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from pipeline.commands import demo
from pipeline.nightly import run_night
from pipeline.sample.generate import write
from pipeline.sample.world import World
from pipeline.settings import SAMPLE_DIR, Paths

Finding = tuple[str, str, str]

ON_REAL_OBJECTS = {
    # Seven EVSEs name a tariff that the feed does not hold.
    ("evse", "nl-efl", "tariff_reference_dangling"): 7,
    # Energy at 2.95 a kWh.
    ("tariff", "nl-sgm", "tariff_price_high"): 1,
    # A start fee of nothing and no other price.
    ("tariff", "nl-efl", "tariff_price_zero"): 10,
    # Time and parking are priced after five hours from 07:00 to 23:00, and at night not at all.
    ("tariff", "nl-all", "tariff_without_fallback"): 17,
    # They, and seven of SGM, ask the same per hour whether the car charges or stands.
    ("tariff", "nl-all", "tariff_parking_priced_as_time"): 17,
    ("tariff", "nl-sgm", "tariff_parking_priced_as_time"): 7,
    # Energy at 0.06 in an element before the one at 0.56, both without restrictions.
    ("tariff", "nl-efl", "tariff_hidden_by_unrestricted"): 1,
    # 0.50 a session and 1.00 an hour beside 0.60 a kWh, at DC of 50 kW and more; 0.4132 a session at SGM.
    ("tariff", "nl-efl", "tariff_afir_session_fee"): 7,
    ("tariff", "nl-efl", "tariff_afir_charging_time"): 7,
    ("tariff", "nl-sgm", "tariff_afir_session_fee"): 1,
    # The one that is made to rise without a new `last_updated`.
    ("tariff", "nl-efl", "tariff_mutated_in_place"): 1,
}
"""Reviewed counts on the locations and tariffs of the slice, which no seed changes."""


def found(paths: Paths) -> set[Finding]:
    """Return the findings of the last build on sessions and CDRs."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        rows = con.execute(
            "select object_type, object_label, code from verdicts.fct_findings where object_type in ('session', 'cdr')"
        ).fetchall()
    return set(rows)


def expected(folder: Path) -> set[Finding]:
    """Read the answer key of a sample."""
    with (folder / "answer_key.csv").open() as file:
        return {(row["object_type"], row["object_label"], row["code"]) for row in csv.DictReader(file)}


def test_the_findings_on_sessions_and_cdrs_are_those_of_the_answer_key(sample_night) -> None:
    findings, key = found(sample_night.paths), expected(SAMPLE_DIR)
    assert sorted(key - findings) == []
    assert sorted(findings - key) == []


def test_the_findings_of_a_fresh_seed_are_those_of_its_answer_key(
    fresh: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, paths = tmp_path / "sample", Paths(tmp_path / "data")
    write(fresh, sample)
    monkeypatch.setattr(demo, "SAMPLE_DIR", sample)
    demo.prepare(paths)
    demo.land_sample(paths, lambda step, done, total: None)
    demo.append_disputes(paths)
    run_night(paths, as_of=demo.AS_OF, collect_inbox=False)
    findings, key = found(paths), expected(sample)
    assert sorted(key - findings) == []
    assert sorted(findings - key) == []


def test_the_findings_on_real_locations_and_tariffs_are_those_that_were_reviewed(sample_night) -> None:
    with duckdb.connect(str(sample_night.paths.warehouse), read_only=True) as con:
        rows = con.execute(
            """
            select object_type, partner, code, count(*)
            from verdicts.fct_findings
            where object_type not in ('session', 'cdr')
            group by all
            """
        ).fetchall()
    assert {tuple(row[:3]): row[3] for row in rows} == ON_REAL_OBJECTS
