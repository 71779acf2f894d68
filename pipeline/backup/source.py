"""What a backup copies, and the moment it is copied at, though pulls and runs go on meanwhile.

Everything that grows only grows at its end. The lengths that all files have at one instant, taken under their locks,
are therefore a state that was true; what they name, the bodies, is on disk before it is named.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.audit.anchors import CHAINS
from pipeline.audit.chain import locked
from pipeline.audit.log import audit_file
from pipeline.landing.manifest import Manifest
from pipeline.ocpi.pull_log import PullLog
from pipeline.settings import Paths

# While an erasure is under way, landing and chains are not what the log says of them.
ERASING = "erasing.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Growing:
    """A file that grows, open, and how much of it belongs to the moment."""

    path: Path
    file: BinaryIO
    length: int

    def copy_to(self, target: Path) -> None:
        """Copy its whole lines; half a line that a crash left never counted."""
        self.file.seek(0)
        left, whole, size = self.length, 0, 0
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
            while left and (chunk := self.file.read(min(left, _CHUNK))):
                end = chunk.rfind(b"\n")
                whole = size + end + 1 if end >= 0 else whole
                size += len(chunk)
                left -= len(chunk)
                copy.write(chunk)
            copy.truncate(whole)
            copy.flush()
            os.fsync(copy.fileno())


@dataclass(frozen=True)
class Moment:
    """The growing files of a data directory as they were at one instant."""

    paths: Paths
    growing: list[Growing]

    def was_rewritten_since(self) -> bool:
        """Whether an erasure began or ended after the moment, so that bodies copied since may not fit it."""
        if is_erasing(self.paths):
            return True
        for growing in self.growing:
            if os.fstat(growing.file.fileno()).st_ino != growing.path.stat().st_ino:
                return True
            if growing.path == audit_file(self.paths):
                growing.file.seek(growing.length)
                if any(b'"action":"erase"' in line for line in growing.file):
                    return True
        return False


@contextmanager
def moment(paths: Paths) -> Generator[Moment]:
    """Take the lengths and keep the files open, so that one that is replaced by another stays readable."""
    growing = []
    with ExitStack() as files:

        def take(path: Path) -> None:
            if path.exists():
                file = files.enter_context(path.open("rb"))
                growing.append(Growing(path, file, os.fstat(file.fileno()).st_size))

        with ExitStack() as locks:
            manifest, pulls = Manifest(paths.landing), PullLog(paths)
            chains = [paths.ledger / name for name in CHAINS.values()]
            # Whoever holds one of them asks only for a later one, the audit log last.
            if paths.landing.is_dir():
                lock = locks.enter_context((paths.landing / ".pulls.lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
                locks.enter_context(manifest.locked())
            for chain in chains:
                if chain.exists():
                    locks.enter_context(locked(chain))
            for path in (pulls.path, manifest.path, *chains):
                take(path)
        yield Moment(paths, growing)


def is_erasing(paths: Paths) -> bool:
    """Whether an erasure is under way, or was broken off."""
    return (paths.ledger / ERASING).exists()


def other_files(paths: Paths) -> Iterator[Path]:
    """What is copied as it is: the masking key, closed periods, configuration. Never secrets."""
    key = paths.ledger / "masking.key"
    if key.exists():
        yield key
    yield from sorted(file for file in (paths.data / "closed").rglob("*") if file.is_file())
    yield from sorted(
        file for file in paths.data.glob("*.yml") if file.is_file() and not file.name.endswith(".example.yml")
    )


def failed_bodies(paths: Paths) -> Iterator[Path]:
    """What partners answered instead of a page; the pull log names it."""
    yield from sorted(file for file in paths.failed_bodies.glob("*.zst") if file.is_file())
