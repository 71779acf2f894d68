"""Assets of the Great Expectations results on records that are new."""

from collections.abc import Iterator

import dagster as dg

from pipeline.defs.resources import Night
from pipeline.nightly import judge_new_records
from pipeline.quality.frames import FRAMES

_JUDGED_TABLES = sorted({frame.module for frame in FRAMES})
_RESULTS = ("gx_runs", "gx_rule_runs", "gx_hits")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(["quality", table], deps=[["raw", module] for module in _JUDGED_TABLES], kinds={"duckdb"})
        for table in _RESULTS
    ],
    group_name="quality",
)
def new_records_judged(night: Night) -> Iterator[dg.MaterializeResult]:
    """Each suite over the records that it has not seen; findings flag, they never stop the night."""
    runs = judge_new_records(night.paths)
    counts = {
        "evaluated_count": sum(run.evaluated_count for run in runs),
        "failed_count": sum(run.failed_count for run in runs),
        "failed_by_suite": {run.suite: run.failed_count for run in runs},
    }
    for table in _RESULTS:
        yield dg.MaterializeResult(asset_key=["quality", table], metadata=counts)
