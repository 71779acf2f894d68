"""The night, step by step: pulls in, quality, build, publish. The command line and Dagster both call these steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline import dbt_runner
from pipeline.audit import record
from pipeline.audit.acts import build_failed, built
from pipeline.publish import Published, publish
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse, run_lock

if TYPE_CHECKING:
    from pipeline.landing.raw import FileAccount
    from pipeline.landing.store import LandingResult
    from pipeline.ocpi.pull import ModulePull
    from pipeline.ocpi.pull_partners import PullRequest
    from pipeline.quality.run import SuiteRun

# Called as (step, done, total); total is None while it is not known.
Progress = Callable[[str, int, int | None], None]

PULL, COLLECT, LOAD, JUDGE = "pull partners", "collect inbox", "load raw", "check new records"
BUILD, PUBLISH = "build tables", "publish"


@dataclass
class NightResult:
    """What one night did; `accounts` has one entry per file and module, `seconds` one per step in order.

    `notes` are sentences for the user.
    """

    as_of: datetime
    ledger_position: int = 0
    pulls: list[ModulePull] = field(default_factory=list)
    landed: LandingResult | None = None
    notes: list[str] = field(default_factory=list)
    accounts: list[FileAccount] = field(default_factory=list)
    suite_runs: list[SuiteRun] = field(default_factory=list)
    build: dbt_runner.BuildResult | None = None
    published: Published | None = None
    seconds: dict[str, float] = field(default_factory=dict)


def run_night(
    paths: Paths,
    *,
    as_of: datetime,
    pull: bool = True,
    collect_inbox: bool = True,
    on_progress: Progress | None = None,
) -> NightResult:
    """Run the whole night and publish it, or publish nothing.

    `as_of` is the business clock of every wait and deadline; without `pull` no partner is contacted. What partners do
    wrong is in `pulls` and stops nothing. Raises UserError (another run at work, warehouse
    locked, configuration wrong) and its kind BuildFailed (a failed data test or model).
    """
    night = NightResult(as_of=as_of.astimezone(UTC))
    progress = on_progress or _silent
    with run_lock(paths):
        if pull:
            with _step(night, PULL, progress):
                night.pulls = pull_landing(paths)
        if collect_inbox:
            with _step(night, COLLECT, progress):
                night.landed = collect_landing(paths)
        night.notes.extend(_missing_inputs(paths))
        with _step(night, LOAD, progress):
            night.accounts = load_raw_tables(paths, tell=night.notes.append)
            night.ledger_position = load_sources(paths)
        with _step(night, JUDGE, progress):
            night.suite_runs = judge_new_records(paths)
        with _step(night, BUILD, progress):
            night.build = build_tables(paths, as_of=night.as_of, on_progress=progress)
        with _step(night, PUBLISH, progress):
            night.published = publish(paths)
    return night


def _missing_inputs(paths: Paths) -> list[str]:
    """What a first night may lack: it is published all the same, and the reader is told why it shows so little."""
    from pipeline.landing.manifest import Manifest

    notes = []
    if not Manifest(paths.landing).last_seq():
        notes.append("Nothing is landed yet: `roamledger load PATH` lands files")
    if not paths.partners_file.exists():
        notes.append(
            f"There is no {paths.partners_file}, so no party is known; data/partners.example.yml explains each field"
        )
    return notes


def pull_landing(
    paths: Paths, request: PullRequest | None = None, *, on_pulled: Callable[[ModulePull], None] | None = None
) -> list[ModulePull]:
    """Pull from the partners over HTTP into landing; nothing where none is connected.

    Needs no lock of the run: landing only grows, and a partner that another process pulls is left to it.
    """
    from pipeline.ocpi.pull_partners import pull_partners
    from pipeline.partners import load_config

    return pull_partners(paths, load_config(paths), request, on_pulled=on_pulled)


def collect_landing(
    paths: Paths, *, modules: Sequence[str] | None = None, received_at: datetime | None = None
) -> LandingResult:
    """Land what partners dropped into the inbox; only the given modules when named."""
    from pipeline.landing.inbox import collect
    from pipeline.partners import load_config

    with run_lock(paths):
        return collect(paths, load_config(paths), modules=modules, received_at=received_at)


def load_raw_tables(paths: Paths, *, tell: Callable[[str], None] | None = None) -> list[FileAccount]:
    """Load every landed page that raw does not hold yet, and how pulls went; returns the account of each new file.

    The pull log is read before the manifest: of a pull that it calls complete every page is landed by then, however
    many pulls end while raw is loading. `tell` is told when the configuration changed the keys, so that everything was
    loaded again.
    """
    from pipeline.audit.late import record_late
    from pipeline.audit.loads import record_left_loads, record_loads
    from pipeline.landing.raw import load_raw
    from pipeline.ocpi.pull_log import PullLog
    from pipeline.ocpi.pull_table import write_pulls
    from pipeline.partners import load_config

    config = load_config(paths)
    with run_lock(paths), open_warehouse(paths) as con:
        record_late(paths)
        record_left_loads(con, paths)
        pulls = PullLog(paths).pulls()
        accounts = load_raw(con, paths, config, tell=tell)
        write_pulls(con, pulls)
        record_loads(con, paths, accounts)
    return accounts


def load_sources(paths: Paths) -> int:
    """Write configuration, ledger and audit log into the warehouse; returns how far the ledger was read."""
    from pipeline.audit.ends import refuse_cut_ends, refuse_unfounded_erasures
    from pipeline.audit.table import load_audit_log
    from pipeline.ledger.table import load_ledger
    from pipeline.partners import load_config, write_config_tables
    from pipeline.privacy.journal import refuse_broken_off

    refuse_broken_off(paths)
    config = load_config(paths)
    with run_lock(paths), open_warehouse(paths) as con:
        write_config_tables(con, config)
        refuse_cut_ends(paths)
        refuse_unfounded_erasures(paths)
        load_audit_log(con, paths)
        return load_ledger(con, paths).seq


def judge_new_records(paths: Paths) -> list[SuiteRun]:
    """Run the Great Expectations suites on records not yet judged; findings are kept and never stop the night."""
    from pipeline.quality.run import judge

    with run_lock(paths), open_warehouse(paths) as con:
        return judge(con)


def build_tables(
    paths: Paths,
    *,
    as_of: datetime,
    select: Sequence[str] = (),
    callbacks: Sequence[dbt_runner.EventCallback] = (),
    on_progress: Progress | None = None,
) -> dbt_runner.BuildResult:
    """Build and test all tables with dbt, and note in the warehouse whether they are whole.

    The note is what publishing trusts: after a failed or partial build (`select` is given, as arguments of dbt)
    there is nothing to publish. Raises BuildFailed.
    """
    followers = [*callbacks, _node_counter(on_progress)] if on_progress else list(callbacks)
    with run_lock(paths):
        ledger_position = _note_build(paths, as_of, is_complete=False)
        try:
            result = dbt_runner.build(
                paths, as_of=as_of, ledger_position=ledger_position, select=select, callbacks=followers
            )
        except dbt_runner.BuildFailed as error:
            record(paths, [build_failed(as_of, error.failures)])
            raise
        if not select:
            _note_build(paths, as_of, is_complete=True)
            record(paths, [built(as_of, ledger_position, result)])
    return result


def _note_build(paths: Paths, as_of: datetime, *, is_complete: bool) -> int:
    """Note clock, ledger position and wholeness of the build; returns the ledger position."""
    with open_warehouse(paths) as con:
        con.execute("create schema if not exists meta")
        con.execute(
            """
            create or replace table meta.last_build as
            select
                cast(? as timestamptz) as as_of,
                cast(coalesce(max(seq), 0) as bigint) as ledger_position,
                cast(? as boolean) as is_complete
            from ledger.events
            """,
            [as_of, is_complete],
        )
        row = con.execute("select ledger_position from meta.last_build").fetchone()
    return int(row[0]) if row else 0


def _node_counter(on_progress: Progress) -> dbt_runner.EventCallback:
    done = 0

    def count(event: Any) -> None:
        nonlocal done
        if event.info.name == "NodeFinished":
            done += 1
            on_progress(BUILD, done, None)

    return count


@contextmanager
def _step(night: NightResult, name: str, progress: Progress) -> Iterator[None]:
    progress(name, 0, None)
    started = time.perf_counter()
    yield
    night.seconds[name] = time.perf_counter() - started
    progress(name, 1, 1)


def _silent(step: str, done: int, total: int | None) -> None:
    """Follow nothing."""
