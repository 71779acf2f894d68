"""The whole night on the sample: repeatable, whole or not at all, one at a time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipeline.commands.demo import AS_OF
from pipeline.dbt_runner import BuildFailed
from pipeline.nightly import NightResult, run_night
from pipeline.publish import RUN_METADATA_COLUMNS, RUN_METADATA_TABLES, publish
from pipeline.settings import Paths, UserError
from pipeline.warehouse import open_warehouse, run_lock
from tests.conftest import SampleNight

pytestmark = pytest.mark.slow


def differences(left: Path, right: Path) -> dict[str, int]:
    """Count the rows of each published table that only one of two files has; tables of one file count as -1.

    Tables that tell about the runs themselves are left out.
    """
    with duckdb.connect() as con:
        con.execute(f"attach '{left}' as a (read_only)")
        con.execute(f"attach '{right}' as b (read_only)")
        listed = con.execute(
            "select database_name, schema_name, table_name from duckdb_tables() where database_name in ('a', 'b')"
        ).fetchall()
        tables = {name: {(schema, table) for at, schema, table in listed if at == name} for name in "ab"}
        found = {f"{schema}.{table}": -1 for schema, table in tables["a"] ^ tables["b"]}
        for schema, table in sorted(tables["a"] & tables["b"]):
            if f"{schema}.{table}" in RUN_METADATA_TABLES:
                continue
            columns = [row[0] for row in con.execute(f'describe a."{schema}"."{table}"').fetchall()]
            kept = ", ".join(f'"{column}"' for column in columns if column not in RUN_METADATA_COLUMNS)
            sides = [f'select {kept} from {at}."{schema}"."{table}"' for at in "ab"]
            only_in_one = [f"({one} except all {other})" for one, other in (sides, sides[::-1])]
            row = con.execute(f"select count(*) from ({' union all '.join(only_in_one)})").fetchone()
            if row and row[0]:
                found[f"{schema}.{table}"] = row[0]
        return found


@contextmanager
def held_by_another_process(file: Path) -> Iterator[int]:
    """Keep the DuckDB file open in another process; yields its process id."""
    code = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process.pid
        finally:
            process.communicate()


def test_a_night_publishes_every_table_of_the_contract(sample_night: SampleNight) -> None:
    published = sample_night.result.published
    assert published is not None
    assert set(published.row_counts) >= {
        "billing.fct_billing_lines",
        "core.dim_evses",
        "core.dim_tariff_versions",
        "core.dim_tokens",
        "core.fct_cdrs",
        "core.fct_sessions",
        "kpis.kpi_roaming_daily",
        "kpis.kpi_roaming_monthly",
        "meta.ingest_accounting",
        "pricing.fct_cdr_findings",
        "pricing.fct_cdr_price_lines",
        "pricing.fct_cdr_prices",
        "reconciliation.fct_cdr_reconciliation",
        "reconciliation.fct_cost_differences",
        "reconciliation.fct_session_matches",
        "settlement.fct_statement_lines",
        "validation.fct_rule_hits",
        "verdicts.fct_cdr_verdicts",
    }


def test_the_same_night_twice_publishes_the_same_tables(sample_night: SampleNight, sample_copy: Paths) -> None:
    again = run_night(sample_copy, as_of=AS_OF)
    assert again.accounts == []
    assert again.suite_runs == []
    assert again.published is not None
    assert differences(sample_night.paths.published_file, again.published.file) == {}
    assert version_of(again) == version_of(sample_night.result)


def test_landing_ledger_and_configuration_rebuild_the_same_night(sample_night: SampleNight, sample_copy: Paths) -> None:
    shutil.rmtree(sample_copy.warehouse.parent)
    shutil.rmtree(sample_copy.published)
    rebuilt = run_night(sample_copy, as_of=AS_OF)
    assert differences(sample_night.paths.published_file, sample_copy.published_file) == {}
    assert version_of(rebuilt) == version_of(sample_night.result)


def test_a_broken_invariant_keeps_the_last_night_published(sample_copy: Paths) -> None:
    before = sample_copy.published_file.read_bytes()
    with open_warehouse(sample_copy) as con:
        # Somebody lost a CDR after it was counted: the accounting of its file no longer adds up.
        con.execute("delete from raw.cdrs where rowid = (select max(rowid) from raw.cdrs)")
    with pytest.raises(BuildFailed) as failed:
        run_night(sample_copy, as_of=AS_OF)
    assert "everything_received_is_accounted_for" in failed.value.failures
    assert sample_copy.published_file.read_bytes() == before
    # Nor can it be published later: the build is known to be broken.
    with pytest.raises(UserError, match="not whole"):
        publish(sample_copy)


def test_a_warehouse_in_use_is_told_with_the_process_that_holds_it(paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    with (
        held_by_another_process(paths.warehouse) as holder,
        pytest.raises(UserError, match=rf"in use by process {holder}"),
    ):
        run_night(paths, as_of=AS_OF)


def test_two_runs_at_once_are_refused(paths: Paths) -> None:
    code = (
        "import sys, pathlib; from pipeline.settings import Paths; from pipeline.nightly import run_night;"
        "from pipeline.settings import UserError; from datetime import datetime, UTC\n"
        "try: run_night(Paths(pathlib.Path(sys.argv[1])), as_of=datetime(2026, 11, 1, tzinfo=UTC))\n"
        "except UserError as error: print(error)"
    )
    with run_lock(paths):
        done = subprocess.run(
            [sys.executable, "-c", code, str(paths.data)], capture_output=True, text=True, check=True, timeout=120
        )
    assert "Another run is at work" in done.stdout


def version_of(night: NightResult) -> str | None:
    return night.published.version_id if night.published else None
