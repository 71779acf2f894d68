"""The ledger file: append under a lock, read one event at a time, and prove that nothing in it was changed.

The chain and its guarantees are those of `pipeline.audit.chain`. Each event is recorded in the audit log too, with its
hash, so that neither file can be cut short without the other telling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import ChainError, Head, Line, appending
from pipeline.audit.checking import checked
from pipeline.audit.checking import verify as verify_chain
from pipeline.audit.erasures import allowed_lines
from pipeline.audit.log import repair_entry
from pipeline.ledger.event import Event, NewEvent
from pipeline.ledger.kept import kept_sha256
from pipeline.settings import Paths, UserError


class LedgerError(UserError):
    """The event cannot be written; the message names the field."""


def events_file(paths: Paths) -> Path:
    """Where the events lie."""
    return paths.ledger / "events.ndjson"


def append(paths: Paths, new_events: Iterable[NewEvent]) -> list[Event]:
    """Write events to the end of the chain and return them once they are on disk; none when one is not valid.

    Other processes wait at the lock. Half a line that a crash left is cut off first, and that is recorded. Raises
    LedgerError when a payload does not fit its event type, ChainError when the last event cannot be read.
    """
    wanted = [(new, _content(new)) for new in new_events]
    if not wanted:
        return []
    with appending(events_file(paths)) as end:
        written = [Event.model_validate(end.add(content)) for _, content in wanted]
        end.write()
        repaired = [repair_entry(end.torn)] if end.torn else []
        record(paths, [*repaired, *(decision_entry(event) for event in written)])
    return written


def read(paths: Paths) -> Iterator[Event]:
    """Every event in order, each one checked against the chain; nothing when there is no ledger yet.

    Raises ChainError with the number of the first line that does not fit.
    """
    for line in checked(events_file(paths), lambda: allowed_lines(paths, events_file(paths).name)):
        yield _event(paths, line)


def verify(paths: Paths) -> Head:
    """Check the whole chain and return its head; ChainError names the first line that was tampered with."""
    return verify_chain(events_file(paths), lambda: allowed_lines(paths, events_file(paths).name))


def decision_entry(event: Event, *, is_late: bool = False) -> NewEntry:
    """What the audit log says of an event: that it is there, and its hash; what was decided stands in the ledger."""
    return NewEntry(
        action="decide",
        subject=event.object_key,
        sha256=event.hash,
        detail={
            "event_seq": event.seq,
            "event_type": event.event_type,
            "object_label": event.object_label,
            "kept_sha256": kept_sha256(event.model_dump(mode="json")),
            "is_late": 1 if is_late else None,
        },
        user_name=event.user_name,
    )


def _content(new: NewEvent) -> dict[str, object]:
    try:
        return new.content()
    except ValidationError as error:
        raise LedgerError(f"The {new.event_type} event on {new.object_label} is not valid: {error}") from error


def _event(paths: Paths, line: Line) -> Event:
    try:
        return Event.model_validate_json(line.text)
    except ValidationError as error:
        raise ChainError(f"{events_file(paths)} was changed: line {line.number} is not an event.") from error
