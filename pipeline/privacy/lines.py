"""Lines of ledger, audit log, manifest and pull log without a person's identifiers; chains keep their hashes.

A replaced line keeps `seq`, `prev_hash` and `hash`; an entry of the audit log, written first, names it and the digest
of what it says now (`pipeline.audit.erasures`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.audit import record
from pipeline.audit.chain import canonical, line_of, locked
from pipeline.audit.erasures import erase_entry, replaced_lines
from pipeline.audit.log import audit_file
from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.ledger.store import events_file
from pipeline.ocpi.pull_log import PullLog
from pipeline.privacy.bodies import without_person
from pipeline.privacy.identifiers import Person
from pipeline.privacy.places import replace_file
from pipeline.settings import Paths


@dataclass(frozen=True)
class _Lines:
    """One file of lines: its lock, and the number and digest by which the audit log names a line of it.

    `number` is told which line of the file it is, from 1, and what it says.
    """

    path: Path
    lock: Callable[[], AbstractContextManager[object]]
    number: Callable[[int, bytes], int]
    digest: Callable[[bytes], str]


@dataclass(frozen=True)
class _Change:
    """One line: the number the audit log names it by, what it says and what it will say."""

    number: int
    before: bytes
    after: bytes


def erase_lines(paths: Paths, person: Person, erasure_id: str, new_hashes: Mapping[str, str]) -> dict[str, int]:
    """Rewrite every line that holds an identifier, the audit log last; returns how many of each file.

    `new_hashes` maps content hashes that decisions are bound to on those that the same objects have now. A second call
    changes nothing.
    """
    counts = {}
    for lines in _files(paths):
        changed = _changed(lines, person, new_hashes if lines.path == events_file(paths) else {})
        counts[lines.path.name] = len(changed)
        if not changed:
            continue
        _record(paths, lines, changed, erasure_id)
        _rewrite(paths, lines, changed)
    return counts


def count_lines(paths: Paths, person: Person) -> dict[str, int]:
    """How many lines of each file would be rewritten."""
    return {lines.path.name: len(_changed(lines, person, {})) for lines in _files(paths)}


def _files(paths: Paths) -> list[_Lines]:
    events, audit = events_file(paths), audit_file(paths)
    manifest, pulls = Manifest(paths.landing), PullLog(paths)
    return [
        _Lines(manifest.path, manifest.locked, _landing_seq, _sha256),
        _Lines(pulls.path, lambda: _pulls_lock(paths), lambda number, _: number, _sha256),
        _Lines(events, lambda: locked(events), _chain_seq, _chain_digest),
        _Lines(audit, lambda: locked(audit), _chain_seq, _chain_digest),
    ]


def _changed(lines: _Lines, person: Person, new_hashes: Mapping[str, str]) -> list[_Change]:
    """Every line that has to change; half a line at the end was never written and is left."""
    if not lines.path.exists():
        return []
    changed = []
    with lines.path.open("rb") as file:
        for place, text in enumerate(file, start=1):
            if not text.endswith(b"\n"):
                break
            after = _with_new_hash(text[:-1], new_hashes)
            if person.may_be_in(after):
                after = without_person(after, person, is_tokens=False)[0]
            if after != text[:-1]:
                changed.append(_Change(lines.number(place, text[:-1]), text[:-1], after))
    return changed


def _with_new_hash(text: bytes, new_hashes: Mapping[str, str]) -> bytes:
    if b'"cdr_version_hash"' not in text or not new_hashes:
        return text
    content = json.loads(text)
    seen = content["payload"]["cdr_version_hash"]
    if seen not in new_hashes:
        return text
    content["payload"]["cdr_version_hash"] = new_hashes[seen]
    return canonical(content)


def _record(paths: Paths, lines: _Lines, changed: list[_Change], erasure_id: str) -> None:
    """Before the lines change: should a crash come between, they still stand as they were written."""
    name = lines.path.name
    recorded = replaced_lines(paths, name)
    record(
        paths,
        [
            erase_entry(
                name,
                change.number,
                old=lines.digest(change.before),
                new=lines.digest(change.after),
                erasure_id=erasure_id,
                counts={"lines": 1},
            )
            for change in changed
            if recorded.get(change.number) != lines.digest(change.after)
        ],
    )


def _rewrite(paths: Paths, lines: _Lines, changed: list[_Change]) -> None:
    """Replace the file in one step while nobody appends to it."""
    after = {change.before: change.after for change in changed}
    with lines.lock():
        texts = lines.path.read_bytes().split(b"\n")
        # What stands behind the last line end is half a line and stays.
        whole = [after.get(text, text) for text in texts[:-1]]
        replace_file(paths, lines.path, b"\n".join([*whole, texts[-1]]))


@contextmanager
def _pulls_lock(paths: Paths) -> Generator[None]:
    """The lock under which pulls append to their log."""
    with (paths.landing / ".pulls.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _landing_seq(_: int, text: bytes) -> int:
    return LandedPage.model_validate_json(text).landing_seq


def _chain_seq(_: int, text: bytes) -> int:
    line = line_of(0, text)
    assert line is not None, "a line that was written by the chain is one"
    return line.seq


def _chain_digest(text: bytes) -> str:
    line = line_of(0, text)
    assert line is not None, "a line that was written by the chain is one"
    return line.digest
