"""Files of lines of which each names the hash of the one before: append, read, and find what was changed.

The ledger and the audit log are two such files. A line is canonical JSON with `seq`, `prev_hash` and `hash`, where
`hash` is the sha256 of the line without `hash` itself. The chain shows a changed, removed, inserted or moved line; that
lines were cut off at the end shows only beside an anchor, a place of the chain that was written down elsewhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pipeline.settings import UserError

GENESIS_HASH = "0" * 64
_BLOCK = 1 << 16


class ChainError(UserError):
    """The file cannot be trusted or not be written; the message names the line."""


@dataclass(frozen=True)
class Head:
    """How far a chain is written: the last sequence number (0 when empty) and its hash."""

    seq: int
    hash: str


START = Head(0, GENESIS_HASH)


@dataclass(frozen=True)
class Line:
    """One whole line: `number` from 1, `text` without the line end, `digest` the sha256 of what it says now.

    `digest` equals `hash` unless the content was replaced.
    """

    number: int
    seq: int
    prev_hash: str
    hash: str
    digest: str
    text: bytes

    def content(self) -> dict[str, Any]:
        """The line as a dict."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Torn:
    """Half a line at the end, left by a write that a crash cut short: it never counted."""

    file: str
    size_bytes: int
    sha256: str


class _Place(msgspec.Struct):
    seq: int
    prev_hash: str
    hash: str


_PLACES = msgspec.json.Decoder(_Place)


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces: equal content, equal bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(content: Mapping[str, Any]) -> str:
    """sha256 of the canonical text without `hash`, as hex."""
    return hashlib.sha256(canonical({key: value for key, value in content.items() if key != "hash"})).hexdigest()


class Appending:
    """The end of a chain under its lock; `torn` is what a crash left there, cut off before anything is written."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        size = file.seek(0, os.SEEK_END)
        self._file = file
        self._whole = _length_of_whole_lines(file, size)
        self.torn = _torn(path, file, self._whole, size)
        self.head = _head(path, file, self._whole)
        self._texts: list[bytes] = []

    def add(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Give the content its place in the chain; it is in the file when `write` returns."""
        placed = {**content, "seq": self.head.seq + 1, "prev_hash": self.head.hash}
        placed["hash"] = content_hash(placed)
        self._texts.append(canonical(placed) + b"\n")
        self.head = Head(placed["seq"], placed["hash"])
        return placed

    def write(self) -> None:
        """Make what was added durable, all of it or, when the disk refuses, none."""
        descriptor = self._file.fileno()
        os.ftruncate(descriptor, self._whole)
        try:
            self._file.seek(self._whole)
            self._file.write(b"".join(self._texts))
            self._file.flush()
            os.fsync(descriptor)
        except BaseException:
            os.ftruncate(descriptor, self._whole)
            raise
        self._whole = self._file.tell()
        self._texts.clear()


@contextmanager
def appending(path: Path) -> Generator[Appending]:
    """Hold the chain; other processes wait. Raises ChainError when the last line cannot be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with locked(path) as file:
        yield Appending(path, file)
    if is_new:
        sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Generator[BinaryIO]:
    """The file, made when absent, with nobody else at it; one that was replaced meanwhile is opened anew."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                yield file
                return


def read(path: Path) -> Iterator[Line]:
    """Every whole line as it stands, unchecked, one at a time; nothing when there is no file.

    Raises ChainError at a line that is none of a chain.
    """
    for number, text in texts(path):
        line = line_of(number, text)
        if line is None:
            raise ChainError(f"{path} was changed: line {number} is not readable. Restore it from a backup.")
        yield line


def read_head(path: Path) -> Head:
    """How far the chain is written, by its last whole line alone. Raises ChainError when that cannot be read."""
    if not path.exists():
        return START
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        return _head(path, file, _length_of_whole_lines(file, file.seek(0, os.SEEK_END)))


def torn(path: Path) -> Torn | None:
    """What a crash left at the end, None when the file ends in a whole line or is absent."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        size = file.seek(0, os.SEEK_END)
        return _torn(path, file, _length_of_whole_lines(file, size), size)


def sync_folder(folder: Path) -> None:
    """A new or renamed file survives a crash only once its folder entry is on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def texts(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole lines as far as the file is written now: what is appended meanwhile is left out, and half a line too."""
    if not path.exists():
        return
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        left = _length_of_whole_lines(file, file.seek(0, os.SEEK_END))
        fcntl.flock(file, fcntl.LOCK_UN)
        file.seek(0)
        number = 0
        while left > 0:
            text = file.readline()
            left -= len(text)
            number += 1
            yield number, text[:-1]


def line_of(number: int, text: bytes) -> Line | None:
    """Read one line; None when it is none of a chain."""
    try:
        place = _PLACES.decode(text)
        # What was hashed is the line without this one field; cutting it out spares writing the line again.
        field = b'"hash":"' + place.hash.encode() + b'"'
        if text.count(field) == 1:
            digest = hashlib.sha256(text.replace(field + b",", b"")).hexdigest()
        else:
            content = json.loads(text)
            digest = content_hash(content) if canonical(content) == text else ""
    except ValueError:
        return None
    return Line(number, place.seq, place.prev_hash, place.hash, digest, text)


def _head(path: Path, file: BinaryIO, whole: int) -> Head:
    """The head by the last line alone; the whole chain is checked when it is read."""
    if whole == 0:
        return START
    block = _BLOCK
    while True:
        start = max(0, whole - block)
        file.seek(start)
        lines = file.read(whole - start).splitlines()
        if start == 0 or len(lines) > 1:
            break
        block *= 2
    line = line_of(0, lines[-1])
    if line is None:
        raise ChainError(f"{path} was changed: its last line is not readable. Restore it from a backup.")
    return Head(line.seq, line.hash)


def _torn(path: Path, file: BinaryIO, whole: int, size: int) -> Torn | None:
    if whole == size:
        return None
    file.seek(whole)
    return Torn(path.name, size - whole, hashlib.sha256(file.read(size - whole)).hexdigest())


def _length_of_whole_lines(file: BinaryIO, size: int) -> int:
    end = size
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        position = file.read(end - start).rfind(b"\n")
        if position >= 0:
            return start + position + 1
        end = start
    return 0
