"""The warehouse made again from landing, ledger and configuration, beside the old one and swapped in when whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import read as read_chain
from pipeline.audit.chain import sync_folder
from pipeline.audit.log import audit_file
from pipeline.dbt_runner import as_of_text
from pipeline.nightly import (
    BUILD,
    JUDGE,
    LOAD,
    PUBLISH,
    Progress,
    build_tables,
    judge_new_records,
    load_raw_tables,
    load_sources,
)
from pipeline.publish import Published, publish
from pipeline.settings import Paths, UserError, parse_timestamp
from pipeline.warehouse import open_warehouse, run_lock


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild came to; `version_before` is what was published until then, None when nothing was.

    The name of a version is made of its clock and content: the same name, the same tables.
    """

    as_of: datetime
    page_count: int
    object_count: int
    version_before: str | None
    published: Published

    @property
    def is_the_same(self) -> bool:
        return self.version_before == self.published.version_id


@dataclass(frozen=True)
class _Beside(Paths):
    """The same landing, ledger and configuration, another warehouse. dbt names tables after the file: it stays."""

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse" / ".rebuild" / "roamledger.duckdb"


def rebuild(paths: Paths, *, as_of: datetime | None = None, on_progress: Progress | None = None) -> Rebuilt:
    """Load, judge and build everything anew in a file of its own, put that in the warehouse's place and publish.

    Nothing of the old warehouse is used but its clock, which is also that of the new one unless `as_of` names another.
    When anything fails before the swap, the old warehouse stays as it is. Raises UserError (another run at work,
    warehouse in use, configuration wrong) and its kind BuildFailed.
    """
    progress = on_progress or (lambda step, done, total: None)
    with run_lock(paths):
        _nobody_writes(paths)
        clock = as_of or last_clock(paths) or datetime.now(UTC).replace(microsecond=0)
        before = _published_version(paths)
        with _emptied(_Beside(paths.data)) as beside:
            try:
                page_count, object_count = _fill(beside, clock, progress)
                _nobody_writes(paths)
            except Exception as error:
                record(paths, [_entry(clock, "failed", detail={"fault": type(error).__name__})])
                raise
            _swap_in(beside.warehouse, paths.warehouse)
        record(paths, [_entry(clock, "whole", counts={"pages": page_count, "objects": object_count})])
        progress(PUBLISH, 0, None)
        published = publish(paths)
        progress(PUBLISH, 1, 1)
    return Rebuilt(clock, page_count, object_count, before, published)


def last_clock(paths: Paths) -> datetime | None:
    """The business clock of the last build: as the warehouse says, else what is published, else the audit log."""
    asked = ((paths.warehouse, "meta.last_build"), (paths.published_file, "meta.published_version"))
    for file, table in asked:
        row = _first_row(file, f"select as_of from {table}")
        if row:
            return row[0].astimezone(UTC)
    clock = None
    for line in read_chain(audit_file(paths)):
        if b'"action":"build"' in line.text:
            clock = line.content()["subject"]
    return parse_timestamp(clock) if clock else None


def _fill(beside: Paths, clock: datetime, progress: Progress) -> tuple[int, int]:
    """Build the warehouse of `beside` and return how many pages and object versions it holds."""
    progress(LOAD, 0, None)
    accounts = load_raw_tables(beside)
    load_sources(beside)
    progress(LOAD, 1, 1)
    progress(JUDGE, 0, None)
    judge_new_records(beside)
    progress(JUDGE, 1, 1)
    progress(BUILD, 0, None)
    build_tables(beside, as_of=clock, on_progress=progress)
    with open_warehouse(beside, read_only=True) as con:
        row = con.execute("select count(*) from raw.pages").fetchone()
    return (row[0] if row else 0), sum(account.loaded for account in accounts)


@contextmanager
def _emptied(beside: Paths) -> Iterator[Paths]:
    """A folder for the new file, without what a rebuild that was killed left in it, and removed in the end."""
    folder = beside.warehouse.parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield beside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _swap_in(new: Path, warehouse: Path) -> None:
    with new.open("rb") as file:
        os.fsync(file.fileno())
    # What a crash left there belongs to the old file, and DuckDB would play it into the new one.
    warehouse.with_name(warehouse.name + ".wal").unlink(missing_ok=True)
    new.replace(warehouse)
    sync_folder(warehouse.parent)


def _nobody_writes(paths: Paths) -> None:
    """Raise UserError when another process may be writing to the old warehouse; a damaged one does not matter."""
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


def _published_version(paths: Paths) -> str | None:
    row = _first_row(paths.published_file, "select version_id from meta.published_version")
    return row[0] if row else None


def _first_row(file: Path, sql: str) -> tuple | None:
    """What a file that may be absent or damaged answers, if anything."""
    if not file.exists():
        return None
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            con.execute("set TimeZone = 'UTC'")
            return con.execute(sql).fetchone()
    except duckdb.Error:
        return None


def _entry(
    clock: datetime, outcome: str, *, counts: dict[str, int] | None = None, detail: dict[str, str] | None = None
) -> NewEntry:
    return NewEntry("rebuild", as_of_text(clock), counts or {}, detail={"outcome": outcome, **(detail or {})})
