"""The same models on DuckDB and on Spark, which reads what DuckDB holds of the layers before them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql import SparkSession

from pipeline import dbt_runner
from pipeline.settings import Paths


def start(folder: Path) -> SparkSession:
    """A session of this process with a catalog that ends with it; dbt-spark finds it and asks for no other."""
    session = (
        SparkSession.builder.master("local[2]")
        .appName("roamledger")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.warehouse.dir", str(folder))
        .config("spark.sql.catalogImplementation", "in-memory")
        # Small tables: one task each is fastest.
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


@dataclass(frozen=True)
class BothEngines:
    """A built DuckDB warehouse, a Spark session, and the folder through which they exchange Parquet."""

    paths: Paths
    session: SparkSession
    exchange: Path

    def build_on_spark(self, folder: str) -> None:
        """Hand over what the models of a folder read from other folders, then build them with dbt on Spark."""
        models, inputs = self._nodes_of(folder)
        for schema in {node["schema"] for node in (*models, *inputs)}:
            self.session.sql(f"drop schema if exists {schema} cascade")
            self.session.sql(f"create schema {schema}")
        for node in inputs:
            table = f"{node['schema']}.{node['alias']}"
            files = self.exchange / "inputs" / table
            self._copy_table(table, files)
            self.session.sql(f"create table {table} using parquet location '{files.as_uri()}'")
        command = ["run", "--target", "spark", "--select", f"path:models/{folder}"]
        result = dbt_runner.invoke(self.paths, command, target=self.exchange / "dbt_target")
        failures = [f"{run.node.name}: {run.message}" for run in result.result or [] if str(run.status) != "success"]
        assert result.success, failures or result.exception
        assert len(result.result) == len(models)

    def columns_on_duckdb(self, table: str) -> dict[str, str]:
        return dict(row[:2] for row in self._ask(f"describe {table}"))

    def columns_on_spark(self, table: str) -> dict[str, str]:
        return dict(row[:2] for row in self._ask(f"describe select * from {self._from_spark(table)}"))

    def count(self, table: str) -> int:
        return self._ask(f"select count(*) from {table}")[0][0]

    def differing_rows(self, table: str) -> list[tuple[Any, ...]]:
        """The rows that only one of the engines holds, after the engine's name."""
        names = ", ".join(self.columns_on_duckdb(table))
        ours, theirs = (f"select {names} from {place}" for place in (table, self._from_spark(table)))
        return self._ask(
            f"select 'duckdb', * from ({ours} except all {theirs})"
            f" union all select 'spark', * from ({theirs} except all {ours})"
        )

    def _nodes_of(self, folder: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The models of a folder, and the nodes outside it that they read."""
        nodes = dbt_runner.read_manifest(self.paths)["nodes"]
        models = {
            key: node
            for key, node in nodes.items()
            if node["resource_type"] == "model" and Path(node["path"]).parts[0] == folder
        }
        parents = {parent for node in models.values() for parent in node["depends_on"]["nodes"]} - models.keys()
        return list(models.values()), [nodes[parent] for parent in sorted(parents)]

    def _copy_table(self, table: str, files: Path) -> None:
        """Write a table as Parquet, which knows no 128-bit integers and would make doubles of them."""
        files.mkdir(parents=True)
        selected = ", ".join(
            f"cast({name} as bigint) as {name}" if kind == "HUGEINT" else name
            for name, kind in self.columns_on_duckdb(table).items()
        )
        self._ask(f"copy (select {selected} from {table}) to '{files}/rows.parquet'")

    def _from_spark(self, table: str) -> str:
        files = self.exchange / "outputs" / table
        if not files.exists():
            self.session.table(table).write.parquet(files.as_uri())
        return f"read_parquet('{files}/*.parquet')"

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.paths.warehouse), read_only=True) as con:
            return con.execute(sql).fetchall()
