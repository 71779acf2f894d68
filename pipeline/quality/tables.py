"""Tables of what the suites found: a row per suite and page, and a row per record version and failed rule."""

from __future__ import annotations

import duckdb


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `quality` and its tables when they are absent; those of an older shape are emptied."""
    con.execute("create schema if not exists quality")
    if con.execute(
        "select 1 from duckdb_columns()"
        " where schema_name = 'quality' and table_name = 'gx_runs' and column_name = 'to_landing_seq'"
    ).fetchone():
        # Written by night. All records are judged again, by page.
        con.execute("drop table quality.gx_runs")
        con.execute("drop table if exists quality.gx_hits")
    con.execute(
        """
        create table if not exists quality.gx_runs (
            run_id varchar, suite varchar, module varchar, landing_seq bigint, received_at timestamptz,
            evaluated_count bigint, failed_count bigint, is_success boolean
        )
        """
    )
    con.execute(
        """
        create table if not exists quality.gx_hits (
            suite varchar, module varchar, object_type varchar, object_key varchar, object_label varchar,
            object_hash varchar, partner varchar, rule_code varchar, observed varchar
        )
        """
    )
