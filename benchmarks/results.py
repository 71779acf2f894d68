"""What was measured, and the few numbers that are aimed at."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.step import Measured

INGEST = ("raw", "staging")
# From landed pages to reconciled CDRs.
END_TO_END = ("raw", "staging", "core", "pricing", "reconciliation")
JUDGING = ("validation", "verdicts")
_PACKAGES = {"DuckDB": "duckdb", "dbt": "dbt-core", "dbt-duckdb": "dbt-duckdb"}


@dataclass(frozen=True)
class Chain:
    """All steps for one count and number of threads, in order; `failure` says which one ended it before the last."""

    count: int
    threads: int
    steps: dict[str, Measured]
    failure: str | None = None

    def seconds(self, *names: str) -> float | None:
        """Busy seconds of the steps together, or None when one of them is missing."""
        if not all(name in self.steps for name in names):
            return None
        return sum(self.steps[name].busy_s for name in names)

    @property
    def peak_bytes(self) -> int:
        return max(step.peak_bytes for step in self.steps.values())


@dataclass(frozen=True)
class Yardsticks:
    """The yardsticks for one count; samples are scaled to it."""

    count: int
    object_bytes: int
    measured: dict[str, Measured]

    def seconds(self, name: str) -> float:
        """Seconds for all CDRs."""
        return self._scaled(name, self.measured[name].busy_s)

    def cpu_seconds(self, name: str) -> float:
        """Processor seconds for all CDRs."""
        return self._scaled(name, self.measured[name].cpu_s)

    def _scaled(self, name: str, seconds: float) -> float:
        units = self.measured[name].units
        return seconds if units is None else seconds / units * self.count


@dataclass
class Results:
    """One run of the benchmarks."""

    machine: dict[str, str]
    chains: list[Chain] = field(default_factory=list)
    yardsticks: list[Yardsticks] = field(default_factory=list)

    @property
    def counts(self) -> list[int]:
        return sorted({chain.count for chain in self.chains})

    def chain(self, count: int, threads: int) -> Chain | None:
        """The chain with that count and number of threads."""
        return next((each for each in self.chains if (each.count, each.threads) == (count, threads)), None)

    @property
    def most_threads(self) -> int:
        return max(chain.threads for chain in self.chains)


@dataclass(frozen=True)
class Target:
    """One aim: what is compared, the number, what it should be, and whether it is (None where it was not measured)."""

    title: str
    value: float | None
    text: str
    aim: str
    is_met: bool | None


def targets(results: Results, count: int) -> list[Target]:
    """The aims for one count."""
    yardsticks = next(each for each in results.yardsticks if each.count == count)
    most, one = results.chain(count, results.most_threads), results.chain(count, 1)
    scan = yardsticks.seconds("scan")
    pricing = most.seconds("pricing") if most else None
    whole = most.seconds(*END_TO_END) if most else None
    alone = one.seconds("pricing") if one else None
    judging = most.seconds(*JUDGING) if most else None
    peak = max(chain.peak_bytes for chain in results.chains if chain.count == count)
    ratio = None if pricing is None else pricing / scan
    share = None if whole is None else 100 * scan / whole
    weight = None if judging is None or not pricing else judging / pricing
    lead = None if alone is None else yardsticks.seconds("oracle") / alone
    return [
        Target("pricing / reading the same objects", ratio, _number(ratio), "at most 3", _at_most(ratio, 3)),
        Target(
            "speed end to end / speed of reading",
            share,
            _number(share, " %"),
            "at least 8 %, better 12 %",
            _at_least(share, 8),
        ),
        Target("all rules and verdicts / pricing", weight, _number(weight), "at most 1", _at_most(weight, 1)),
        Target("the oracle's loop / pricing on one thread", lead, _number(lead), "at least 10", _at_least(lead, 10)),
        Target("peak memory of any step", peak / 1e9, f"{peak / 1e9:.1f} GB", "below 4 GB", peak < 4e9),
    ]


def marginal(results: Results, threads: int) -> Target | None:
    """Seconds of one more CDR between the two largest counts, against those between the two before."""
    done = [(chain.count, chain.seconds(*END_TO_END)) for chain in results.chains if chain.threads == threads]
    known = sorted((count, seconds) for count, seconds in done if seconds is not None)
    if len(known) < 3:
        return None
    (small, first), (middle, second), (large, third) = known[-3:]
    before, after = (second - first) / (middle - small), (third - second) / (large - middle)
    # With few CDRs times say more about the machine than about the count.
    ratio = after / before if before > 0 and after > 0 else None
    title = f"seconds of one more CDR, {middle:,} to {large:,} / {small:,} to {middle:,}"
    return Target(title, ratio, _number(ratio), "at most 1.15", _at_most(ratio, 1.15))


def _at_most(value: float | None, bound: float) -> bool | None:
    return None if value is None else value <= bound


def _at_least(value: float | None, bound: float) -> bool | None:
    return None if value is None else value >= bound


def _number(value: float | None, unit: str = "") -> str:
    return "not measured" if value is None else f"{value:.2f}{unit}"


def describe_machine() -> dict[str, str]:
    """Processor, cores, memory and versions, as a reader compares them."""
    return {
        "measured on": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(package) for name, package in _PACKAGES.items()},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
