"""The pricing models on a second engine: the same SQL on Spark gives the same rows, to the last decimal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from pyspark.sql import SparkSession

from pipeline.commands import demo
from pipeline.settings import Paths
from tests.oracle.generator import cases
from tests.pricing.oracle_batch import RECEIVED_AT, build_prices, land_cases
from tests.spark.second_engine import BothEngines, start

COUNT = int(os.environ.get("ROAMLEDGER_ORACLE_CASES", "300"))
SEED = os.environ.get("ROAMLEDGER_ORACLE_SEED", "spark")


def land_drawn_cases(paths: Paths) -> None:
    """Every OCPI version and policy, which the sample's few partners have not."""
    land_cases(cases(COUNT, SEED), paths)


def land_sample(paths: Paths) -> None:
    """Pulled tariffs, which drawn cases lack: they price CDRs that embed none, or an older version."""
    demo.prepare(paths)
    demo.land_sample(paths, lambda step, done, total: None)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    session = start(tmp_path_factory.mktemp("spark_warehouse"))
    yield session
    session.stop()


@pytest.fixture(scope="module", params=[land_drawn_cases, land_sample], ids=["drawn cases", "sample"])
def engines(
    request: pytest.FixtureRequest, session: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> BothEngines:
    land: Callable[[Paths], None] = request.param
    folder = tmp_path_factory.mktemp("both_engines")
    paths = Paths(folder / "data")
    paths.data.mkdir()
    land(paths)
    build_prices(paths, as_of=RECEIVED_AT, select=["+path:models/pricing"])
    engines = BothEngines(paths, session, folder / "exchange")
    engines.build_on_spark("pricing")
    return engines


@pytest.mark.slow
@pytest.mark.parametrize("table", ["fct_cdr_prices", "fct_cdr_price_lines", "fct_cdr_findings"])
def test_spark_gives_the_rows_of_duckdb(engines: BothEngines, table: str) -> None:
    assert engines.columns_on_spark(f"pricing.{table}") == engines.columns_on_duckdb(f"pricing.{table}")
    assert engines.count(f"pricing.{table}") > 0
    assert engines.differing_rows(f"pricing.{table}") == []
