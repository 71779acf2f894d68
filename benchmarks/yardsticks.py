"""What the pipeline is held against: how fast this machine reads the same CDRs, and how fast the oracle prices them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.operators import OPERATORS
from tests.oracle.language import load
from tests.oracle.pricer import price

SCAN_THREADS = 2
SCAN_RUNS = 3
LOADS_SAMPLE = 100_000
ORACLE_SAMPLE = 5_000
SCAN_SQL = "select sum(strlen(json::varchar)) from read_ndjson_objects(?)"


@dataclass(frozen=True)
class Yardstick:
    """Seconds and processor seconds for `units` CDRs; `units` is None where all were read."""

    seconds: float
    cpu_s: float
    units: int | None = None


def scan(objects: Path) -> Yardstick:
    """DuckDB reads every object as text: the best of some runs, the file being in the cache after the first."""
    runs = []
    with duckdb.connect(config={"threads": SCAN_THREADS}) as con:
        for _ in range(SCAN_RUNS):
            watch = _Watch()
            con.execute(SCAN_SQL, [str(objects)]).fetchone()
            runs.append(watch.stop())
    return min(runs, key=lambda run: run.seconds)


def loads(objects: Path) -> Yardstick:
    """Python parses objects one by one."""
    lines = list(_lines(objects, LOADS_SAMPLE))
    watch = _Watch()
    for line in lines:
        json.loads(line)
    return watch.stop(len(lines))


def oracle(objects: Path) -> Yardstick:
    """The oracle prices objects one by one; parsing them is not counted, as pricing reads typed tables too."""
    by_party = {operator.party_id: operator for operator in OPERATORS}
    cdrs = []
    for line in _lines(objects, ORACLE_SAMPLE):
        cdr = load(line.decode())
        evse = cdr["cdr_location"] if "cdr_location" in cdr else cdr["location"]["evses"][0]
        cdrs.append((cdr, by_party[evse["evse_uid" if "evse_uid" in evse else "uid"][:3]]))
    watch = _Watch()
    for cdr, operator in cdrs:
        price(cdr, ocpi_version=operator.ocpi_version, time_zone=operator.time_zone)
    return watch.stop(len(cdrs))


class _Watch:
    """Counts seconds and processor seconds from its making."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, units: int | None = None) -> Yardstick:
        return Yardstick(time.perf_counter() - self._wall, time.process_time() - self._cpu, units)


def _lines(objects: Path, count: int) -> Iterator[bytes]:
    """That many lines spread over the file, or all when it has fewer."""
    size = objects.stat().st_size
    with objects.open("rb") as file:
        first = len(file.readline())
        if size // first <= 2 * count:
            file.seek(0)
            yield from (line for line, _ in zip(file, range(count), strict=False))
            return
        for at in range(count):
            file.seek(at * (size // (count + 1)))
            # The place lies inside a line; the next one is whole.
            file.readline()
            yield file.readline()
