"""The one resource: where the data lies and which business clock a run has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipeline.settings import Paths, parse_timestamp

# A run carries its clock as a tag; the schedule sets it to the scheduled time, people may set it in the launchpad.
AS_OF_TAG = "roamledger/as_of"


class Night(dg.ConfigurableResource):
    """The data directory, and the clock of the run that asks."""

    data: str

    @property
    def paths(self) -> Paths:
        return Paths(Path(self.data))

    def as_of(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> datetime:
        """Give the tagged time, else the moment at which the run was made: the same for every step of it."""
        tagged = context.run.tags.get(AS_OF_TAG)
        if tagged:
            return parse_timestamp(tagged)
        record = context.instance.get_run_record_by_id(context.run.run_id)
        return (record.create_timestamp if record else datetime.now(UTC)).astimezone(UTC)
