"""What is past its term goes: files that nothing is derived from any more, each counted under its reason."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.audit import NewEntry, record
from pipeline.landing.inbox import DONE
from pipeline.landing.manifest import Manifest
from pipeline.privacy.retention import Retention, load_retention
from pipeline.settings import Paths
from pipeline.warehouse import run_lock


@dataclass(frozen=True)
class Expiry:
    """One kind of data: what of it goes and why, and what stays though it is old."""

    kind: str
    reason: str
    goes: list[Path] = field(default_factory=list)
    file_count: int = 0
    size_bytes: int = 0


def expire(paths: Paths, *, now: datetime | None = None, is_dry_run: bool = False) -> list[Expiry]:
    """Remove what is past its term, one account a kind; a dry run removes nothing.

    Removing is recorded in the audit log before it is done. Raises UserError for a mistake in privacy.yml, or when
    another run is at work.
    """
    retention = load_retention(paths)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    with run_lock(paths):
        expiries = [_measured(expiry) for expiry in _due(paths, retention, moment)]
        if not is_dry_run:
            _record(paths, [expiry for expiry in expiries if expiry.goes])
            for expiry in expiries:
                for path in expiry.goes:
                    _remove(path)
    return expiries


def _due(paths: Paths, retention: Retention, now: datetime) -> Iterator[Expiry]:
    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    days = retention.inbox_copies.days
    yield Expiry(
        "inbox_copies", f"landed more than {days} days ago; landing holds the bytes", _inbox_copies(paths, before(days))
    )
    days = retention.failed_bodies.days
    yield Expiry(
        "failed_bodies",
        f"kept more than {days} days; the pull log still tells of the fault",
        [path for path in _files(paths.failed_bodies) if _written_at(path) < before(days)],
    )
    versions = retention.published_versions
    yield Expiry(
        "published_versions",
        f"published more than {versions.days} days ago, and not among the {versions.at_least} newest",
        _old_versions(paths, before(versions.days), versions.at_least),
    )
    days = retention.unfinished.days
    yield Expiry(
        "unfinished",
        f"left by a crash more than {days} days ago",
        [path for path in _children(paths.landing / ".incoming") if _written_at(path) < before(days)],
    )
    days = retention.build_logs.days
    yield Expiry(
        "build_logs",
        f"written more than {days} days ago",
        [path for path in _files(paths.dbt_logs) if _written_at(path) < before(days)],
    )


def _inbox_copies(paths: Paths, limit: datetime) -> list[Path]:
    """Folders of pulls that the manifest knows, by when we received them: a copy that never landed stays."""
    received = {page.pull_id: page.received_at for page in Manifest(paths.landing).pages()}
    folders = _children(paths.inbox / DONE)
    return [folder for folder in folders if folder.name in received and received[folder.name] < limit]


def _old_versions(paths: Paths, limit: datetime, at_least: int) -> list[Path]:
    """Never the version that readers see, which is the newest one written."""
    folders = [path for path in _children(paths.published / "versions") if not path.name.startswith(".")]
    newest_first = sorted(folders, key=_written_at, reverse=True)
    return [folder for folder in newest_first[at_least:] if _written_at(folder) < limit]


def _record(paths: Paths, expiries: list[Expiry]) -> None:
    record(
        paths,
        [
            NewEntry(
                action="expire",
                subject=expiry.kind,
                counts={"files": expiry.file_count, "size_bytes": expiry.size_bytes},
                detail={"reason": expiry.reason, "names": ", ".join(sorted(path.name for path in expiry.goes)[:20])},
            )
            for expiry in expiries
        ],
    )


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _measured(expiry: Expiry) -> Expiry:
    files = [file for path in expiry.goes for file in ([path] if path.is_file() else _files(path))]
    size = sum(file.stat().st_size for file in files)
    return Expiry(expiry.kind, expiry.reason, expiry.goes, len(files), size)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
