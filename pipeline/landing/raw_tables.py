"""The tables of schema `raw`."""

from __future__ import annotations

import duckdb

_PLACE = "landing_seq bigint, pull_id varchar, page_no integer"

_OBJECTS = f"""
    object_key varchar not null, object_hash varchar not null, partner varchar, ocpi_version varchar,
    receiving_country_code varchar, receiving_party_id varchar, country_code varchar, party_id varchar,
    object_id varchar, is_party_filled boolean, {_PLACE}, ordinal integer, is_full_pull boolean,
    received_at timestamptz, body json
"""

TABLES: dict[str, str] = {
    "pages": f"""
        {_PLACE}, partner varchar, module varchar, ocpi_version varchar, source_name varchar, transport varchar,
        is_full_pull boolean, received_at timestamptz, sha256 varchar, size_bytes bigint, shape varchar,
        declared_total_count bigint, received_count bigint, loaded_count bigint, quarantined_count bigint,
        duplicate_count bigint
    """,
    "locations": _OBJECTS,
    "tariffs": _OBJECTS,
    "sessions": _OBJECTS,
    "cdrs": _OBJECTS,
    "tokens": _OBJECTS,
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


def create_raw_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `raw` and its tables where they are absent."""
    con.execute("create schema if not exists raw")
    for table, columns in TABLES.items():
        con.execute(f"create table if not exists raw.{table} ({columns})")
