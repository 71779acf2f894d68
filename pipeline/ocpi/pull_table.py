"""Copy the pull log into the warehouse, where dbt reads it as a source."""

from __future__ import annotations

import duckdb

from pipeline.landing.raw_tables import create_raw_tables
from pipeline.ocpi.pull_log import Pull, PullLog
from pipeline.settings import Paths


def load_pulls(con: duckdb.DuckDBPyConnection, paths: Paths) -> int:
    """Make `raw.pulls` equal to the pull log and return the number of pulls; empty when nothing was pulled.

    One row per pull: how it began and how its last attempt ended. Raises UserError when the log is damaged.
    """
    rows = [_row(pull) for pull in PullLog(paths).pulls()]
    create_raw_tables(con)
    con.execute("begin")
    try:
        con.execute("delete from raw.pulls")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            con.executemany(f"insert into raw.pulls values ({marks})", rows)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return len(rows)


def _row(pull: Pull) -> tuple[object, ...]:
    started, ended = pull.started, pull.ended
    head = (
        started.pull_id,
        started.partner,
        started.module,
        started.kind,
        started.at,
        started.window_from,
        started.window_to,
    )
    if ended is None:
        return (*head, None, "unfinished", *(None for _ in range(11)))
    return (
        *head,
        ended.at,
        ended.outcome,
        ended.page_count,
        ended.object_count,
        ended.total_count,
        ended.read_count,
        ended.newest_last_updated,
        ended.fault,
        ended.message,
        ended.http_status,
        ended.ocpi_status,
        ended.url,
        ended.failed_body,
    )
