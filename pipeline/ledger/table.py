"""Copy the checked ledger into the warehouse, where dbt reads it as a source."""

from __future__ import annotations

import duckdb

from pipeline.audit.chain import ChainError, Head
from pipeline.ledger.store import events_file, verify
from pipeline.settings import Paths

_COLUMNS = """
    seq bigint,
    event_id varchar,
    event_type varchar,
    event_at timestamp with time zone,
    user_name varchar,
    object_type varchar,
    object_key varchar,
    object_label varchar,
    payload json
"""


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `ledger` with its table, emptied when it was there."""
    con.execute("create schema if not exists ledger")
    con.execute(f"create or replace table ledger.events ({_COLUMNS})")


def load_ledger(con: duckdb.DuckDBPyConnection, paths: Paths) -> Head:
    """Make `ledger.events` equal to the ledger file and return how far it reaches; empty when there is none.

    The chain is checked first. Raises ChainError when a line was changed.
    """
    head = verify(paths)
    create_tables(con)
    if head.seq:
        # Half a line at the end never counted; an event appended since the check waits for the next night: the build
        # names the position it saw.
        con.execute(
            """
            insert into ledger.events
            select seq, event_id, event_type, event_at, user_name, object_type, object_key, object_label, payload
            from read_json(
                ?,
                format = 'newline_delimited',
                ignore_errors = true,
                columns = {
                    seq: 'bigint', event_id: 'varchar', event_type: 'varchar', event_at: 'timestamptz',
                    user_name: 'varchar', object_type: 'varchar', object_key: 'varchar', object_label: 'varchar',
                    payload: 'json'
                }
            )
            where seq <= ?
            order by seq
            """,
            [str(events_file(paths)), head.seq],
        )
        ((loaded,),) = con.execute("select count(*) from ledger.events").fetchall()
        if loaded != head.seq:
            raise ChainError(f"{events_file(paths)} has {head.seq} lines and {loaded} could be loaded")
    return head
