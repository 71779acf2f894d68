"""The accounts of loaded files on their way to the audit log, also those of a load that was killed.

`meta.recorded_pages` in the warehouse remembers whose account stands in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from pipeline.audit.acts import loaded
from pipeline.audit.log import record
from pipeline.settings import Paths

if TYPE_CHECKING:
    from pipeline.landing.raw import FileAccount

_RECORDED = "create table if not exists meta.recorded_pages (landing_seq bigint)"


def record_loads(con: duckdb.DuckDBPyConnection, paths: Paths, accounts: Sequence[FileAccount]) -> None:
    """Record the accounts of a load that has just been done."""
    record(paths, loaded(accounts))
    remember_recorded(con)


def remember_recorded(con: duckdb.DuckDBPyConnection) -> None:
    """Take the accounts of everything in raw as recorded."""
    con.execute(f"create schema if not exists meta; {_RECORDED}")
    con.execute("insert into meta.recorded_pages select landing_seq from raw.pages except from meta.recorded_pages")


def record_left_loads(con: duckdb.DuckDBPyConnection, paths: Paths) -> None:
    """Record the accounts of pages that a killed load left in raw; called before the next load."""
    from pipeline.landing.raw import FileAccount
    from pipeline.landing.raw_tables import create_raw_tables

    create_raw_tables(con)
    con.execute(f"create schema if not exists meta; {_RECORDED}")
    rows = con.execute(
        """
        select
            source_name, pull_id, partner, module,
            sum(received_count)::bigint, sum(loaded_count)::bigint, sum(quarantined_count)::bigint,
            sum(duplicate_count)::bigint,
        from raw.pages
        where landing_seq not in (from meta.recorded_pages)
        group by all
        order by min(landing_seq)
        """
    ).fetchall()
    record_loads(con, paths, [FileAccount(*row) for row in rows])
