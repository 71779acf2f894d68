"""The tables of schema `raw`."""

from __future__ import annotations

import duckdb

from pipeline.landing.fields import FIELDS, sql_type

_PLACE = "landing_seq bigint, pull_id varchar, page_no integer"

_OBJECTS = f"""
    object_key varchar not null, object_hash varchar not null, partner varchar, ocpi_version varchar,
    receiving_country_code varchar, receiving_party_id varchar, country_code varchar, party_id varchar,
    object_id varchar, is_party_filled boolean, {_PLACE}, ordinal integer, is_full_pull boolean,
    received_at timestamptz
"""

TABLES: dict[str, str] = {
    "pages": f"""
        {_PLACE}, partner varchar, module varchar, ocpi_version varchar, source_name varchar, transport varchar,
        is_full_pull boolean, received_at timestamptz, sha256 varchar, size_bytes bigint, shape varchar,
        declared_total_count bigint, received_count bigint, loaded_count bigint, quarantined_count bigint,
        duplicate_count bigint
    """,
    "locations": f"{_OBJECTS}, body json",
    "tariffs": f"{_OBJECTS}, body json",
    "sessions": f"{_OBJECTS}, fields {sql_type(FIELDS['sessions'])}",
    "cdrs": f"{_OBJECTS}, field_names varchar, tariff_set_hash varchar, fields {sql_type(FIELDS['cdrs'])}",
    "tokens": f"{_OBJECTS}, body json",
    "tariff_sets": "tariff_set_hash varchar, tariffs json",
    "duplicates": f"""
        module varchar, object_key varchar, object_hash varchar, partner varchar, {_PLACE}, ordinal integer,
        received_at timestamptz, is_full_pull boolean
    """,
    "rejects": f"""
        module varchar, partner varchar, ocpi_version varchar, {_PLACE}, ordinal integer, received_at timestamptz,
        code varchar, detail varchar, body_text varchar
    """,
    "pulls": """
        pull_id varchar, partner varchar, module varchar, kind varchar, started_at timestamptz,
        window_from timestamptz, window_to timestamptz, ended_at timestamptz, outcome varchar, page_count integer,
        object_count bigint, total_count bigint, read_count integer, newest_last_updated timestamptz, fault varchar,
        message varchar, http_status integer, ocpi_status integer, url varchar, failed_body varchar
    """,
    "keyings": "partner varchar, keying varchar",
}


# Written whole from the pull log by each load; other columns in it are no reason to load landing again.
_WRITTEN_WHOLE = ("pulls",)


def create_raw_tables(con: duckdb.DuckDBPyConnection) -> bool:
    """Create schema `raw` and its tables where they are absent; tell whether objects have to be loaded again.

    Where a table has other columns than it has now, all that landing fills are made anew, empty.
    """
    con.execute("create schema if not exists raw")
    outdated = {table for table, columns in TABLES.items() if _is_outdated(con, table, columns)}
    must_reload = bool(outdated.difference(_WRITTEN_WHOLE))
    if must_reload:
        con.begin()
        drop_raw_tables(con)
        con.commit()
    for table in outdated.intersection(_WRITTEN_WHOLE):
        con.execute(f"drop table if exists raw.{table}")
    for table, columns in TABLES.items():
        con.execute(f"create table if not exists raw.{table} ({columns})")
    return must_reload


def drop_raw_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Drop every table of schema `raw`."""
    for table in TABLES:
        con.execute(f"drop table if exists raw.{table}")


def _is_outdated(con: duckdb.DuckDBPyConnection, table: str, columns: str) -> bool:
    """Whether the table is there with columns of an earlier version of this program."""
    known = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'raw'"
        " and table_name = ?",
        [table],
    ).fetchone()
    if not known:
        return False
    con.execute(f"create or replace temp table raw_layout ({columns})")
    layouts = [con.execute(f"describe {name}").fetchall() for name in ("raw_layout", f"raw.{table}")]
    con.execute("drop table raw_layout")
    return layouts[0] != layouts[1]
