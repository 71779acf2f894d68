"""The compiled models of `roamledger price` against what dbt builds of the same input."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipeline.adhoc.models import CATALOG, RESULTS, Compiled, compiled_models
from tests.conftest import SampleNight

SOURCES = ("raw", "config", "ledger", "quality")


@pytest.fixture
def beside(sample_night: SampleNight) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sources of the sample's night in a database where the models can be built again, the night as `night`."""
    with duckdb.connect() as con:
        con.execute(f"attach ':memory:' as {CATALOG}; use {CATALOG}; set TimeZone = 'UTC'")
        con.execute(f"attach '{sample_night.paths.warehouse}' as night (read_only)")
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'night'"
        ).fetchall()
        for schema, table in tables:
            if schema in SOURCES:
                con.execute(f"create schema if not exists {schema}")
                con.execute(f"create table {schema}.{table} as select * from night.{schema}.{table}")
        yield con


@pytest.mark.slow
def test_every_model_holds_the_rows_that_dbt_builds_in_the_night(
    sample_night: SampleNight, beside: duckdb.DuckDBPyConnection
) -> None:
    compiled = compiled_models()
    compiled.build(beside, sample_night.result.as_of)
    assert {model.name for model in compiled.models} >= set(RESULTS)
    differing = {
        f"{model.schema}.{model.name}": counts
        for model in compiled.models
        if any(counts := _differences(beside, model.schema, model.name))
    }
    assert differing == {}


def _differences(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> tuple[int, int]:
    """How many rows only one of both has; names, order and types of columns must be the same."""
    ours, nights = f"{CATALOG}.{schema}.{name}", f"night.{schema}.{name}"
    assert con.execute(f"describe {ours}").fetchall() == con.execute(f"describe {nights}").fetchall()
    return tuple(
        con.execute(f"select count(*) from (from {one} except all from {other})").fetchall()[0][0]
        for one, other in ((ours, nights), (nights, ours))
    )


def test_the_models_are_compiled_once_and_need_no_dbt_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    first = compiled_models()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("dbt was asked again")

    monkeypatch.setattr("pipeline.adhoc.models.parse", refuse)
    monkeypatch.setattr("pipeline.adhoc.models.invoke", refuse)
    assert compiled_models() == first


def test_models_come_after_what_they_read() -> None:
    compiled: Compiled = compiled_models()
    made = {f'"{CATALOG}"."{schema}"."{name}"' for schema, name in compiled.sources + compiled.seeds}
    early = []
    for model in compiled.models:
        later = {f'"{CATALOG}"."{other.schema}"."{other.name}"' for other in compiled.models} - made
        early += [(model.name, name) for name in later if name in model.sql]
        made.add(f'"{CATALOG}"."{model.schema}"."{model.name}"')
    assert early == []
