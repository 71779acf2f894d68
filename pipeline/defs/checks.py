"""Checks that warn and never stop: what the suites found, which partner went silent, which key is too old."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipeline.defs.resources import Night
from pipeline.desk.breaches import open_breaches
from pipeline.freshness import overdue_modules, pull_ages
from pipeline.nightly import judge_new_records
from pipeline.ocpi.key_age import MAX_KEY_AGE, key_ages
from pipeline.partners import load_config
from pipeline.publish import QUALITY_PAGE
from pipeline.quality.frames import FRAMES
from pipeline.quality.results import WINDOW_H, SuiteResult, last_results
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            f"suite_{frame.suite}",
            asset=["raw", frame.module],
            # After the suites' own step, so that one night judges once.
            additional_deps=[["quality", "gx_hits"]],
            description=f"Great Expectations suite {frame.suite} on the last {WINDOW_H} hours of raw.{frame.module}.",
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
            metadata=_told(night.paths, frame.suite, result),
        )


def _told(paths: Paths, suite: str, result: SuiteResult | None) -> dict[str, Any]:
    """Counts, a count for each rule that was broken, and where the page of results lies (as published last)."""
    page = (paths.published / QUALITY_PAGE).resolve().as_uri()
    failed_by_rule = result.failed_by_rule if result else {}
    return {
        "evaluated_count": result.evaluated_count if result else 0,
        "failed_count": result.failed_count if result else 0,
        "rule_count": result.rule_count if result else 0,
        "failed_by_rule": failed_by_rule,
        **{f"failed/{rule}": count for rule, count in failed_by_rule.items()},
        "page": dg.MetadataValue.url(f"{page}#suite-{suite}"),
    }


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


@dg.asset_check(asset=["raw", "pulls"])
def pulls_are_complete(context: dg.AssetCheckExecutionContext, night: Night) -> dg.AssetCheckResult:
    """Every module of every connected partner came whole in the last 36 hours."""
    with open_warehouse(night.paths, read_only=True) as con:
        overdue = overdue_modules(con, load_config(night.paths), as_of=night.as_of(context))
    return dg.AssetCheckResult(
        passed=not overdue, severity=dg.AssetCheckSeverity.WARN, metadata={"overdue_modules": overdue}
    )


@dg.asset_check(asset="landing")
def keys_are_young(context: dg.AssetCheckExecutionContext, night: Night) -> dg.AssetCheckResult:
    """The key to every connected partner is at hand and was renewed in the last 90 days."""
    ages = key_ages(load_config(night.paths), night.paths, night.as_of(context))
    late = [age for age in ages if age.is_old or age.problem]
    return dg.AssetCheckResult(
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "max_age_days": MAX_KEY_AGE.days,
            "age_days": {age.partner: age.age_days for age in ages if age.age_days is not None},
            "to_renew": [age.partner for age in late if age.is_old],
            "problems": {age.partner: age.problem for age in late if age.problem},
        },
    )


@dg.asset_check(asset=["verdicts", "fct_exceptions"])
def exceptions_are_settled_in_time(night: Night) -> dg.AssetCheckResult:
    """No exception is past the business days that were agreed with its partner."""
    with open_warehouse(night.paths, read_only=True) as con:
        breaches = open_breaches(con)
    return dg.AssetCheckResult(
        passed=not breaches,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "breached_count": sum(each.exception_count for each in breaches),
            "breached": {each.partner: each.exception_count for each in breaches},
            "oldest_due_date": {each.partner: each.oldest_due_date for each in breaches},
            "money_at_stake": {
                each.partner: {currency: format(money, "f") for currency, money in each.money_at_stake.items()}
                for each in breaches
            },
        },
    )
