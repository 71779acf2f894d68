"""A rebuild gives what the nights gave, though they received, loaded and judged it in other portions."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.commands import demo
from pipeline.landing.store import land_path
from pipeline.nightly import judge_new_records, load_raw_tables, load_sources, run_night
from pipeline.partners import load_config
from pipeline.publish import RUN_METADATA_TABLES
from pipeline.rebuild import last_clock, rebuild
from pipeline.settings import SAMPLE_DIR, Paths, UserError
from tests.comparing import differences, table_count
from tests.test_nightly import held_by_another_process


def follow(step: str, done: int, total: int | None) -> None:
    """Nobody watches."""


@pytest.mark.slow
def test_a_rebuild_equals_the_nights_in_every_table(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    demo.prepare(paths)
    config = load_config(paths)
    nights = sorted(folder for folder in (SAMPLE_DIR / "pulls").iterdir() if folder.is_dir())
    for number, folder in enumerate(nights, start=1):
        land_path(paths, config, folder)
        load_raw_tables(paths)
        load_sources(paths)
        judge_new_records(paths)
        if number == 1:
            demo.append_disputes(paths)
            run_night(paths, as_of=demo.AS_OF - timedelta(days=len(nights) - 1), pull=False, collect_inbox=False)
    last = run_night(paths, as_of=demo.AS_OF, pull=False, collect_inbox=False)
    kept = Path(shutil.copyfile(paths.warehouse, tmp_path / "before.duckdb"))
    # Nothing of the old one is needed, and what a crash left beside it is not played into the new one.
    paths.warehouse.write_bytes(b"no database")
    paths.warehouse.with_name("roamledger.duckdb.wal").write_bytes(b"left by a crash")
    done = rebuild(paths, as_of=demo.AS_OF, on_progress=follow)
    assert table_count(paths.warehouse) > 150
    assert differences(kept, paths.warehouse, but=RUN_METADATA_TABLES | {"ledger.audit_log"}) == {}
    assert last.published is not None
    assert done.published.version_id == last.published.version_id


def test_a_warehouse_that_is_written_to_is_not_replaced(paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    with (
        held_by_another_process(paths.warehouse) as holder,
        pytest.raises(UserError, match=rf"in use by process {holder}"),
    ):
        rebuild(paths, as_of=demo.AS_OF, on_progress=follow)


@pytest.mark.slow
def test_the_clock_of_the_newest_night_is_known_without_anything_that_can_be_rebuilt(sample_copy: Paths) -> None:
    shutil.rmtree(sample_copy.published)
    shutil.rmtree(sample_copy.warehouse.parent)
    assert last_clock(sample_copy) == demo.AS_OF
    assert last_clock(Paths(sample_copy.data / "nothing")) is None
