"""`python -m benchmarks.step NAME --data DIR`: does and measures one step in this process, and prints it as JSON.

Each step has a process of its own, so that its peak memory is its own and nothing is warm but the file cache.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import yardsticks
from pipeline import dbt_runner, nightly
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse

AS_OF = datetime(2026, 11, 1, 2, tzinfo=UTC)
# The folders of the dbt project that are measured, in the order in which they are built.
FOLDERS = ("staging", "core", "validation", "pricing", "reconciliation", "verdicts")


@dataclass(frozen=True)
class Node:
    """One model that dbt built; seconds after the first one began."""

    name: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass(frozen=True)
class Measured:
    """One step: its wall time, its models if dbt built it, and the most memory that its process held.

    `busy_s` is the time in which at least one model ran, `cpu_s` what all threads of the process used, `units` how many
    CDRs a step looked at where that is a sample.
    """

    name: str
    wall_s: float
    busy_s: float
    sum_s: float
    cpu_s: float
    peak_bytes: int
    load_average: float
    units: int | None = None
    nodes: list[Node] = field(default_factory=list)


def measure(name: str, data: Path) -> Measured:
    """Do the step with that name on a data directory."""
    load_average = os.getloadavg()[0]
    started, cpu_before = time.perf_counter(), time.process_time()
    outcome = STEPS[name](Paths(data.resolve()))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu_before
    # Linux counts kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    common: dict[str, Any] = {"name": name, "wall_s": wall, "peak_bytes": peak, "load_average": load_average}
    if isinstance(outcome, yardsticks.Yardstick):
        return Measured(
            **common, busy_s=outcome.seconds, sum_s=outcome.seconds, cpu_s=outcome.cpu_s, units=outcome.units
        )
    if outcome is None:
        return Measured(**common, busy_s=wall, sum_s=wall, cpu_s=cpu)
    return Measured(
        **common, busy_s=covered(outcome), sum_s=sum(node.seconds for node in outcome), cpu_s=cpu, nodes=outcome
    )


def read(text: str) -> Measured:
    """What `measure` gave, from the JSON that the process printed."""
    values: dict[str, Any] = json.loads(text)
    nodes = [Node(**node) for node in values.pop("nodes")]
    return Measured(**values, nodes=nodes)


def _land(paths: Paths) -> None:
    from pipeline.landing.store import land_path
    from pipeline.partners import load_config

    land_path(paths, load_config(paths), paths.data / "pulls")


def _raw(paths: Paths) -> None:
    accounts = nightly.load_raw_tables(paths)
    lost = {account.source_name for account in accounts if account.received != account.loaded}
    if lost:
        raise RuntimeError(f"the stream must load whole, but not all was loaded of {sorted(lost)[:5]}")


def _prepare(paths: Paths) -> None:
    """What does not grow with the CDRs: configuration, ledger, seeds, and the checks' tables, left empty."""
    from pipeline.quality.tables import create_tables

    nightly.load_sources(paths)
    with open_warehouse(paths) as con:
        create_tables(con)
    _build(paths, "resource_type:seed")


def _folder(folder: str) -> Callable[[Paths], list[Node]]:
    return lambda paths: _build(paths, f"path:models/{folder}")


def _build(paths: Paths, selected: str) -> list[Node]:
    """Build what is selected without its data tests, the way the night builds."""
    only_models = ["--select", selected, "--exclude-resource-type", "test"]
    dbt_runner.build(paths, as_of=AS_OF, ledger_position=0, select=only_models)
    results = json.loads((paths.dbt_target / "run_results.json").read_text(encoding="utf-8"))["results"]
    spans = []
    for result in results:
        execute = next(each for each in result["timing"] if each["name"] == "execute")
        began, ended = (datetime.fromisoformat(execute[name]) for name in ("started_at", "completed_at"))
        spans.append((result["unique_id"].rsplit(".", 1)[-1], began.timestamp(), ended.timestamp()))
    first = min(began for _, began, _ in spans)
    return [Node(name, began - first, ended - first) for name, began, ended in sorted(spans, key=lambda span: span[1])]


def covered(nodes: list[Node]) -> float:
    """The time in which at least one model ran."""
    covered, until = 0.0, 0.0
    for node in nodes:
        covered += max(0.0, node.ended - max(until, node.began))
        until = max(until, node.ended)
    return covered


STEPS: dict[str, Callable[[Paths], list[Node] | yardsticks.Yardstick | None]] = {
    "land": _land,
    "raw": _raw,
    "prepare": _prepare,
    **{folder: _folder(folder) for folder in FOLDERS},
    "scan": lambda paths: yardsticks.scan(paths.data / "objects.ndjson"),
    "loads": lambda paths: yardsticks.loads(paths.data / "objects.ndjson"),
    "oracle": lambda paths: yardsticks.oracle(paths.data / "objects.ndjson"),
}


def main() -> None:
    """Measure one step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.step", description=__doc__)
    parser.add_argument("name", choices=STEPS)
    parser.add_argument("--data", type=Path, required=True, help="a data directory that the stream was written to")
    options = parser.parse_args()
    sys.stdout.write(json.dumps(asdict(measure(options.name, options.data))) + "\n")


if __name__ == "__main__":
    main()
