"""`python -m benchmarks.pulling`: how fast pages are pulled and landed, and in how much memory.

The server (`benchmarks/pull_server.py`) has a process of its own and its pages ready as bytes. The report goes to
`docs/benchmarks-pulling.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.pull_step import WAYS, PullMeasured
from benchmarks.results import describe_machine
from benchmarks.stream import PAGE_OBJECTS
from pipeline.settings import PROJECT_ROOT

PAGES = 100
MEMORY_PAGES = (10, 100, 1000)
ROUNDS = 5
LEAST_SHARE = 1 / 3

_ABOUT = {
    "socket": "bare socket: the ceiling of server and loopback",
    "requests": "`requests` loop that throws the bodies away",
    "pull": "our pull: read, checked, compressed, landed durably, audited",
}


_INTRODUCTION = """\
# Benchmarks of pulling
How fast CDRs come from a partner into landing, over loopback. `make bench-pull` measured it and wrote this page; no
test asks for these times.
"""

_READING = """\
## How to read it
The server runs in another process and sends pages of 1,000 CDRs of the benchmark's stream (2.4 KB each) that it
rendered before; each answer is one write to the socket. Each way has a process of its own; seconds are those of getting
all pages, without the start of Python and its imports. The pull keeps its habits: one connection, one request a page,
each page compressed and synced to disk with its manifest line and its audit entry, no more than a few pages on their
way, the whole held against the partner's count at the end. Only the limit of requests a second is lifted.
"""


@contextmanager
def serving(pages: int) -> Iterator[int]:
    """Run the server and give its port."""
    command = [sys.executable, "-m", "benchmarks.pull_server", "--pages", str(pages)]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        if server.stdout is None:
            raise RuntimeError("the server has no output")
        yield int(server.stdout.readline())


def measure(name: str, port: int, pages: int, work: Path) -> PullMeasured:
    """One way of getting all pages, in a fresh process and an empty data directory."""
    shutil.rmtree(work, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.pull_step", name, "--port", str(port), "--pages", str(pages)]
    done = subprocess.run(
        [*command, "--data", str(work)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    shutil.rmtree(work, ignore_errors=True)
    return PullMeasured(**json.loads(done.stdout.splitlines()[-1]))


def speeds(rounds: int, pages: int, work: Path) -> dict[str, list[PullMeasured]]:
    """Every way in turn, `rounds` times over, so that a busy moment of the machine meets all of them."""
    found: dict[str, list[PullMeasured]] = {name: [] for name in WAYS}
    with serving(pages) as port:
        for number in range(rounds):
            for name, runs in found.items():
                _tell(f"round {number + 1}: {name}")
                runs.append(measure(name, port, pages, work))
    return found


def memory(page_counts: list[int], work: Path) -> list[PullMeasured]:
    """The pull alone, for several numbers of pages."""
    found = []
    for pages in page_counts:
        _tell(f"memory: {pages} pages")
        with serving(pages) as port:
            found.append(measure("pull", port, pages, work))
    return found


def render(found: dict[str, list[PullMeasured]], held: list[PullMeasured], load: float) -> str:
    """The whole page."""
    pages = found["pull"][0].pages
    size = found["pull"][0].body_bytes
    wall = {name: statistics.median(run.wall_s for run in runs) for name, runs in found.items()}
    share = wall["requests"] / wall["pull"]
    by_round = [ours.wall_s / bare.wall_s for bare, ours in zip(found["requests"], found["pull"], strict=True)]
    rows = [
        f"| {_ABOUT[name]} | {wall[name]:.2f} | {statistics.median(run.cpu_s for run in runs):.2f} |"
        f" {size / wall[name] / 1e6:,.0f} | {pages * PAGE_OBJECTS / wall[name]:,.0f} |"
        f" {max(run.peak_bytes for run in runs) / 1e6:,.0f} |"
        for name, runs in found.items()
    ]
    memory_rows = [
        f"| {run.pages:,} | {run.pages * PAGE_OBJECTS:,} | {run.body_bytes / 1e6:,.0f} | {run.wall_s:.1f} |"
        f" {run.peak_bytes / 1e6:,.0f} |"
        for run in held
    ]
    machine = [f"| {name} | {value} |" for name, value in describe_machine().items()]
    head = [
        _INTRODUCTION,
        "| machine | |",
        "| --- | --- |",
        *machine,
        f"| load average at the start | {load:.1f} |",
        "",
    ]
    speed = [
        f"## Speed: {pages * PAGE_OBJECTS:,} CDRs, {pages} pages, {size / 1e6:,.0f} MB",
        f"Medians of {len(by_round)} rounds, each way in turn in each round.",
        "",
        "| way | s | cpu s | MB/s | CDRs/s | peak MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        f"Our pull has **{100 * share:.0f} %** of the speed of the `requests` loop; the aim is at least a third"
        f" ({'met' if share >= LEAST_SHARE else 'not met'}). By round:"
        f" {', '.join(f'{100 / ratio:.0f} %' for ratio in by_round)}.",
        "",
    ]
    in_memory = [
        "## Memory of the pull",
        "",
        "| pages | CDRs | MB of bodies | s | peak MB |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *memory_rows,
        "",
    ]
    return "\n".join([*head, *speed, *in_memory, _READING])


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main() -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pulling", description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES, help="pages of 1,000 CDRs for the speed")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--memory", type=int, nargs="*", default=list(MEMORY_PAGES), metavar="PAGES")
    parser.add_argument("--report", type=Path, default=PROJECT_ROOT / "docs" / "benchmarks-pulling.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-pull-", dir=PROJECT_ROOT / "data") as folder:
        work = Path(folder) / "data"
        found = speeds(options.rounds, options.pages, work)
        held = memory(options.memory, work)
    options.report.write_text(render(found, held, load), encoding="utf-8")
    _tell(f"written to {options.report}")


if __name__ == "__main__":
    main()
