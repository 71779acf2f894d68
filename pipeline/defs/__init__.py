"""Only Dagster objects, thin: each calls the plain function that does the work and tells its counts."""

from __future__ import annotations

import os

import dagster as dg

from pipeline.dbt_runner import read_manifest
from pipeline.defs.checks import (
    exceptions_are_settled_in_time,
    keys_are_young,
    pulls_are_complete,
    pulls_are_fresh,
    suite_results,
)
from pipeline.defs.published import published_asset
from pipeline.defs.pulls import pull_partitions, pulls_asset
from pipeline.defs.quality import new_records_judged
from pipeline.defs.raw import configuration_and_ledger, landing, raw_tables
from pipeline.defs.resources import Night
from pipeline.defs.schedules import jobs, schedules
from pipeline.defs.warehouse import warehouse_assets
from pipeline.settings import Paths
from pipeline.singular_tests import attach_singular_tests

DEFAULT_TIME_ZONE = "Europe/Amsterdam"


def build_definitions(paths: Paths, *, time_zone: str | None = None) -> dg.Definitions:
    """Put the graph together for one data directory.

    `time_zone` is that of the schedules: as given, else `ROAMLEDGER_TIMEZONE`, else Europe/Amsterdam. Reading the dbt
    project the first time takes some seconds, because the manifest is what the assets are made from.
    """
    manifest = attach_singular_tests(read_manifest(paths))
    zone = time_zone or os.environ.get("ROAMLEDGER_TIMEZONE") or DEFAULT_TIME_ZONE
    return dg.Definitions(
        assets=[
            landing,
            pulls_asset(pull_partitions(paths)),
            raw_tables,
            configuration_and_ledger,
            new_records_judged,
            warehouse_assets(manifest),
            published_asset(manifest),
        ],
        asset_checks=[
            suite_results,
            pulls_are_fresh,
            pulls_are_complete,
            keys_are_young,
            exceptions_are_settled_in_time,
        ],
        jobs=jobs(),
        schedules=schedules(zone),
        resources={"night": Night(data=str(paths.data))},
        # DuckDB has one writer: every step of a run shares this process.
        executor=dg.in_process_executor,
    )
