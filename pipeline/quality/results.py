"""Reads what the suites last found, for whoever reports it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

# Three days outlast a missed night.
WINDOW_H = 72


@dataclass(frozen=True)
class SuiteResult:
    """What one suite says of the records received last; `failed_by_rule` names only rules that were broken."""

    suite: str
    evaluated_count: int
    failed_count: int
    rule_count: int
    failed_by_rule: dict[str, int]


def last_results(con: duckdb.DuckDBPyConnection) -> dict[str, SuiteResult]:
    """Give the newest result of each suite that has ever run, by name: on the 72 hours up to its last page.

    Not on what the last night judged: nights cannot be told from what is landed.
    """
    runs = con.execute(_within("gx_runs", "suite, sum(evaluated_count)::bigint, sum(failed_count)::bigint")).fetchall()
    rules = con.execute(_within("gx_rule_runs", "suite, rule_code, sum(failed_count)::bigint")).fetchall()
    by_suite: dict[str, dict[str, int]] = {}
    for suite, rule, failed in sorted(rules):
        by_suite.setdefault(suite, {})[rule] = failed
    return {
        suite: SuiteResult(
            suite,
            evaluated,
            failed,
            len(by_suite.get(suite, {})),
            {rule: count for rule, count in by_suite.get(suite, {}).items() if count},
        )
        for suite, evaluated, failed in runs
    }


def _within(table: str, columns: str) -> str:
    """Sums over the window of each suite, up to its last page."""
    return f"""
        select {columns}
        from quality.{table}
        inner join (
            select suite, max(received_at) as last_received_at from quality.gx_runs group by suite
        ) using (suite)
        where received_at > last_received_at - interval {WINDOW_H} hours
        group by all
    """
