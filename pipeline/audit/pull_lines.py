"""The lines of the pull log beside what the audit log recorded of them, in any order."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.audit.chain import texts
from pipeline.audit.erasures import replaced
from pipeline.audit.log import audit_file
from pipeline.ocpi.pull_log import PullLog
from pipeline.settings import Paths

_MODULUS = 1 << 256


@dataclass
class Differences:
    """`unrecorded`: lines with their number that the audit log does not hold; `missing`: pulls whose line is gone."""

    unrecorded: list[tuple[int, bytes]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def differences(paths: Paths) -> Differences:
    """Compare both by the sum of all hashes, which needs no memory, and line by line only where that differs."""
    recorded = _total(digest for digest, _ in _recorded(paths))
    for before, after in _erased(paths):
        recorded += int(after, 16) - int(before, 16)
    if recorded % _MODULUS == _total(digest for digest, _, _ in _lines(paths)):
        return Differences()
    return _one_by_one(paths)


def _one_by_one(paths: Paths) -> Differences:
    waiting: Counter[str] = Counter()
    subjects: dict[str, str] = {}
    for digest, subject in _recorded(paths):
        waiting[digest] += 1
        subjects[digest] = subject
    for before, after in _erased(paths):
        if waiting[before]:
            waiting[before] -= 1
            waiting[after] += 1
            subjects[after] = subjects[before]
    found = Differences()
    for digest, number, text in _lines(paths):
        if waiting[digest] > 0:
            waiting[digest] -= 1
        else:
            found.unrecorded.append((number, text))
    found.missing = [subjects[digest] for digest, count in waiting.items() if count > 0]
    return found


def _total(digests: Iterator[str]) -> int:
    return sum(int(digest, 16) for digest in digests) % _MODULUS


def _recorded(paths: Paths) -> Iterator[tuple[str, str]]:
    """Hash of the line and the pull it was about, of every entry `pull`."""
    for _, text in texts(audit_file(paths)):
        if b'"action":"pull"' in text:
            entry = json.loads(text)
            if entry["action"] == "pull":
                yield entry["sha256"], entry["subject"]


def _erased(paths: Paths) -> list[tuple[str, str]]:
    steps = replaced(paths).get(PullLog(paths).path.name, {})
    return [step for of_line in steps.values() for step in of_line]


def _lines(paths: Paths) -> Iterator[tuple[str, int, bytes]]:
    """Hash, number and text of every whole line of the pull log."""
    path = PullLog(paths).path
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                yield hashlib.sha256(line[:-1]).hexdigest(), number, line[:-1]
