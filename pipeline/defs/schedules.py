"""Jobs and when they run: the whole night at 02:00, tariffs and locations landed every hour."""

from __future__ import annotations

import os
from datetime import UTC

import dagster as dg

from pipeline.dbt_runner import as_of_text
from pipeline.defs.pulls import ASSET
from pipeline.defs.resources import AS_OF_TAG
from pipeline.partner_models import MODULES
from pipeline.settings import UserError

HOURLY_MODULES = ["tariffs", "locations"]

# Runs wait in one queue: a backfill of a year must not keep a night waiting.
_FIRST, _SECOND = {"dagster/priority": "10"}, {"dagster/priority": "5"}


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The night, which runs everything, the hourly landing, which loads and builds nothing, and the backfill."""
    return [
        dg.define_asset_job(
            "nightly",
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(ASSET),
            description="The whole night.",
            tags=_FIRST,
        ),
        dg.define_asset_job(
            "hourly_landing",
            selection=dg.AssetSelection.assets("landing"),
            description="Lands tariffs and locations; the next night loads them.",
            tags=_SECOND,
        ),
        dg.define_asset_job(
            "backfill_pulls",
            selection=dg.AssetSelection.assets(ASSET),
            description="Pulls days of partners again; the next night loads them.",
        ),
    ]


def hourly_modules() -> list[str]:
    """What is landed each hour: `ROAMLEDGER_HOURLY_MODULES`, separated by commas, else tariffs and locations.

    Raises UserError for a module that does not exist.
    """
    told = os.environ.get("ROAMLEDGER_HOURLY_MODULES", "")
    modules = [module.strip() for module in told.split(",") if module.strip()] or HOURLY_MODULES
    unknown = sorted(set(modules) - set(MODULES))
    if unknown:
        raise UserError(f"ROAMLEDGER_HOURLY_MODULES names {', '.join(unknown)}; there are {', '.join(MODULES)}")
    return modules


def schedules(time_zone: str) -> list[dg.ScheduleDefinition]:
    """Both schedules, on from the start, in local time of `time_zone`."""
    modules = hourly_modules()

    @dg.schedule(
        name="nightly",
        job_name="nightly",
        cron_schedule="0 2 * * *",
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """The scheduled time is the business clock, however late the run begins."""
        as_of = as_of_text(context.scheduled_execution_time.astimezone(UTC))
        return dg.RunRequest(run_key=as_of, tags={AS_OF_TAG: as_of})

    @dg.schedule(
        name="hourly_landing",
        job_name="hourly_landing",
        cron_schedule="30 * * * *",
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def hourly_landing(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Half past, so that it does not meet the night at two."""
        return dg.RunRequest(
            run_key=as_of_text(context.scheduled_execution_time.astimezone(UTC)),
            run_config={"ops": {"landing": {"config": {"modules": modules}}}},
        )

    return [nightly, hourly_landing]
