"""Copy the pull log into the warehouse, where dbt reads it as a source."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipeline.landing.raw_tables import create_raw_tables
from pipeline.ocpi.pull_log import Pull


def write_pulls(con: duckdb.DuckDBPyConnection, pulls: Sequence[Pull]) -> None:
    """Make `raw.pulls` equal to the pulls of a log: one row per pull, how it began and how its last attempt ended."""
    create_raw_tables(con)
    columns = [name for name, *_ in con.execute("describe raw.pulls").fetchall()]
    rows = pa.table(
        {name: list(values) for name, values in zip(columns, zip(*map(_row, pulls), strict=True), strict=False)}
    )
    con.execute("begin")
    try:
        con.execute("delete from raw.pulls")
        if pulls:
            con.register("pull_rows", rows)
            con.execute("insert into raw.pulls select * from pull_rows")
            con.unregister("pull_rows")
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


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
