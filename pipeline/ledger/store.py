"""The ledger file: append under a lock, read, and prove that nothing in it was changed.

The chain shows a changed, removed or inserted line. It cannot show that lines were cut off at the end;
for that, each published version names the last event it saw.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from pipeline.ledger.event import GENESIS_HASH, Event, NewEvent
from pipeline.settings import Paths, UserError


class LedgerError(UserError):
    """The ledger cannot be trusted or the event cannot be written; the message names the line or the field."""


@dataclass(frozen=True)
class LedgerHead:
    """How far the ledger is written: the last sequence number (0 when empty) and its hash."""

    seq: int
    hash: str


def events_file(paths: Paths) -> Path:
    """Where the events lie."""
    return paths.ledger / "events.ndjson"


def append(paths: Paths, new_events: Iterable[NewEvent]) -> list[Event]:
    """Write events to the end of the chain, all or none, and return them once they are on disk.

    Other processes wait at the lock. Raises LedgerError when a payload does not fit its event type or
    the file does not end in a whole event.
    """
    wanted = list(new_events)
    if not wanted:
        return []
    path = events_file(paths)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path, fcntl.LOCK_EX) as file:
        head = _last(path, file)
        written: list[Event] = []
        for new in wanted:
            try:
                event = Event.chained(new, seq=head.seq + 1, prev_hash=head.hash)
            except ValidationError as error:
                raise LedgerError(f"The {new.event_type} event on {new.object_label} is not valid: {error}") from error
            written.append(event)
            head = LedgerHead(event.seq, event.hash)
        file.seek(0, os.SEEK_END)
        file.write(b"".join(event.line() for event in written))
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)
    return written


def read(paths: Paths) -> list[Event]:
    """Every event in order, each one checked against the chain; empty when there is no ledger yet.

    Raises LedgerError with the number of the first line that does not fit.
    """
    path = events_file(paths)
    if not path.exists():
        return []
    with _locked(path, fcntl.LOCK_SH) as file:
        file.seek(0)
        lines = file.read().splitlines(keepends=True)
    events: list[Event] = []
    head = LedgerHead(0, GENESIS_HASH)
    for number, line in enumerate(lines, start=1):
        event = _parse(path, number, line)
        problem = _problem(event, head)
        if problem:
            raise LedgerError(f"The ledger {path} was changed: line {number} {problem}. Restore it from a backup.")
        events.append(event)
        head = LedgerHead(event.seq, event.hash)
    return events


def verify(paths: Paths) -> LedgerHead:
    """Check the whole chain and return its head; LedgerError names the first line that was tampered with."""
    events = read(paths)
    return LedgerHead(events[-1].seq, events[-1].hash) if events else LedgerHead(0, GENESIS_HASH)


def _problem(event: Event, previous: LedgerHead) -> str | None:
    if not event.is_intact():
        return "does not match its own hash"
    if event.prev_hash != previous.hash or event.seq != previous.seq + 1:
        return "does not follow the line before it"
    return None


def _parse(path: Path, number: int | None, line: bytes) -> Event:
    if not line.endswith(b"\n"):
        raise LedgerError(f"The ledger {path} ends in half a line: a write was cut short. Remove that last line.")
    try:
        return Event.model_validate_json(line)
    except ValidationError as error:
        where = "its last line" if number is None else f"line {number}"
        raise LedgerError(f"The ledger {path} was changed: {where} is not an event.") from error


def _last(path: Path, file: BinaryIO) -> LedgerHead:
    """The head by the last line alone; the whole chain is checked when the ledger is read."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return LedgerHead(0, GENESIS_HASH)
    block = 1 << 16
    while True:
        start = max(0, size - block)
        file.seek(start)
        lines = file.read(size - start).splitlines(keepends=True)
        if start == 0 or len(lines) > 1:
            break
        block *= 2
    event = _parse(path, None, lines[-1])
    if not event.is_intact():
        raise LedgerError(f"The ledger {path} was changed: its last line does not match its own hash.")
    return LedgerHead(event.seq, event.hash)


@contextmanager
def _locked(path: Path, kind: int) -> Generator[BinaryIO]:
    mode = "a+b" if kind == fcntl.LOCK_EX else "rb"
    with path.open(mode) as file:
        fcntl.flock(file, kind)
        yield file


def _sync_folder(folder: Path) -> None:
    """A new file survives a crash only once its folder entry is on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
