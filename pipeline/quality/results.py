"""Reads what the suites last found, for whoever reports it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class SuiteResult:
    """The last run of one suite, and how many record versions break each rule in all."""

    suite: str
    evaluated_count: int
    failed_count: int
    hits_by_rule: dict[str, int]


def last_results(con: duckdb.DuckDBPyConnection) -> dict[str, SuiteResult]:
    """Give the last result of each suite that has ever run, by name."""
    runs = con.execute(
        """
        select suite, max_by(evaluated_count, to_landing_seq), max_by(failed_count, to_landing_seq)
        from quality.gx_runs
        group by suite
        """
    ).fetchall()
    hits = con.execute("select suite, rule_code, count(*) from quality.gx_hits group by all order by all").fetchall()
    return {
        suite: SuiteResult(suite, evaluated, failed, {rule: count for of, rule, count in hits if of == suite})
        for suite, evaluated, failed in runs
    }
