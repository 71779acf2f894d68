"""Runs each suite on the records that it has not judged yet and keeps what failed."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from pipeline.quality import keep
from pipeline.quality.frames import FRAMES, MACROS, Frame
from pipeline.quality.tables import create_tables

# Rows handed to Great Expectations at once: keeps memory flat when a backfill brings millions.
BATCH_ROWS = 100_000


@dataclass(frozen=True)
class SuiteRun:
    """One suite over the new records of one module; `failed_by_rule` counts record versions by rule code."""

    suite: str
    module: str
    evaluated_count: int
    failed_count: int
    failed_by_rule: dict[str, int] = field(default_factory=dict)


def judge(con: duckdb.DuckDBPyConnection, *, batch_rows: int = BATCH_ROWS) -> list[SuiteRun]:
    """Run the suites on records not yet judged; a suite without new records writes nothing and is not returned."""
    create_tables(con)
    con.execute(MACROS)
    runs = []
    for frame in FRAMES:
        span = _unjudged(con, frame)
        if span:
            runs.append(_judge_frame(con, frame, *span, batch_rows))
    return runs


def _unjudged(con: duckdb.DuckDBPyConnection, frame: Frame) -> tuple[int, int] | None:
    """Tell the first and last landing number that the suite has not seen, or None."""
    if not con.execute(
        "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = ?", [frame.module]
    ).fetchone():
        return None
    row = con.execute(
        # The module's name comes from our own list of frames.
        f"""
        select min(landing_seq), max(landing_seq)
        from raw.{frame.module}
        where landing_seq > (select coalesce(max(landing_seq), -1) from quality.gx_runs where suite = $suite)
        """,
        {"suite": frame.suite},
    ).fetchone()
    return (row[0], row[1]) if row and row[0] is not None else None


def _judge_frame(con: duckdb.DuckDBPyConnection, frame: Frame, first: int, last: int, batch_rows: int) -> SuiteRun:
    # Imported here: it takes seconds, and most of the time there is nothing new to judge.
    from pipeline.quality.batch import failures, rule_codes

    con.execute("create or replace temp table judged as " + frame.sql, {"first": first, "last": last})
    row = con.execute("select count(*) from judged").fetchone()
    evaluated = int(row[0]) if row else 0
    con.execute("create or replace temp table failed (record_no bigint, rule_code varchar, observed varchar)")
    for start in range(0, evaluated, batch_rows):
        records = con.execute(
            "select rowid as record_no, * from judged where rowid between ? and ?", [start, start + batch_rows - 1]
        ).df()
        found = failures(frame.suite, records)
        if len(found):
            con.execute("insert into failed select record_no, rule_code, observed from found")
    keep.write_results(con, frame, rule_codes(frame.suite), first, last)
    by_rule = dict(
        con.execute(
            "select rule_code, count(distinct record_no) from failed group by all order by rule_code"
        ).fetchall()
    )
    row = con.execute("select count(distinct record_no) from failed").fetchone()
    failed = int(row[0]) if row else 0
    con.execute("drop table judged")
    con.execute("drop table failed")
    return SuiteRun(frame.suite, frame.module, evaluated, failed, by_rule)
