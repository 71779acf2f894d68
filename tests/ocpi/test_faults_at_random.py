"""Nights of random faults, changes and drift: in the end the warehouse holds exactly what the server holds.

50 runs; `ROAMLEDGER_FAULT_RUNS=1000` makes as many, `ROAMLEDGER_FAULT_SEED=another` others. A run that fails is made
again alone by its name: `pytest tests/ocpi/test_faults_at_random.py -k "[seed-17]"`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.ocpi.pull import ModulePull
from pipeline.ocpi.pull_partners import PullRequest
from pipeline.ocpi.windows import Window
from pipeline.settings import Paths
from tests.ocpi.holding import Held
from tests.ocpi.pulling import connect, pull
from tests.ocpi.server import FATAL, HANDLED, TRANSIENT, Authority, Server, Store, make
from tests.ocpi.server.store import MODULES, id_of

RUNS = int(os.environ.get("ROAMLEDGER_FAULT_RUNS") or 50)
SEED = os.environ.get("ROAMLEDGER_FAULT_SEED") or "seed"
FIRST_NIGHT = datetime(2026, 11, 3, 1, tzinfo=UTC)
# These cost a time limit each, or hide an object for good while they last (test_faults).
COSTLY = ("slow", "short_page", "lower_case_ids")
KINDS = [kind for kind in (*TRANSIENT, *HANDLED, *FATAL) if kind not in COSTLY]
# A healthy server is read whole after at most so many pulls: one may only finish what broke off.
PULLS_TO_MEND = 4


class Run:
    """One server with one module, and what becomes of both in a few nights."""

    def __init__(self, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
        self.rng = random.Random(name)
        self.module = self.rng.choice(MODULES)
        self.version = self.rng.choice(("2.1.1", "2.2.1", "2.3.0"))
        tls = authority if self.rng.random() < 0.5 else None
        self.server = Server(versions=[self.version], page_size=self.rng.randint(2, 6), tls=tls).start()
        self.now = FIRST_NIGHT
        self.made = self.rng.choice((0, 5, 20, 35))
        self.removed: set[str] = set()
        self.overlap_h = self.rng.choice((0, 1, 24))
        self.was_silent = False
        self.server.put(self.module, *(make(self.module, n, self.version) for n in range(self.made)))
        role = "CPO" if self.module == "tokens" else "EMSP"
        self.paths: Paths = connect(
            folder, {"partner": self.server}, monkeypatch, modules=[self.module], role=role, timeout_s=2,
            ca_file=str(authority.ca_file(folder)), page_limit=self.rng.choice((3, 5, 1000)), overlap_h=self.overlap_h,
        )  # fmt: skip

    def night(self) -> ModulePull:
        """Changes, then a pull under faults and drift."""
        for _ in range(self.rng.randint(0, 4)):
            self.change()(self.server.store)
        if self.rng.random() < 0.7:
            self.server.fail_at_random(self.rng.random(), self.rng.choice((0.1, 0.3, 0.6)), self.kinds())
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            # An outage that outlasts the retries, or nearly.
            at, times = self.rng.randint(0, 8), self.rng.choice((1, 3, 5, 20))
            self.server.fail(self.rng.choice(KINDS), module=self.module, at=at, times=times)
        for _ in range(self.rng.choice((0, 0, 1, 3))):
            self.server.at(self.module, self.rng.randint(0, 8), self.change())
        done = self.pull()
        self.server.heal()
        return done

    def kinds(self) -> list[str]:
        return self.rng.sample(KINDS, self.rng.randint(1, 8))

    def pull(self, window: Window | None = None) -> ModulePull:
        request = PullRequest(window=window) if window else None
        (done,) = pull(self.paths, request, now=self.now)
        self.now += timedelta(hours=self.rng.choice((1, 24, 24, 100)))
        return done

    def pull_until_complete(self, window: Window | None = None) -> None:
        seen = []
        for _ in range(PULLS_TO_MEND):
            seen.append(self.pull(window))
            if seen[-1].outcome == "complete" and not seen[-1].is_resumed:
                return
        raise AssertionError(f"not complete on a healthy server: {seen}")

    def change(self) -> Callable[[Store], object]:
        """Something that happens at the partner; what was changed has the time of the change."""
        rng, module = self.rng, self.module
        stamp = f"{self.now - timedelta(seconds=rng.randint(0, 3600)):%Y-%m-%dT%H:%M:%SZ}"
        if rng.random() < 0.4:
            new = make(module, self.made, self.version, last_updated=stamp)
            self.made += 1
            return lambda store: store.put(module, new)
        value, position, kind = rng.random(), rng.random(), rng.random()

        def touch(store: Store) -> None:
            items = store.all(module)
            if not items:
                return
            item = items[int(position * len(items))]
            name = id_of(module, item)
            if kind < 0.1 and module not in ("cdrs", "sessions"):
                # Taken away in the same moment in which another is added, it hides one that nobody counts.
                self.was_silent = True
                store.remove(module, name)
                self.removed.add(name)
            elif kind < 0.25:
                # A silent change: other content under the same last_updated.
                self.was_silent = True
                store.put(module, item | {"remark": value})
            else:
                store.touch(module, name, last_updated=stamp, remark=value)

        return touch


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(params=[f"{SEED}-{number}" for number in range(RUNS)])
def run(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority):
    run = Run(request.param, tmp_path, monkeypatch, authority)
    yield run
    run.server.stop()


def test_nothing_is_lost_and_nothing_is_there_twice(run: Run) -> None:
    for _ in range(run.rng.randint(1, 6)):
        run.night()
    run.pull_until_complete()
    if not run.was_silent and run.overlap_h:
        # What changed is dated an hour back at most: within the overlap, so that no full reading is needed.
        Held(run.paths).assert_equals(run.server, run.module, run.removed)
    run.pull_until_complete(Window("full"))
    held = Held(run.paths)
    held.assert_equals(run.server, run.module, run.removed)
    held.assert_nothing_twice(run.module)
    held.assert_kept(run.server, run.module)
    assert run.server.foreign == []
