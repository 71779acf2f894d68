"""Pull and load killed (SIGKILL) at random points and run again: the end is that of a run nobody killed.

10 points; `ROAMLEDGER_KILLS=50` makes as many, `ROAMLEDGER_KILL_SEED=another` others.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline import nightly
from pipeline.audit.verify import verify
from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import Manifest
from pipeline.ocpi.pull_log import PullLog
from pipeline.settings import PROJECT_ROOT, Paths
from pipeline.warehouse import open_warehouse
from tests.ocpi.night import DONE, LOADING, PULLING
from tests.ocpi.pulling import connect, pull
from tests.ocpi.server import Server, make

KILLS = int(os.environ.get("ROAMLEDGER_KILLS") or 10)
SEED = os.environ.get("ROAMLEDGER_KILL_SEED") or "kill"
MODULES = ("sessions", "cdrs")
COUNT, PAGE_SIZE = 40, 3
# All that a row says but for the page it came with.
CONTENT = "* exclude (landing_seq, pull_id, page_no, ordinal, received_at, is_full_pull)"


@dataclass(frozen=True)
class End:
    """What is left after a night, told so that the way there does not matter."""

    pages: set[tuple[str, str]]
    rows: dict[str, list[tuple[Any, ...]]]
    rejects: int


@dataclass(frozen=True)
class Whole:
    """A night that nobody killed: its end, and how long its two steps took."""

    end: End
    pull_s: float
    load_s: float


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(page_size=PAGE_SIZE) as server:
        for module in MODULES:
            server.put(module, *(make(module, n) for n in range(COUNT)))
        yield server


@pytest.fixture(scope="module")
def whole(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with pytest.MonkeyPatch.context() as environment:
        paths = connected(tmp_path_factory.mktemp("whole"), server, environment)
        with started(paths) as night:
            moments = {}
            for step in (PULLING, LOADING, DONE):
                assert said(night) == step
                moments[step] = time.monotonic()
        return Whole(end_of(paths), moments[LOADING] - moments[PULLING], moments[DONE] - moments[LOADING])


def connected(folder: Path, server: Server, environment: pytest.MonkeyPatch) -> Paths:
    return connect(folder, {"partner": server}, environment, modules=MODULES)


def started(paths: Paths) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ocpi.night", str(paths.data)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True)


def said(night: subprocess.Popen[str]) -> str:
    assert night.stdout
    return night.stdout.readline().strip()


def end_of(paths: Paths) -> End:
    pages = Manifest(paths.landing).pages()
    assert [page.landing_seq for page in pages] == list(range(1, len(pages) + 1))
    shas = {page.sha256 for page in pages}
    bodies = {file.relative_to(paths.landing).as_posix(): file for file in (paths.landing / "pulls").rglob("*.zst")}
    assert bodies.keys() >= {page.body for page in pages}
    # A body that was written when the kill came, but not counted yet, came again.
    assert {hashlib.sha256(read_body(file)).hexdigest() for file in bodies.values()} == shas
    with open_warehouse(paths, read_only=True) as con:
        rows = {
            module: con.execute(f"select {CONTENT} from raw.{module} order by all").fetchall() for module in MODULES
        }
        (rejects,) = con.execute("select count(*) from raw.rejects").fetchone() or (-1,)
        (loaded,) = con.execute("select count(*) from raw.pages").fetchone() or (-1,)
    assert loaded == len(pages)
    return End({(page.module, page.sha256) for page in pages}, rows, rejects)


@pytest.mark.parametrize("point", [f"{SEED}-{number}" for number in range(KILLS)])
def test_a_killed_night_that_is_run_again_ends_like_a_whole_one(
    point: str, server: Server, whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(point)
    paths = connected(tmp_path / "data", server, monkeypatch)
    way = rng.choice(("request", "pull", "pull", "load", "load"))
    with started(paths) as night:
        if way == "request":
            # At the very moment when the server gets it.
            server.at(rng.choice(MODULES), rng.randrange(COUNT // PAGE_SIZE), lambda store: night.kill())
        else:
            assert said(night) == PULLING
            if way == "load":
                assert said(night) == LOADING
            time.sleep(rng.uniform(0, whole.load_s if way == "load" else whole.pull_s))
            night.kill()
        night.wait()
    server.heal()
    # The second night: what broke off is gone on with, what was read whole is asked for again.
    assert [done.outcome for done in pull(paths)] == ["complete", "complete"]
    nightly.load_raw_tables(paths)
    assert end_of(paths) == whole.end
    assert all(item.is_complete for item in PullLog(paths).pulls() if item.ended)
    assert verify(paths, with_bodies=True).problems == []
