"""The lines of the pull log beside what the audit log recorded of them, in their order.

A line is recorded under the lock it was appended under, so both have one order. Only what a crash left unrecorded, and
was recorded late, stands earlier in the pull log than in the audit log.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from pipeline.audit.chain import texts
from pipeline.audit.erasures import replaced
from pipeline.audit.log import audit_file
from pipeline.ocpi.pull_log import PullLog
from pipeline.settings import Paths


@dataclass
class Differences:
    """What is not as recorded, lines by their number.

    `unrecorded` has lines that the audit log does not hold, those up to `last_recorded` before some that it does;
    `missing` the pulls whose line is gone, `moved` the lines that stand behind one that was written later, `doubled`
    those that came before.
    """

    unrecorded: list[tuple[int, bytes]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    last_recorded: int = 0


class _Detail(msgspec.Struct):
    is_late: int | None = None


class _Recorded(msgspec.Struct):
    action: str
    subject: str
    sha256: str
    detail: _Detail

    @property
    def is_late(self) -> bool:
        return bool(self.detail.is_late)


_RECORDED = msgspec.json.Decoder(_Recorded)


def differences(paths: Paths) -> Differences:
    """Walk through both side by side, which needs no memory; remember what was recorded only where they differ."""
    became = _became(paths)
    return Differences() if _are_alike(paths, became) else _one_by_one(paths, became)


def _are_alike(paths: Paths, became: Mapping[str, str]) -> bool:
    late = Counter(entry.sha256 for entry in _recorded(paths) if entry.is_late)
    late_forms = {form: digest for digest in late for form in _forms(digest, became)}
    on_time = (entry for entry in _recorded(paths) if not entry.is_late)
    expected = next(on_time, None)
    for digest, _, _ in _lines(paths):
        if expected and digest in _forms(expected.sha256, became):
            expected = next(on_time, None)
            continue
        recorded_late = late_forms.get(digest)
        if recorded_late is None or not late[recorded_late]:
            return False
        late[recorded_late] -= 1
    return expected is None and not late.total()


def _one_by_one(paths: Paths, became: Mapping[str, str]) -> Differences:
    recorded = list(_recorded(paths))
    waiting: dict[str, deque[int]] = {}
    for place, entry in enumerate(recorded):
        for form in _forms(entry.sha256, became):
            waiting.setdefault(form, deque()).append(place)
    found, taken, furthest = Differences(), set(), -1
    for digest, number, text in _lines(paths):
        places = waiting.get(digest, deque())
        while places and places[0] in taken:
            places.popleft()
        if not places and digest in waiting:
            found.doubled.append(number)
            continue
        if not places:
            found.unrecorded.append((number, text))
            continue
        place = places.popleft()
        taken.add(place)
        if recorded[place].is_late:
            continue
        found.last_recorded = number
        if place < furthest:
            found.moved.append(number)
        furthest = max(furthest, place)
    found.missing = [entry.subject for place, entry in enumerate(recorded) if place not in taken]
    return found


def _recorded(paths: Paths) -> Iterator[_Recorded]:
    """Every entry `pull`; what is no entry at all is told by the check of the chain."""
    for _, text in texts(audit_file(paths)):
        if b'"action":"pull"' in text:
            try:
                entry = _RECORDED.decode(text)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if entry.action == "pull":
                yield entry


def _became(paths: Paths) -> dict[str, str]:
    """What erasures made of a line, by its hash before."""
    steps = replaced(paths).get(PullLog(paths).path.name, {})
    return {before: after for of_line in steps.values() for before, after in of_line}


def _forms(digest: str, became: Mapping[str, str]) -> list[str]:
    """The hashes that a line may have: an erasure is recorded first and made then."""
    forms = [digest]
    while forms[-1] in became and became[forms[-1]] not in forms:
        forms.append(became[forms[-1]])
    return forms[-2:]


def _lines(paths: Paths) -> Iterator[tuple[str, int, bytes]]:
    """Hash, number and text of every whole line of the pull log."""
    path = PullLog(paths).path
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                yield hashlib.sha256(line[:-1]).hexdigest(), number, line[:-1]
