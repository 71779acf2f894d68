"""One batch of records through Great Expectations: nothing is written to disk and nothing is reported home."""

from __future__ import annotations

import os
import warnings
from functools import cache

import pandas as pd

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import great_expectations as gx
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from expectations.suites import SUITES


@cache
def _context() -> gx.data_context.EphemeralDataContext:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.variables.analytics_enabled = False
    return context


@cache
def _suite(name: str) -> gx.ExpectationSuite:
    return _context().suites.add(SUITES[name]())


@cache
def _records() -> BatchDefinition:
    source = _context().data_sources.add_pandas("raw")
    return source.add_dataframe_asset("records").add_batch_definition_whole_dataframe("new records")


def rule_codes(suite: str) -> list[str]:
    """The codes of the rules that the suite checks, in alphabetical order."""
    return sorted({expectation.meta["rule_code"] for expectation in _suite(suite).expectations if expectation.meta})


def failures(suite: str, records: pd.DataFrame) -> pd.DataFrame:
    """Validate records (one row each, numbered in `record_no`); returns one row per record and failed expectation.

    Columns: record_no, rule_code, observed. Raises RuntimeError when an expectation cannot be evaluated: that is a
    mistake in the suite or its frame, not in a record.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = (
            _records()
            .get_batch({"dataframe": records[_columns(suite)]})
            .validate(
                _suite(suite),
                result_format={
                    "result_format": "COMPLETE",
                    "unexpected_index_column_names": ["record_no"],
                    "return_unexpected_index_query": False,
                },
            )
        )
    by_number = records.set_index("record_no")
    found = [_failed_rows(suite, outcome, by_number) for outcome in result.results]
    return pd.concat(found, ignore_index=True)


@cache
def _columns(suite: str) -> list[str]:
    """What the expectations read. Each one filters the whole table it is given, so it is given nothing else."""
    kwargs = [expectation.configuration.kwargs for expectation in _suite(suite).expectations]
    named = {each[name] for each in kwargs for name in ("column", "column_A", "column_B") if name in each}
    conditions = {
        expectation.row_condition.column.name
        for expectation in _suite(suite).expectations
        if getattr(expectation, "row_condition", None) is not None
    }
    return ["record_no", *sorted(named | conditions)]


def _failed_rows(suite: str, outcome: ExpectationValidationResult, records: pd.DataFrame) -> pd.DataFrame:
    config = outcome.expectation_config
    rows = outcome.result.get("unexpected_index_list")
    if config is None or config.meta is None or (rows is None and not outcome.success):
        raise RuntimeError(f"Suite {suite}: {config} could not be evaluated: {outcome.exception_info}")
    numbers = [row["record_no"] for row in rows or []]
    column = config.meta.get("observed")
    observed = records.loc[numbers, column].astype("string").to_numpy() if column else config.meta["observed_text"]
    return pd.DataFrame({"record_no": numbers, "rule_code": config.meta["rule_code"], "observed": observed}).astype(
        {"record_no": "int64", "rule_code": "string", "observed": "string"}
    )
