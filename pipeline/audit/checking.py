"""Whether a chain is what was written: every line by its own hash and by the line before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.audit.chain import START, ChainError, Head, Line, line_of, read, texts

# Digests that lines may have by recorded erasures, by sequence number; asked for only when a line needs it.
Replaced = Callable[[], Mapping[int, Collection[str]]]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file: the line (None: the file as a whole) and what is wrong with it."""

    file: Path
    line: int | None
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


def checked(path: Path, replaced: Replaced | None = None) -> Iterator[Line]:
    """Every whole line in order, each checked against the chain. Raises ChainError at the first that does not fit."""
    previous = START
    allowed = _Allowed(replaced)
    for line in read(path):
        wrong = _wrong(line, previous, allowed)
        if wrong:
            raise ChainError(f"{path} was changed: line {line.number} {wrong}. Restore it from a backup.")
        previous = Head(line.seq, line.hash)
        yield line


def verify(path: Path, replaced: Replaced | None = None) -> Head:
    """Check the whole chain and return its head. Raises ChainError at the first line that does not fit."""
    head = START
    for line in checked(path, replaced):
        head = Head(line.seq, line.hash)
    return head


def problems(path: Path, replaced: Replaced | None = None) -> Iterator[Problem]:
    """Everything that is wrong with the chain, in order of the lines."""
    for _, problem in examined(path, replaced):
        if problem:
            yield problem


def examined(path: Path, replaced: Replaced | None = None) -> Iterator[tuple[Line | None, Problem | None]]:
    """Every whole line (None: not readable) with what is wrong with it, each judged by the one before it."""
    previous = START
    allowed = _Allowed(replaced)
    for number, text in texts(path):
        line = line_of(number, text)
        if line is None:
            yield None, Problem(path, number, "is not readable")
            continue
        wrong = _wrong(line, previous, allowed)
        yield line, Problem(path, number, wrong) if wrong else None
        previous = Head(line.seq, line.hash)


class _Allowed:
    """The replaced lines, read when the first line asks for them: most chains have none."""

    def __init__(self, replaced: Replaced | None) -> None:
        self._ask = replaced
        self._known: Mapping[int, Collection[str]] | None = None

    def allows(self, line: Line) -> bool:
        if self._known is None:
            self._known = self._ask() if self._ask else {}
        return line.digest in self._known.get(line.seq, ())


def _wrong(line: Line, previous: Head, allowed: _Allowed) -> str | None:
    if line.digest != line.hash and not allowed.allows(line):
        return "does not match its own hash"
    if line.seq > previous.seq + 1:
        return f"does not follow the line before it: {line.seq - previous.seq - 1} lines are missing"
    if line.seq <= previous.seq:
        return "does not follow the line before it: it was moved or inserted"
    if line.prev_hash != previous.hash:
        return "does not follow the line before it: it names another previous hash"
    return None
