"""The stream of the benchmarks is what it says it is, and the pipeline agrees with its claims."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.step import FOLDERS, Measured, measure
from benchmarks.stream import Stream, write
from benchmarks.tariffs import restrictions_of
from pipeline.settings import Paths

COUNT = 500


@dataclass(frozen=True)
class Built:
    """A data directory with the stream, and the measured steps on it by name."""

    paths: Paths
    steps: dict[str, Measured]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stream")
    write(Stream(COUNT), folder, with_objects=True)
    return folder


@pytest.fixture(scope="module")
def cdrs(written: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (written / "objects.ndjson").read_text().splitlines()]


@pytest.fixture(scope="module")
def built(written: Path) -> Built:
    names = ("land", "raw", "prepare", *FOLDERS)
    return Built(Paths(written), {name: measure(name, written) for name in names})


def objects(written: Path, module: str) -> list[dict[str, Any]]:
    pages = sorted(written.glob(f"pulls/*/*/*/{module}/page-*.json"))
    return [each for page in pages for each in json.loads(page.read_text())["data"]]


def test_the_same_seed_and_count_give_the_same_bytes_and_another_seed_others(written: Path, tmp_path: Path):
    again, other = tmp_path / "again", tmp_path / "other"
    write(Stream(COUNT), again, with_objects=True)
    write(Stream(COUNT, seed="another"), other, with_objects=True)
    files = [file.relative_to(again) for file in sorted(again.rglob("*")) if file.is_file()]
    assert [file for file in files if (again / file).read_bytes() != (written / file).read_bytes()] == []
    assert (other / "objects.ndjson").read_bytes() != (written / "objects.ndjson").read_bytes()


def test_cdrs_are_of_the_size_and_the_versions_promised(written: Path, cdrs: list[dict[str, Any]]):
    assert len({cdr["id"] for cdr in cdrs}) == COUNT
    assert 2200 <= (written / "objects.ndjson").stat().st_size / COUNT <= 2600
    versions = Counter(
        "2.1.1" if "stop_date_time" in cdr else "2.3.0" if "before_taxes" in cdr["total_cost"] else "2.2.1"
        for cdr in cdrs
    )
    assert versions == {"2.1.1": 75, "2.2.1": 350, "2.3.0": 75}


def test_cdrs_have_one_to_six_periods_from_their_start_on(cdrs: list[dict[str, Any]]):
    counts = [len(cdr["charging_periods"]) for cdr in cdrs]
    assert (min(counts), max(counts)) == (1, 6)
    assert 2.4 <= sum(counts) / COUNT <= 3
    for cdr in cdrs:
        starts = [period["start_date_time"] for period in cdr["charging_periods"]]
        # Now and then they are sent in another order.
        assert min(starts) == cdr["start_date_time"]
        assert len(starts) == len(set(starts))


def test_there_are_400_tariffs_and_half_of_them_are_restricted(written: Path, cdrs: list[dict[str, Any]]):
    tariffs = {tariff["id"]: tariff for tariff in objects(written, "tariffs")}
    assert len({json.dumps(tariff["elements"]) for tariff in tariffs.values()}) == len(tariffs) == 400
    assert sum(bool(restrictions_of(tariff)) for tariff in tariffs.values()) == 200
    assert [cdr["id"] for cdr in cdrs for tariff in cdr["tariffs"] if tariffs[tariff["id"]] != tariff] == []


def test_connectors_name_every_tariff(written: Path):
    connectors = [
        connector
        for location in objects(written, "locations")
        for evse in location["evses"]
        for connector in evse["connectors"]
    ]
    named = {name for each in connectors for name in each.get("tariff_ids") or [each["tariff_id"]]}
    assert named == {tariff["id"] for tariff in objects(written, "tariffs")}


@pytest.mark.slow
def test_every_object_loads_without_quarantine_or_duplicate(built: Built):
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as con:
        counts = con.execute(
            "select module, sum(received_count), sum(loaded_count) from raw.pages group by module order by module"
        ).fetchall()
    assert counts == [
        ("cdrs", COUNT, COUNT),
        ("locations", 600, 600),
        ("sessions", COUNT, COUNT),
        ("tariffs", 400, 400),
        ("tokens", 20_000, 20_000),
    ]


@pytest.mark.slow
def test_all_but_every_fortieth_cdr_cost_what_they_claim(built: Built):
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as con:
        counts = con.execute(
            """
            select count(*), count(*) filter (is_priced), count(*) filter (
                difference_excl_vat = 0 and coalesce(difference_incl_vat, 0) = 0
            )
            from reconciliation.fct_cdr_reconciliation
            """
        ).fetchone()
    assert counts == (COUNT, COUNT, COUNT - COUNT // 40)


@pytest.mark.slow
def test_every_cdr_has_its_session(built: Built):
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as con:
        counts = con.execute(
            "select match_status, count(*) from reconciliation.fct_session_matches group by all"
        ).fetchall()
    assert counts == [("matched", COUNT)]


@pytest.mark.slow
def test_a_step_tells_every_model_of_its_folder_and_no_test(built: Built):
    from pipeline.settings import DBT_PROJECT_DIR

    for folder in FOLDERS:
        step = built.steps[folder]
        models = {file.stem for file in (DBT_PROJECT_DIR / "models" / folder).rglob("*.sql")}
        assert {node.name for node in step.nodes} == models
        assert 0 < step.busy_s <= min(step.sum_s, step.wall_s)
        assert step.peak_bytes > 0
