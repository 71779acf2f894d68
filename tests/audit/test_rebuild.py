"""A rebuild makes every table again from landing, ledger and configuration, and disturbs nothing until it is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline import rebuild as rebuilding
from pipeline.audit.chain import read
from pipeline.audit.log import audit_file
from pipeline.audit.verify import verify
from pipeline.commands.demo import AS_OF
from pipeline.dbt_runner import BuildFailed
from pipeline.publish import RUN_METADATA_TABLES
from pipeline.rebuild import last_clock, rebuild
from pipeline.settings import Paths
from tests.conftest import SampleNight

# What tells about the runs themselves: their audit log.
ABOUT_RUNS = RUN_METADATA_TABLES | {"ledger.audit_log"}


def follow(step: str, done: int, total: int | None) -> None:
    """Nobody watches."""


def contents(file: Path) -> dict[str, tuple[object, ...]]:
    """Every table's columns, number of rows and hash of all rows in any order."""
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        return {
            f"{schema}.{table}": (
                *(row[:2] for row in con.execute(f'describe "{schema}"."{table}"').fetchall()),
                *con.execute(
                    f'select count(*), sum(hash(t)), bit_xor(hash(t)) from "{schema}"."{table}" as t'
                ).fetchall(),
            )
            for schema, table in tables
            if f"{schema}.{table}" not in ABOUT_RUNS
        }


@pytest.mark.slow
def test_a_rebuild_gives_every_table_as_it_was_and_the_same_version(
    sample_night: SampleNight, sample_copy: Paths
) -> None:
    assert last_clock(sample_copy) == AS_OF
    # The warehouse is worth nothing: whatever was done to it is gone after a rebuild.
    with duckdb.connect(str(sample_copy.warehouse)) as con:
        con.execute("delete from raw.cdrs; drop table raw.tokens; create table core.stray (i integer)")
    done = rebuild(sample_copy, as_of=AS_OF, on_progress=follow)
    before = contents(sample_night.paths.warehouse)
    assert len(before) > 150
    assert contents(sample_copy.warehouse) == before
    assert sample_night.result.published is not None
    assert done.published.version_id == sample_night.result.published.version_id
    assert (done.page_count, done.ledger_position) == (61, 20)
    assert sorted(file.name for file in sample_copy.warehouse.parent.glob(".rebuild")) == []
    acts = [line.content() for line in read(audit_file(sample_copy))][-3:]
    assert [act["action"] for act in acts] == ["build", "rebuild", "publish"]
    assert acts[1]["counts"]["received"] == sum(account.received for account in sample_night.result.accounts)
    assert verify(sample_copy, with_bodies=True).problems == []


@pytest.mark.slow
def test_a_rebuild_that_fails_leaves_warehouse_and_published_file_as_they_were(
    sample_copy: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (sample_copy.warehouse.read_bytes(), sample_copy.published_file.read_bytes())

    def fail(*_: object, **__: object) -> None:
        raise BuildFailed({"a_test": "Got 1 result"})

    monkeypatch.setattr(rebuilding, "build_tables", fail)
    with pytest.raises(BuildFailed):
        rebuild(sample_copy, as_of=datetime(2026, 11, 2, tzinfo=UTC), on_progress=follow)
    assert (sample_copy.warehouse.read_bytes(), sample_copy.published_file.read_bytes()) == before
