"""What readers of the published file may rely on, on a small warehouse made by hand and on the sample."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import publish as publishing
from pipeline.masking import Masking
from pipeline.publish import KEPT_VERSIONS, exported_tables, publish
from pipeline.settings import PROJECT_ROOT, Paths, UserError
from pipeline.warehouse import open_warehouse
from tests.conftest import SampleNight

# What DuckDB writes into the header of a file of storage version v1.4.0; 1.4 and later read it.
STORAGE_NUMBER = 67

Build = Callable[[int], None]


def node(schema: str, name: str) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "schema": schema,
        "name": name,
        "description": f"One row per row of {name}.",
        "columns": {"night_number": {"description": "The night that wrote the row."}},
    }


@pytest.fixture
def build(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Build a small whole night: every row of both tables carries the number of the night."""
    monkeypatch.setattr(
        publishing,
        "read_manifest",
        lambda paths: {"nodes": {name: node(*name.split(".")) for name in ("core.fct_a", "kpis.kpi_b", "core.int_c")}},
    )

    # The pages read tables that this small night does not have.
    monkeypatch.setattr(
        publishing,
        "_write_pages",
        lambda staging: [(staging / name).touch() for name in ("report.html", "quality.html")],
    )

    def write(number: int, *, is_complete: bool = True) -> None:
        with open_warehouse(paths) as con:
            for table, rows in (("core.fct_a", 20_000), ("kpis.kpi_b", 500), ("core.int_c", 1)):
                con.execute(f"create schema if not exists {table.split('.')[0]}")
                con.execute(
                    f"create or replace table {table} as select {number} as night_number, range as n from range({rows})"
                )
            con.execute("create schema if not exists meta")
            con.execute(
                "create or replace table meta.last_build as "
                "select cast(? as timestamptz) as as_of, 0 as ledger_position, cast(? as boolean) as is_complete",
                [datetime(2026, 11, 1 + number, tzinfo=UTC), is_complete],
            )

    return write


def read(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


READER = """
import duckdb, json, sys
seen, errors, reads = set(), [], 0
print("ready", flush=True)
import threading
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
while not stop.is_set():
    try:
        with duckdb.connect(sys.argv[1], read_only=True) as con:
            seen.add(con.execute(
                "select (select version_id from meta.published_version), "
                "(select string_agg(distinct night_number, ',') || ':' || count(*) from core.fct_a), "
                "(select string_agg(distinct night_number, ',') || ':' || count(*) from kpis.kpi_b)"
            ).fetchone())
            reads += 1
    except Exception as error:
        errors.append(str(error))
print(json.dumps({"seen": sorted(seen), "errors": errors, "reads": reads}))
"""


def test_a_reader_polling_during_publishes_sees_only_whole_versions(paths: Paths, build: Build) -> None:
    build(0)
    versions = {publish(paths).version_id: 0}
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(paths.published_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(1, 9):
            build(number)
            versions[publish(paths).version_id] = number
        output, _ = reader.communicate(timeout=60)
    told = json.loads(output)
    assert told["errors"] == []
    assert told["reads"] > 8
    assert len(told["seen"]) > 1
    for version_id, facts, kpis in told["seen"]:
        assert (facts, kpis) == (f"{versions[version_id]}:20000", f"{versions[version_id]}:500")


def test_only_tables_for_analysts_are_published_with_their_descriptions(paths: Paths, build: Build) -> None:
    build(0)
    published = publish(paths)
    assert read(published.file, "select schema_name, table_name, comment from duckdb_tables() order by all") == [
        ("core", "fct_a", "One row per row of fct_a."),
        ("kpis", "kpi_b", "One row per row of kpi_b."),
        (
            "meta",
            "published_chains",
            "One row per chain: how far ledger and audit log reached when this version was published.",
        ),
        ("meta", "published_version", "One row: the version that this file holds."),
    ]
    assert read(published.file, "select version_id, table_count from meta.published_version") == [
        (published.version_id, 2)
    ]
    assert sorted(file.name for file in published.folder.glob("*.parquet")) == [
        "core.fct_a.parquet",
        "kpis.kpi_b.parquet",
    ]


def test_the_same_build_has_the_same_version_and_another_clock_another(paths: Paths, build: Build) -> None:
    build(0)
    first, second = publish(paths), publish(paths)
    build(1)
    assert first.version_id == second.version_id != publish(paths).version_id


def test_old_versions_are_forgotten_and_the_published_one_never_is(paths: Paths, build: Build) -> None:
    published = []
    for number in range(KEPT_VERSIONS + 2):
        build(number)
        published.append(publish(paths).version_id)
    kept = {folder.name for folder in (paths.published / "versions").iterdir()}
    assert kept == set(published[-KEPT_VERSIONS:])


def test_a_build_that_is_not_whole_is_not_published(paths: Paths, build: Callable[..., None]) -> None:
    build(0, is_complete=False)
    with pytest.raises(UserError, match="not whole"):
        publish(paths)
    assert not paths.published_file.exists()


def test_a_report_that_fails_leaves_readers_the_last_night(
    paths: Paths, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(0)
    before = publish(paths)
    build(1)
    monkeypatch.setattr(publishing, "_write_pages", lambda staging: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(paths)
    assert read(paths.published_file, "select version_id from meta.published_version") == [(before.version_id,)]


def test_the_published_file_has_a_storage_version_that_older_clients_read(paths: Paths, build: Build) -> None:
    build(0)
    with publish(paths).file.open("rb") as file:
        header = file.read(20)
    assert header[8:12] == b"DUCK"
    assert struct.unpack("<Q", header[12:20]) == (STORAGE_NUMBER,)


def test_a_client_of_duckdb_1_5_reads_the_published_file(paths: Paths, build: Build, tmp_path: Path) -> None:
    uv = shutil.which("uv") or str(PROJECT_ROOT / ".uv" / "bin" / "uv")
    if not Path(uv).exists():
        pytest.skip("uv is not at hand to fetch a DuckDB 1.5 client")
    client = tmp_path / "client"
    fetched = subprocess.run(
        [
            *(uv, "pip", "install", "--quiet", "--require-hashes", "--python", sys.executable),
            *("--target", str(client), "-r", str(PROJECT_ROOT / "requirements" / "old-client.txt")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode:
        pytest.skip(f"a DuckDB 1.5 client could not be fetched: {fetched.stderr.strip()}")
    build(3)
    code = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True);"
        "print(duckdb.__version__, con.execute('select sum(night_number) from core.fct_a').fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(publish(paths).file)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(client)},
    )
    version, total = done.stdout.split()
    assert version.startswith("1.5.")
    assert int(total) == 60_000


@pytest.mark.slow
def test_no_identifier_of_a_driver_is_in_the_published_file(sample_night: SampleNight) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{sample_night.paths.published_file}' as published (read_only)")
        con.execute(f"attach '{sample_night.paths.warehouse}' as warehouse (read_only)")
        con.execute(
            """
            create table identifiers as
            select distinct
                upper(unnest([token_uid, contract_id, token_key, token_label, token_version_key])) as identifier
            from warehouse.core.dim_tokens
            union
            select distinct upper(unnest([token_uid, contract_id])) from warehouse.core.fct_cdrs
            """
        )
        columns = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where database_name = 'published' and data_type = 'VARCHAR'"
        ).fetchall()
        leaks = [
            f"{schema}.{table}.{column}"
            for schema, table, column in columns
            if con.execute(
                f'select 1 from published."{schema}"."{table}" where upper("{column}") in (from identifiers) limit 1'
            ).fetchone()
        ]
    assert columns
    assert leaks == []


def test_keys_made_from_a_token_are_masked_and_those_of_other_objects_stay(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as warehouse; create schema warehouse.verdicts")
        con.execute(
            """
            create table warehouse.verdicts.fct_findings as
            select * from (values ('token', 'k1', 'f1', 'h1'), ('cdr', 'k2', 'f2', 'h2'))
                as t (object_type, object_key, finding_key, rule_hit_key)
            """
        )
        select = Masking.prepare(con, Paths(tmp_path)).select_from(con, "verdicts", "fct_findings")
        token, cdr = con.execute(f"{select} order by object_type desc").fetchall()
    assert all(value.startswith("m-") for value in token[1:])
    assert cdr == ("cdr", "k2", "f2", "h2")


@pytest.mark.slow
def test_masked_tokens_still_join(sample_night: SampleNight) -> None:
    question = """
        select count(*) from {0}core.fct_cdrs as cdrs
        semi join {0}core.dim_tokens as tokens on upper(cdrs.token_uid) = upper(tokens.token_uid)
    """
    with open_warehouse(sample_night.paths, read_only=True) as con:
        expected = con.execute(question.format("")).fetchall()
    assert expected[0][0] > 0
    assert read(sample_night.paths.published_file, question.format("")) == expected


def test_the_catalogues_that_name_codes_and_kpis_are_published_and_no_other_seed() -> None:
    nodes = {
        name: node("seeds", name) | {"resource_type": "seed"}
        for name in ("codes", "countries", "rules", "kpi_catalogue")
    }
    assert [export.name for export in exported_tables({"nodes": nodes})] == ["codes", "kpi_catalogue", "rules"]


def test_every_exported_model_is_found_by_its_name() -> None:
    nodes = {name: node("core", name) for name in ("fct_a", "dim_b", "kpi_c", "int_d", "stg_e")}
    nodes["accounting"] = node("meta", "ingest_accounting")
    assert [export.name for export in exported_tables({"nodes": nodes})] == [
        "dim_b",
        "fct_a",
        "kpi_c",
        "ingest_accounting",
    ]
