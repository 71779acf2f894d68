"""The working warehouse: one writer at a time, opened only by the pipeline, always in UTC."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.settings import Paths, UserError, memory_limit, threads

_HOLDER = re.compile(r"PID (\d+)")
# Depth of the lock by lock file, so that a night and its steps may both ask for it within one process.
_held: dict[Path, int] = {}


@contextmanager
def open_warehouse(paths: Paths, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to the working warehouse and close it again.

    Raises UserError when another process holds the file or when there is none to read.
    """
    if read_only and not paths.warehouse.exists():
        raise UserError(f"There is no warehouse at {paths.warehouse} yet; run `roamledger run` first.")
    paths.warehouse.parent.mkdir(parents=True, exist_ok=True)
    try:
        con = duckdb.connect(str(paths.warehouse), read_only=read_only)
    except duckdb.IOException as error:
        raise locked_error(paths, error) from error
    try:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"set threads = {threads()}")
        con.execute(f"set memory_limit = '{memory_limit()}'")
        # As in dbt_project/profiles.yml: to compress took a third of a load and a sixth of a build, and whatever has to
        # last or travel, landing and the published file, is compressed anyway.
        con.execute("set force_compression = 'uncompressed'")
        yield con
    finally:
        con.close()


def locked_error(paths: Paths, error: Exception) -> UserError:
    """Say who holds the warehouse, as far as DuckDB's message tells."""
    text = str(error)
    if "lock" not in text.lower():
        return UserError(f"The warehouse {paths.warehouse} cannot be opened: {text.splitlines()[0]}")
    holder = _HOLDER.search(text)
    by_whom = f"process {holder.group(1)}" if holder else "another process"
    return UserError(
        f"The warehouse {paths.warehouse} is in use by {by_whom}. Wait until it has finished or close it; "
        f"to read data, open the published file {paths.published_file} instead."
    )


@contextmanager
def run_lock(paths: Paths) -> Iterator[None]:
    """Hold the only run of this data directory (may be nested within one process).

    Raises UserError when another process is running.
    """
    lock_file = paths.warehouse.parent / "run.lock"
    if _held.get(lock_file):
        _held[lock_file] += 1
        try:
            yield
        finally:
            _held[lock_file] -= 1
        return
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise UserError(
                f"Another run is at work in {paths.data} (process {holder}). "
                "Wait until it has finished, then try again."
            ) from error
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        _held[lock_file] = 1
        try:
            yield
        finally:
            del _held[lock_file]
