"""The published version as an asset: what analysts open, downstream of everything."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from pipeline.defs.resources import Night
from pipeline.publish import is_exported, publish


def published_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Make the asset that depends on every published table, so that one failed test upstream keeps it from running."""
    translator = DagsterDbtTranslator()
    tables = [translator.get_asset_key(node) for node in manifest["nodes"].values() if is_exported(node)]

    @dg.asset(deps=tables, group_name="published", kinds={"duckdb", "parquet"})
    def published(night: Night) -> dg.MaterializeResult:
        """One DuckDB file, Parquet and the report, swapped in whole."""
        version = publish(night.paths)
        return dg.MaterializeResult(
            metadata={
                "version_id": version.version_id,
                "as_of": version.as_of.isoformat(),
                "file": dg.MetadataValue.path(str(version.file)),
                "table_count": len(version.row_counts),
                "row_count": sum(version.row_counts.values()),
            }
        )

    return published
