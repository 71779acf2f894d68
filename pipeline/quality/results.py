"""Reads what the suites last found, for whoever reports it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class SuiteResult:
    """What one suite says of the records received last, and how many record versions break each rule in all."""

    suite: str
    evaluated_count: int
    failed_count: int
    hits_by_rule: dict[str, int]


def last_results(con: duckdb.DuckDBPyConnection) -> dict[str, SuiteResult]:
    """Give the newest result of each suite that has ever run, by name: on the 72 hours up to its last page.

    Not on what the last night judged: nights cannot be told from what is landed, and three days outlast a missed one.
    """
    runs = con.execute(
        """
        select suite, sum(evaluated_count)::bigint, sum(failed_count)::bigint
        from (
            select
                *,
                max(received_at) over (partition by suite) as last_received_at,
            from quality.gx_runs
        )
        where received_at > last_received_at - interval 72 hours
        group by suite
        """
    ).fetchall()
    hits = con.execute("select suite, rule_code, count(*) from quality.gx_hits group by all order by all").fetchall()
    return {
        suite: SuiteResult(suite, evaluated, failed, {rule: count for of, rule, count in hits if of == suite})
        for suite, evaluated, failed in runs
    }
