"""Writes what a suite found: from the temporary tables `judged` (records, by rowid) and `failed` into `quality`."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.quality.frames import Frame

_HITS = """
    insert into quality.gx_hits by name
    select
        $suite as suite,
        $module as module,
        $object_type as object_type,
        judged.object_key,
        judged.object_label,
        judged.object_hash,
        judged.landing_seq,
        judged.ordinal,
        judged.partner,
        failed.rule_code,
        string_agg(distinct failed.observed, ',' order by failed.observed) as observed
    from failed
    inner join judged on failed.record_no = judged.rowid
    group by all
"""

# Every page of the span, also where it holds no record of the suite: a Location may come without EVSEs.
_PAGES = """
    pages as (
        select landing_seq, min(partner) as partner, max(received_at) as received_at
        from raw.{module}
        where landing_seq between $first and $last
        group by landing_seq
    ),

    evaluated as (select landing_seq, count(*) as evaluated_count from judged group by landing_seq)
"""

_RUNS = """
    insert into quality.gx_runs by name
    with {pages},

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
        partner,
        landing_seq,
        received_at,
        coalesce(evaluated_count, 0) as evaluated_count,
        coalesce(failed_count, 0) as failed_count,
        coalesce(failed_count, 0) = 0 as is_success
    from pages
    left join evaluated using (landing_seq)
    left join failures using (landing_seq)
    order by landing_seq
"""

# Rules that nothing broke are written too, so that a share can be told later of what the suite asked on that day.
_RULE_RUNS = """
    insert into quality.gx_rule_runs by name
    with {pages},

    rules as (select unnest($rule_codes::varchar[]) as rule_code),

    failures as (
        select judged.landing_seq, failed.rule_code, count(distinct failed.record_no) as failed_count
        from failed
        inner join judged on failed.record_no = judged.rowid
        group by judged.landing_seq, failed.rule_code
    )

    select
        $suite as suite,
        $module as module,
        $object_type as object_type,
        rule_code,
        partner,
        landing_seq,
        received_at,
        evaluated_count,
        coalesce(failed_count, 0) as failed_count
    from pages
    inner join evaluated using (landing_seq)
    cross join rules
    left join failures using (landing_seq, rule_code)
    order by landing_seq, rule_code
"""


def write_results(
    con: duckdb.DuckDBPyConnection, frame: Frame, rule_codes: Sequence[str], first: int, last: int
) -> None:
    """Write hits and counts in one transaction, so that a broken run is simply done again."""
    pages = _PAGES.format(module=frame.module)
    named = {"suite": frame.suite, "module": frame.module}
    span = {"first": first, "last": last}
    typed = {**named, "object_type": frame.object_type}
    con.begin()
    con.execute(_HITS, typed)
    con.execute(_RUNS.format(pages=pages), {**named, **span})
    con.execute(_RULE_RUNS.format(pages=pages), {**typed, **span, "rule_codes": list(rule_codes)})
    con.commit()
