"""Tables of what the suites found: by page, by page and rule, and a row per received record and failed rule."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb

from pipeline.quality.frames import FRAMES
from pipeline.settings import DBT_PROJECT_DIR, PROJECT_ROOT

# By page and not by night: what nights there were cannot be told from what is landed.
TABLES: dict[str, str] = {
    "gx_runs": """
        run_id varchar, suite varchar, module varchar, partner varchar, landing_seq bigint, received_at timestamptz,
        evaluated_count bigint, failed_count bigint, is_success boolean
    """,
    "gx_rule_runs": """
        suite varchar, module varchar, object_type varchar, rule_code varchar, partner varchar, landing_seq bigint,
        received_at timestamptz, evaluated_count bigint, failed_count bigint
    """,
    "gx_hits": """
        suite varchar, module varchar, object_type varchar, object_key varchar, object_label varchar,
        object_hash varchar, landing_seq bigint, ordinal integer, partner varchar, rule_code varchar, observed varchar
    """,
    "gx_suites": "suite varchar, fingerprint varchar",
}
# What each suite finds depends on nothing else but the record.
_SOURCES = (
    *sorted((PROJECT_ROOT / "expectations").glob("*.py")),
    *sorted((Path(__file__).parent / "frames").glob("*.sql")),
    *(DBT_PROJECT_DIR / "seeds" / f"{seed}.csv" for seed in ("countries", "rule_parameters")),
)


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `quality` and its tables when they are absent.

    Where a table has other columns, or a suite, its frame or a parameter has changed, the results are emptied, so that
    all records are judged again: results that others would get today are never mixed with those of yesterday's rules.
    """
    con.execute("create schema if not exists quality")
    con.begin()
    if any(_is_outdated(con, table, columns) for table, columns in TABLES.items()):
        drop_tables(con)
    for table, columns in TABLES.items():
        con.execute(f"create table if not exists quality.{table} ({columns})")
    changed = [
        frame.suite
        for frame in FRAMES
        if con.execute(
            "select 1 from quality.gx_suites where suite = ? and fingerprint = ?", [frame.suite, fingerprint()]
        ).fetchone()
        is None
    ]
    for suite in changed:
        for table in TABLES:
            con.execute(f"delete from quality.{table} where suite = ?", [suite])
        con.execute("insert into quality.gx_suites values (?, ?)", [suite, fingerprint()])
    con.commit()


def drop_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the results; part of the caller's transaction."""
    for table in TABLES:
        con.execute(f"drop table if exists quality.{table}")


@cache
def fingerprint() -> str:
    """Name the suites, frames and parameters as they are now."""
    return _hash_of(_SOURCES)


def _hash_of(files: Iterable[Path]) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_outdated(con: duckdb.DuckDBPyConnection, table: str, columns: str) -> bool:
    """Whether the table is there with columns of an earlier version of this program."""
    if not con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'quality'"
        " and table_name = ?",
        [table],
    ).fetchone():
        return False
    con.execute(f"create or replace temp table quality_layout ({columns})")
    layouts = [con.execute(f"describe {name}").fetchall() for name in ("quality_layout", f"quality.{table}")]
    con.execute("drop table quality_layout")
    return layouts[0] != layouts[1]
