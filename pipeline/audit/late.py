"""Acts that happened and were not recorded: a crash came between, or there was no audit log yet.

They are recorded before the next load and marked `is_late`, so that a page put into landing past the log shows too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from pipeline.audit.acts import landed, pulled
from pipeline.audit.chain import texts
from pipeline.audit.log import NewEntry, audit_file, record
from pipeline.audit.recorded import MOST
from pipeline.settings import Paths

# How many entries are written at once.
_BATCH = 10_000


class _Numbers(msgspec.Struct):
    landing_seq: int | None = None
    event_seq: int | None = None


class _Numbered(msgspec.Struct):
    detail: _Numbers


_NUMBERED = msgspec.json.Decoder(_Numbered)


class NumberSet:
    """Whole numbers from 0 on, one byte each."""

    def __init__(self) -> None:
        self._marks = bytearray()

    def add(self, number: int) -> None:
        """Put a number in."""
        if number >= len(self._marks):
            self._marks.extend(bytes(number + 4096 - len(self._marks)))
        self._marks[number] = 1

    def __contains__(self, number: int) -> bool:
        return number < len(self._marks) and self._marks[number] == 1


def record_late(paths: Paths) -> int:
    """Record every page of the manifest and event of ledger and pull log that the log does not hold; returns how many.

    Reads them and the log from the first line to the last, one line in memory.
    """
    from pipeline.landing.manifest import Manifest

    if next(_late(paths), None) is None:
        return 0
    count = 0
    # Once more with nobody landing: a page may just have been between manifest and log.
    with Manifest(paths.landing).locked():
        entries = _late(paths)
        while batch := list(islice(entries, _BATCH)):
            record(paths, batch)
            count += len(batch)
    return count


def _recorded(paths: Paths) -> tuple[NumberSet, NumberSet]:
    pages, events = NumberSet(), NumberSet()
    for _, text in texts(audit_file(paths)):
        if b'"action":"land"' in text or b'"action":"decide"' in text:
            try:
                numbers = _NUMBERED.decode(text).detail
            except ValueError:
                # The check of the chain names the line, and the night stops at it.
                continue
            if max(numbers.landing_seq or 0, numbers.event_seq or 0) >= MOST:
                continue
            if numbers.landing_seq is not None:
                pages.add(numbers.landing_seq)
            if numbers.event_seq is not None:
                events.add(numbers.event_seq)
    return pages, events


def _late(paths: Paths) -> Iterator[NewEntry]:
    from pipeline.audit.pull_lines import differences
    from pipeline.landing.manifest import Manifest
    from pipeline.ledger.store import decision_entry
    from pipeline.ledger.store import read as read_events

    pages, events = _recorded(paths)
    for text, page in Manifest(paths.landing).lines():
        if page.landing_seq not in pages:
            yield from landed([page], text, is_late=True)
    for event in read_events(paths):
        if event.seq not in events:
            yield decision_entry(event, is_late=True)
    for _, text in differences(paths).unrecorded:
        yield pulled(text, is_late=True)
