"""The warehouse made again from landing, ledger and configuration, beside the one in use, and swapped in when whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import sync_folder, texts
from pipeline.audit.log import audit_file
from pipeline.nightly import BUILD, JUDGE, LOAD, PUBLISH, Progress, build_tables, judge_new_records, load_sources
from pipeline.publish import Published, publish
from pipeline.settings import Paths, UserError, parse_timestamp
from pipeline.warehouse import open_warehouse, run_lock


@dataclass(frozen=True)
class Beside(Paths):
    """The same data directory with another warehouse file.

    Its name stays: DuckDB calls a database after its file, and views name it.
    """

    @property
    def warehouse(self) -> Path:
        return super().warehouse.parent / ".rebuild" / super().warehouse.name


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild came to."""

    as_of: datetime
    page_count: int
    ledger_position: int
    published: Published


def rebuild(
    paths: Paths, *, as_of: datetime, on_progress: Progress, tell: Callable[[str], None] = lambda note: None
) -> Rebuilt:
    """Load and build everything anew and publish it; the warehouse in use stays as it is until the new one is whole.

    `as_of` is the business clock. Nothing of the warehouse in use is needed; it may be damaged or gone. Raises
    UserError as a night does, and leaves what it made so far in `.rebuild/` of the warehouse folder to look into.
    """
    from pipeline.audit.late import record_late
    from pipeline.audit.loads import remember_recorded
    from pipeline.landing.raw import load_raw
    from pipeline.ocpi.pull_log import PullLog
    from pipeline.ocpi.pull_table import write_pulls
    from pipeline.partners import load_config

    beside = Beside(paths.data)
    with run_lock(paths):
        _nobody_writes(paths)
        shutil.rmtree(beside.warehouse.parent, ignore_errors=True)
        record_late(paths)
        on_progress(LOAD, 0, None)
        with open_warehouse(beside) as con:
            pulls = PullLog(paths).pulls()
            accounts = load_raw(con, beside, load_config(paths), tell=tell)
            write_pulls(con, pulls)
            # These acts stand in the log since they were first done; this one is recorded as a whole.
            remember_recorded(con)
            page_count = _count(con)
        ledger_position = load_sources(beside)
        on_progress(LOAD, 1, 1)
        on_progress(JUDGE, 0, None)
        judge_new_records(beside)
        on_progress(JUDGE, 1, 1)
        build_tables(beside, as_of=as_of, on_progress=on_progress)
        on_progress(BUILD, 1, 1)
        _nobody_writes(paths)
        _swap_in(beside.warehouse, paths.warehouse)
        shutil.rmtree(beside.warehouse.parent, ignore_errors=True)
        counts = {
            "pages": page_count,
            "received": sum(account.received for account in accounts),
            "loaded": sum(account.loaded for account in accounts),
            "quarantined": sum(account.quarantined for account in accounts),
            "duplicates": sum(account.duplicates for account in accounts),
            "ledger_position": ledger_position,
        }
        record(paths, [NewEntry("rebuild", as_of.isoformat().replace("+00:00", "Z"), counts)])
        on_progress(PUBLISH, 0, None)
        published = publish(paths)
        on_progress(PUBLISH, 1, 1)
    return Rebuilt(as_of, page_count, ledger_position, published)


def last_clock(paths: Paths) -> datetime | None:
    """The business clock of the newest night: as the published file says, else the audit log's last whole build."""
    from pipeline.published import ask, open_published

    try:
        with open_published(paths) as con:
            return ask(con, "select as_of from meta.published_version").rows[0][0].astimezone(UTC)
    except (UserError, duckdb.Error):
        pass
    last = None
    for _, text in texts(audit_file(paths)):
        if b'"action":"build"' in text and b'"outcome":"whole"' in text:
            last = text
    return parse_timestamp(json.loads(last)["subject"]) if last else None


def _count(con: duckdb.DuckDBPyConnection) -> int:
    ((count,),) = con.execute("select count(*) from raw.pages").fetchall()
    return count


def _nobody_writes(paths: Paths) -> None:
    """Raise UserError when another process may be writing to the warehouse; a damaged one does not matter."""
    if not paths.warehouse.exists():
        return
    try:
        with open_warehouse(paths, read_only=True):
            pass
    except UserError as error:
        if "in use by" in str(error):
            raise
    except duckdb.Error:
        pass


def _swap_in(new: Path, current: Path) -> None:
    with new.open("rb") as file:
        os.fsync(file.fileno())
    # What a crash left unwritten belongs to the old file; DuckDB would apply it to the new one.
    current.with_name(f"{current.name}.wal").unlink(missing_ok=True)
    os.replace(new, current)
    sync_folder(current.parent)
