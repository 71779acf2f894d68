"""How the acts of the pipeline stand in the audit log: which subject, which counts, which hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.audit.log import NewEntry

if TYPE_CHECKING:
    from pipeline.dbt_runner import BuildResult
    from pipeline.landing.manifest import LandedPage
    from pipeline.landing.raw import FileAccount
    from pipeline.publish import Published


def landed(pages: Iterable[LandedPage], lines: bytes, *, is_late: bool = False) -> list[NewEntry]:
    """One entry a page: the hash of its body, and in `manifest_sha256` that of its line in the manifest.

    `lines` are the lines of these pages as they stand in the manifest. `is_late` says that the act was not recorded
    when it happened.
    """
    return [
        NewEntry(
            action="land",
            subject=f"{page.partner}/{page.module}",
            counts={"size_bytes": page.size_bytes},
            sha256=page.sha256,
            detail={
                "landing_seq": page.landing_seq,
                "pull_id": page.pull_id,
                "page_no": page.page_no,
                "transport": page.transport,
                "manifest_sha256": hashlib.sha256(line).hexdigest(),
                "is_late": 1 if is_late else None,
            },
        )
        for page, line in zip(pages, lines.splitlines(), strict=True)
    ]


def pulled(line: bytes, *, is_late: bool = False) -> NewEntry:
    """One event of the pull log, by the hash of its line."""
    event = json.loads(line)
    names = ("page_count", "object_count", "read_count")
    return NewEntry(
        action="pull",
        subject=event["pull_id"],
        counts={name: event[name] for name in names if name in event},
        sha256=hashlib.sha256(line).hexdigest(),
        detail={
            "event": event["event"],
            "kind": event.get("kind"),
            "outcome": event.get("outcome"),
            "fault": event.get("fault"),
            "is_late": 1 if is_late else None,
        },
    )


def loaded(accounts: Iterable[FileAccount]) -> list[NewEntry]:
    """One entry per file and module: what was received and what became of it."""
    return [
        NewEntry(
            action="load",
            subject=f"{account.partner}/{account.module}",
            counts={
                "received": account.received,
                "loaded": account.loaded,
                "quarantined": account.quarantined,
                "duplicates": account.duplicates,
                **{f"quarantined_{code}": count for code, count in account.reasons.items()},
            },
            detail={"pull_id": account.pull_id, "source_name": account.source_name},
        )
        for account in accounts
    ]


def built(as_of: datetime, ledger_position: int, result: BuildResult) -> NewEntry:
    """A build that is whole."""
    return NewEntry(
        action="build",
        subject=_clock(as_of),
        counts={"nodes": result.node_count, "warned": len(result.warned), "ledger_position": ledger_position},
        detail={"outcome": "whole"},
    )


def build_failed(as_of: datetime, failures: Mapping[str, str]) -> NewEntry:
    """A build that was not whole, with the names of what failed; the messages stay in the log of dbt."""
    return NewEntry(
        action="build",
        subject=_clock(as_of),
        counts={"failed": len(failures)},
        detail={"outcome": "failed", "failed": ", ".join(sorted(failures)[:10])},
    )


def published(version: Published) -> NewEntry:
    """A version that readers see from now on, with the hash of its file."""
    return NewEntry(
        action="publish",
        subject=version.version_id,
        counts={
            "tables": len(version.row_counts),
            "rows": sum(version.row_counts.values()),
            "ledger_position": version.ledger_position,
        },
        sha256=file_sha256(version.file),
        detail={"as_of": _clock(version.as_of)},
    )


def file_sha256(file: Path) -> str:
    """sha256 of a file, read in pieces."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _clock(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
