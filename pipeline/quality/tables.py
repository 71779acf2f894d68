"""Tables of the suites' results in the warehouse: one row per run, one row per record version and failed rule."""

from __future__ import annotations

import duckdb


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `quality` and its tables when they are absent."""
    con.execute("create schema if not exists quality")
    con.execute(
        """
        create table if not exists quality.gx_runs (
            run_id varchar, suite varchar, module varchar, from_landing_seq bigint, to_landing_seq bigint,
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
