"""Copy the checked audit log into the warehouse, where dbt reads it as a source."""

from __future__ import annotations

import duckdb

from pipeline.audit.chain import ChainError, Head
from pipeline.audit.checking import verify
from pipeline.audit.erasures import allowed_lines
from pipeline.audit.log import audit_file
from pipeline.settings import Paths

_COLUMNS = {
    "seq": "bigint",
    "recorded_at": "timestamptz",
    "user_name": "varchar",
    "action": "varchar",
    "subject": "varchar",
    "counts": "json",
    "sha256": "varchar",
    "detail": "json",
    "prev_hash": "varchar",
    "hash": "varchar",
}


def load_audit_log(con: duckdb.DuckDBPyConnection, paths: Paths) -> Head:
    """Make `ledger.audit_log` equal to the log and return how far it reaches; empty when there is none.

    The chain is checked first. Raises ChainError when a line was changed.
    """
    file = audit_file(paths)
    head = verify(file, lambda: allowed_lines(paths, file.name))
    create_table(con)
    if head.seq:
        shape = ", ".join(f"{column}: '{kind}'" for column, kind in _COLUMNS.items())
        # Half a line at the end, and what is appended meanwhile, is left out.
        con.execute(
            f"""
            insert into ledger.audit_log by name
            select * from read_json(
                ?, format = 'newline_delimited', columns = {{{shape}}}, ignore_errors = true,
                maximum_object_size = 67108864
            )
            where seq <= ?
            order by seq
            """,
            [str(file), head.seq],
        )
        ((loaded,),) = con.execute("select count(*) from ledger.audit_log").fetchall()
        if loaded != head.seq:
            raise ChainError(f"{file} has {head.seq} lines and {loaded} could be loaded")
    return head


def create_table(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `ledger` with the table, emptied when it was there."""
    columns = ", ".join(f"{column} {kind}" for column, kind in _COLUMNS.items())
    con.execute("create schema if not exists ledger")
    con.execute(f"create or replace table ledger.audit_log ({columns})")
