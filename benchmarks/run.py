"""`python -m benchmarks.run [COUNT...]`: measures each step for each count on one and two threads.

Streams, warehouses and `results.json` lie in the working folder, the report goes to `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.report import render
from benchmarks.results import Chain, Results, Yardsticks, describe_machine
from benchmarks.step import FOLDERS, Measured, read
from benchmarks.stream import DEFAULT_SEED, Stream, write
from pipeline.settings import PROJECT_ROOT

COUNTS = (100_000, 1_000_000)
# With it the cost of one more CDR can be told for small and for large streams.
MARGINAL_COUNT = 500_000
THREADS = (1, 2)
CHAIN = ("raw", "prepare", *FOLDERS)
YARDSTICKS = ("scan", "loads", "oracle")


class StepFailed(Exception):
    """A step ended without a result; the text says why."""


def run(counts: list[int], thread_counts: list[int], work: Path, limit_s: float) -> Results:
    """Measure all; a step that fails or takes too long ends its chain, and the others go on."""
    results = Results(machine=describe_machine())
    for count in sorted(set(counts)):
        data = _stream(count, work)
        shutil.rmtree(data / "landing", ignore_errors=True)
        _tell(f"{count} CDRs: land")
        landing = _step("land", data, max(thread_counts), limit_s)
        for thread_count in thread_counts:
            results.chains.append(_chain(count, thread_count, data, landing, limit_s))
        measured = {}
        for name in YARDSTICKS:
            _tell(f"{count} CDRs: {name}")
            measured[name] = _step(name, data, max(thread_counts), limit_s)
        results.yardsticks.append(Yardsticks(count, (data / "objects.ndjson").stat().st_size, measured))
        (work / "results.json").write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")
    return results


def _stream(count: int, work: Path) -> Path:
    """The data directory with that stream, written once; a half written one has another name."""
    data = work / f"{count}"
    if not (data / "objects.ndjson").exists():
        _tell(f"{count} CDRs: write the stream")
        unfinished = work / f"{count}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        write(Stream(count, DEFAULT_SEED), unfinished, with_objects=True)
        shutil.rmtree(data, ignore_errors=True)
        unfinished.rename(data)
    return data


def _chain(count: int, thread_count: int, data: Path, landing: Measured, limit_s: float) -> Chain:
    shutil.rmtree(data / "warehouse", ignore_errors=True)
    steps = {"land": landing}
    for name in CHAIN:
        _tell(f"{count} CDRs, threads {thread_count}: {name}")
        try:
            steps[name] = _step(name, data, thread_count, limit_s)
        except StepFailed as error:
            _tell(f"{name} failed: {error}")
            return Chain(count, thread_count, steps, failure=f"{name}: {error}")
    return Chain(count, thread_count, steps)


def _step(name: str, data: Path, thread_count: int, limit_s: float) -> Measured:
    """Do one step in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.step", name, "--data", str(data)]
    environment = os.environ | {"ROAMLEDGER_THREADS": str(thread_count)}
    try:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StepFailed(f"took more than {limit_s / 60:.0f} minutes") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        raise StepFailed(last[:200])
    return read(done.stdout.strip().splitlines()[-1])


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main() -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", metavar="COUNT", help=f"numbers of CDRs (default: {COUNTS})")
    parser.add_argument("--marginal", action="store_true", help=f"measure {MARGINAL_COUNT} too")
    parser.add_argument("--threads", type=int, nargs="+", default=list(THREADS), help="numbers of threads")
    parser.add_argument("--work", type=Path, default=PROJECT_ROOT / "data" / "bench", help="working folder")
    parser.add_argument("--report", type=Path, default=PROJECT_ROOT / "docs" / "benchmarks.md", help="file to write")
    parser.add_argument("--limit-minutes", type=float, default=30, help="longest time of one step")
    options = parser.parse_args()
    counts = (options.counts or list(COUNTS)) + ([MARGINAL_COUNT] if options.marginal else [])
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        results = run(counts, options.threads, options.work, options.limit_minutes * 60)
    except StepFailed as error:
        sys.exit(f"Nothing can be reported: {error}")
    options.report.write_text(render(results), encoding="utf-8")
    _tell(f"written to {options.report}")


if __name__ == "__main__":
    main()
