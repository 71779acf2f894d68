"""Checks on raw that warn and never stop: what the suites found on new records, and which partner went silent."""

from collections.abc import Iterator

import dagster as dg

from pipeline.defs.resources import Night
from pipeline.freshness import pull_ages
from pipeline.nightly import judge_new_records
from pipeline.quality.frames import FRAMES
from pipeline.quality.results import last_results
from pipeline.warehouse import open_warehouse


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            f"suite_{frame.suite}",
            asset=["raw", frame.module],
            # After the suites' own step, so that one night judges once.
            additional_deps=[["quality", "gx_hits"]],
            description=f"Great Expectations suite {frame.suite} on the newest records of raw.{frame.module}.",
        )
        for frame in FRAMES
    ]
)
def suite_results(night: Night) -> Iterator[dg.AssetCheckResult]:
    """One check a suite, with counts by rule; records that nobody judged yet are judged first."""
    judge_new_records(night.paths)
    with open_warehouse(night.paths, read_only=True) as con:
        results = last_results(con)
    for frame in FRAMES:
        result = results.get(frame.suite)
        yield dg.AssetCheckResult(
            asset_key=["raw", frame.module],
            check_name=f"suite_{frame.suite}",
            passed=result is None or result.failed_count == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "evaluated_count": result.evaluated_count if result else 0,
                "failed_count": result.failed_count if result else 0,
                "hits_by_rule": dict(result.hits_by_rule) if result else {},
            },
        )


@dg.asset_check(asset=["raw", "pages"], additional_deps=[["config", "partners"]])
def pulls_are_fresh(context: dg.AssetCheckExecutionContext, night: Night) -> dg.AssetCheckResult:
    """Every partner has delivered lately, seen from the business clock of the run."""
    with open_warehouse(night.paths, read_only=True) as con:
        ages = pull_ages(con, as_of=night.as_of(context))
    return dg.AssetCheckResult(
        passed=not any(age.is_silent for age in ages),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "silent_partners": [age.partner for age in ages if age.is_silent],
            "age_h": {age.partner: age.age_h for age in ages},
        },
    )
