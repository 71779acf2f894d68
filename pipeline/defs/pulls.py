"""Pulls over HTTP as assets: partitioned by partner and day, so that a gap is seen and filled from the UI."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import dagster as dg

from pipeline.defs.resources import Night
from pipeline.nightly import pull_landing
from pipeline.ocpi.pull import ModulePull
from pipeline.ocpi.pull_partners import PullRequest, connected_partners
from pipeline.ocpi.windows import day_window
from pipeline.partners import load_config
from pipeline.settings import Paths

ASSET = "pulls"
_FIRST_DAY = "2024-01-01"
_REPORTED_DAYS = 31


def pull_partitions(paths: Paths) -> dg.MultiPartitionsDefinition:
    """Partner by UTC day, from the first day that any partner is pulled from up to today."""
    partners = connected_partners(load_config(paths))
    starts = [partner.connection.first_pull_from for partner in partners if partner.connection]
    first = min((start.date().isoformat() for start in starts if start), default=_FIRST_DAY)
    return dg.MultiPartitionsDefinition(
        {
            "day": dg.DailyPartitionsDefinition(start_date=first, end_offset=1),
            "partner": dg.StaticPartitionsDefinition([partner.partner for partner in partners]),
        }
    )


def pulls_asset(partitions: dg.MultiPartitionsDefinition) -> dg.AssetsDefinition:
    """Make the asset whose partitions a backfill fills; nights report theirs to it as well."""

    @dg.asset(name=ASSET, partitions_def=partitions, group_name="landing", kinds={"json"})
    def pulls(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
        """What one partner updated on one UTC day, every module, landed again; known objects become duplicates."""
        key = context.partition_key
        if not isinstance(key, dg.MultiPartitionKey):
            raise dg.Failure("The partition names no partner and day; launch it from the partitions of the asset.")
        partner, day = key.keys_by_dimension["partner"], date.fromisoformat(key.keys_by_dimension["day"])
        done = pull_landing(night.paths, PullRequest(partners=[partner], window=day_window(day)))
        tell_faults(context, done)
        if any(pull.outcome != "complete" for pull in done):
            # The partition stays open, so that the next backfill of missing ones tries it again.
            raise dg.Failure(f"{partner} on {day}: not every module is complete.", metadata=pull_metadata(done))
        return dg.MaterializeResult(metadata=pull_metadata(done))

    return pulls


def tell_faults(context: dg.AssetExecutionContext, pulls: Iterable[ModulePull]) -> None:
    """Say in the log of the run what did not come."""
    for pull in pulls:
        if pull.outcome != "complete":
            context.log.warning(f"{pull.partner}/{pull.module} {pull.outcome}: {pull.message}")


def pull_metadata(pulls: Iterable[ModulePull]) -> dict[str, int]:
    """Counts for the UI."""
    done = list(pulls)
    return {
        "page_count": sum(pull.page_count for pull in done),
        "object_count": sum(pull.object_count for pull in done),
        "incomplete_count": sum(pull.outcome == "incomplete" for pull in done),
        "failed_count": sum(pull.outcome == "failed" for pull in done),
    }


def report_partitions(context: dg.AssetExecutionContext, pulls: Iterable[ModulePull]) -> None:
    """Mark the days of each partner that its pulls cover; a day that is not over, or did not come whole, stays open."""
    done = list(pulls)
    for partner in sorted({pull.partner for pull in done}):
        of_partner = [pull for pull in done if pull.partner == partner]
        for day in covered_days(of_partner, datetime.now(UTC)):
            context.log_event(
                dg.AssetMaterialization(
                    asset_key=ASSET,
                    partition=dg.MultiPartitionKey({"day": day.isoformat(), "partner": partner}),
                    metadata=pull_metadata(of_partner),
                )
            )


def covered_days(pulls: Sequence[ModulePull], now: datetime) -> list[date]:
    """The UTC days before `now` whose every update is in every one of these pulls; at most a month of them."""
    if not pulls or any(pull.outcome != "complete" or pull.window_to for pull in pulls):
        return []
    yesterday = now.astimezone(UTC).date() - timedelta(days=1)
    starts = [pull.window_from for pull in pulls if pull.window_from]
    first = yesterday - timedelta(days=_REPORTED_DAYS - 1)
    if starts:
        start = max(starts).astimezone(UTC)
        first = max(first, start.date() + timedelta(days=0 if start.time() == time() else 1))
    return [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]
