"""A rebuild gives what the nights gave, table by table, or leaves the warehouse as it was."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.audit.chain import read
from pipeline.audit.log import audit_file
from pipeline.commands import demo
from pipeline.landing.store import land_path
from pipeline.ledger import NewEvent, append
from pipeline.nightly import judge_new_records, load_raw_tables, load_sources, run_night
from pipeline.partners import load_config
from pipeline.rebuild import last_clock, rebuild
from pipeline.settings import SAMPLE_DIR, Paths, UserError
from pipeline.warehouse import open_warehouse
from tests.comparing import differences, table_count
from tests.test_nightly import held_by_another_process

pytestmark = pytest.mark.slow


def rebuilds(paths: Paths) -> list[str]:
    """The outcomes of the rebuilds in the audit log."""
    entries = [line.content() for line in read(audit_file(paths))]
    return [entry["detail"]["outcome"] for entry in entries if entry["action"] == "rebuild"]


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The sample received, loaded and judged night by night, with a whole night in between and one at the end."""
    paths = Paths(tmp_path_factory.mktemp("nightly") / "data")
    demo.prepare(paths)
    config = load_config(paths)
    folders = sorted(folder for folder in (SAMPLE_DIR / "pulls").iterdir() if folder.is_dir())
    for number, folder in enumerate(folders):
        land_path(paths, config, folder)
        if number == len(folders) // 3:
            run_night(paths, as_of=demo.AS_OF - timedelta(days=20), collect_inbox=False)
            demo.append_disputes(paths)
        else:
            load_raw_tables(paths)
            load_sources(paths)
            judge_new_records(paths)
    run_night(paths, as_of=demo.AS_OF, collect_inbox=False)
    return paths


def test_a_rebuild_equals_the_nights_in_every_table(nightly: Paths, tmp_path: Path) -> None:
    kept = Path(shutil.copyfile(nightly.warehouse, tmp_path / "before.duckdb"))
    # Nothing of the old one is needed, and what a crash left beside it is not played into the new one.
    nightly.warehouse.write_bytes(b"no database")
    nightly.warehouse.with_name("roamledger.duckdb.wal").write_bytes(b"left by a crash")
    done = rebuild(nightly)
    assert table_count(nightly.warehouse) > 50
    assert differences(kept, nightly.warehouse) == {}
    assert done.is_the_same
    assert done.as_of == demo.AS_OF
    assert rebuilds(nightly) == ["whole"]
    assert not (nightly.warehouse.parent / ".rebuild").exists()


def test_a_rebuild_that_fails_leaves_the_warehouse_and_what_is_published(sample_copy: Paths) -> None:
    files = (sample_copy.warehouse, sample_copy.published_file)
    before = [file.read_bytes() for file in files]
    body = next((sample_copy.landing / "pulls").rglob("*.zst"))
    kept = body.read_bytes()
    body.unlink()
    with pytest.raises(UserError, match="is missing"):
        rebuild(sample_copy)
    body.write_bytes(kept)
    assert [file.read_bytes() for file in files] == before
    assert rebuilds(sample_copy) == ["failed"]
    assert not (sample_copy.warehouse.parent / ".rebuild").exists()


def test_a_warehouse_that_is_written_to_is_not_replaced(paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    with (
        held_by_another_process(paths.warehouse) as holder,
        pytest.raises(UserError, match=rf"in use by process {holder}"),
    ):
        rebuild(paths)
    assert not audit_file(paths).exists()


def test_the_clock_is_that_of_the_last_build_wherever_it_is_still_known(sample_copy: Paths) -> None:
    assert last_clock(sample_copy) == demo.AS_OF
    with open_warehouse(sample_copy) as con:
        con.execute("drop table meta.last_build")
    assert last_clock(sample_copy) == demo.AS_OF
    shutil.rmtree(sample_copy.published)
    shutil.rmtree(sample_copy.warehouse.parent)
    assert last_clock(sample_copy) == demo.AS_OF
    assert last_clock(Paths(sample_copy.data / "nothing")) is None
