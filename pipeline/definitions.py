"""What Dagster loads: assets, checks, jobs and schedules over the data directory of the environment."""

import dagster as dg

from pipeline.defs import build_definitions
from pipeline.settings import Paths


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(Paths.from_env())
