"""The audit log: who did what when, to what, how much of it; only ever appended, and chained."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.audit import chain
from pipeline.settings import Paths

ACTIONS = frozenset(
    {
        "request",  # one HTTP request to a partner
        "pull",  # a pull of one module began or ended
        "land",  # one page landed
        "load",  # one file's account in raw
        "decide",  # one event of the ledger
        "build",  # all tables built and tested
        "publish",  # one version published
        "rebuild",  # the warehouse made again from landing, ledger and configuration
        "rotate",  # a partner's key changed
        "erase",  # one line or body in which a person's identifiers were replaced, or the erasure as a whole
        "expire",  # what its retention had run out for
        "backup",
        "restore",
        "close",  # a billing period closed
        "repair",  # half a line cut off after a crash
    }
)


@dataclass(frozen=True)
class NewEntry:
    """An act before it has its place in the log.

    `subject` is what it was done to ("nl-cpi/cdrs", a pull_id, a version_id, a cdr_key), `sha256` that of the content
    it was about. `user_name` says who acts where it is not the user of this process. Nothing in it may be a secret.
    """

    action: str
    subject: str
    counts: Mapping[str, int] = field(default_factory=dict)
    sha256: str | None = None
    detail: Mapping[str, str | int | None] = field(default_factory=dict)
    user_name: str | None = None


def audit_file(paths: Paths) -> Path:
    """Where the log lies."""
    return paths.ledger / "audit.ndjson"


def record(paths: Paths, entries: Iterable[NewEntry]) -> None:
    """Append entries, all durable when this returns; other processes and threads wait.

    Half a line that a crash left at the end is cut off first, which is an entry of its own. Raises ValueError for an
    unknown action and ChainError when the last line of the log cannot be read.
    """
    wanted = list(entries)
    unknown = {entry.action for entry in wanted} - ACTIONS
    if unknown:
        raise ValueError(f"no action of the audit log: {sorted(unknown)}")
    if not wanted:
        return
    who, now = user_name(), datetime.now(UTC)
    with chain.appending(audit_file(paths)) as end:
        if end.torn:
            end.add(_line(repair_entry(end.torn), who, now))
        for entry in wanted:
            end.add(_line(entry, who, now))
        end.write()


def repair_entry(torn: chain.Torn) -> NewEntry:
    """What says that half a line was cut off."""
    facts = asdict(torn)
    return NewEntry("repair", facts["file"], {"size_bytes": facts["size_bytes"]}, facts["sha256"])


def user_name() -> str:
    """Who acts: `ROAMLEDGER_USER`, else the user of this process, else its number."""
    named = os.environ.get("ROAMLEDGER_USER", "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _line(entry: NewEntry, who: str, now: datetime) -> dict[str, Any]:
    return {
        "recorded_at": now.isoformat().replace("+00:00", "Z"),
        "user_name": entry.user_name or who,
        "action": entry.action,
        "subject": entry.subject,
        "counts": dict(entry.counts),
        "sha256": entry.sha256,
        "detail": {key: value for key, value in entry.detail.items() if value is not None},
    }
