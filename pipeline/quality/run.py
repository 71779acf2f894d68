"""Runs each suite on the records that it has not judged yet and keeps what failed."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from pipeline.quality.frames import FRAMES, Frame
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
    from pipeline.quality.batch import failures

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
    return _keep(con, frame, first, last, evaluated)


def _keep(con: duckdb.DuckDBPyConnection, frame: Frame, first: int, last: int, evaluated: int) -> SuiteRun:
    """Write hits and run in one transaction, so that a broken run is simply done again."""
    con.begin()
    con.execute(
        """
        insert into quality.gx_hits
        with hits as (
            select
                judged.*, failed.rule_code, failed.observed,
                min(judged.landing_seq) over (partition by object_key, object_hash, rule_code) as first_landing_seq,
            from failed
            inner join judged on failed.record_no = judged.rowid
        )

        select
            $suite, $module, $object_type, object_key, object_label, object_hash, partner, rule_code,
            string_agg(distinct observed, ',' order by observed)
        from hits
        -- The same content may come back after a change: one hit a version and rule is enough, that of the first
        -- page it came with, whether both came before this night or one did.
        where landing_seq = first_landing_seq
            and not exists (
                select 1 from quality.gx_hits as known
                where known.suite = $suite and known.object_key = hits.object_key
                    and known.object_hash = hits.object_hash and known.rule_code = hits.rule_code
            )
        group by all
        """,
        {"suite": frame.suite, "module": frame.module, "object_type": frame.object_type},
    )
    by_rule = dict(
        con.execute(
            "select rule_code, count(distinct record_no) from failed group by all order by rule_code"
        ).fetchall()
    )
    row = con.execute("select count(distinct record_no) from failed").fetchone()
    failed = int(row[0]) if row else 0
    con.execute(
        # By page and not by night: what nights there were cannot be told from what is landed.
        f"""
        insert into quality.gx_runs by name
        with pages as (
            select landing_seq, max(received_at) as received_at
            from raw.{frame.module}
            where landing_seq between $first and $last
            group by landing_seq
        ),

        evaluated as (select landing_seq, count(*) as evaluated_count from judged group by landing_seq),

        failures as (
            select judged.landing_seq, count(distinct failed.record_no) as failed_count
            from failed
            inner join judged on failed.record_no = judged.rowid
            group by judged.landing_seq
        )

        select
            concat($suite, '-', landing_seq) as run_id,
            $suite as suite,
            $module as module,
            landing_seq,
            received_at,
            coalesce(evaluated_count, 0) as evaluated_count,
            coalesce(failed_count, 0) as failed_count,
            coalesce(failed_count, 0) = 0 as is_success,
        from pages
        left join evaluated using (landing_seq)
        left join failures using (landing_seq)
        order by landing_seq
        """,
        {"suite": frame.suite, "module": frame.module, "first": first, "last": last},
    )
    con.commit()
    con.execute("drop table judged")
    con.execute("drop table failed")
    return SuiteRun(frame.suite, frame.module, evaluated, failed, by_rule)
