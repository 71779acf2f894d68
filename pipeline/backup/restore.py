"""Puts a backup back: everything is checked beside the data directory's own folders before any of them changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import Head, sync_folder
from pipeline.audit.verify import verify as verify_history
from pipeline.backup.check import opened
from pipeline.backup.target import Description, Target, copy_durably
from pipeline.settings import Paths, UserError
from pipeline.warehouse import run_lock

Follow = Callable[[str, int, int | None], None]

# What a restore puts there, or what would not fit it any more.
_FOLDERS = ("landing", "ledger", "closed", "warehouse", "published")
# Locks are no data, and some process may hold one of them: they stay.
_LOCKS = ("run.lock", ".lock", ".pulls.lock")
_MAX_SHOWN = 10


@dataclass(frozen=True)
class Restored:
    """What was restored, and where that lies which was there before (None: there was nothing)."""

    backup_id: str
    taken_at: str
    file_count: int
    page_count: int
    heads: dict[str, Head]
    moved_to: Path | None


def restore_backup(
    folder: Path, paths: Paths, *, replace: bool = False, follow: Follow = lambda step, done, total: None
) -> Restored:
    """Restore into the data directory; with `replace`, what lies there is moved aside, never deleted.

    Warehouse and published versions are not part of a backup: `roamledger rebuild` makes them. Raises UserError, and
    changes nothing, when the directory holds data and `replace` is not given, a checksum is wrong, a chain was
    altered, or another run is at work.
    """
    target, description = opened(folder)
    lying = _lying(paths)
    if lying and not replace:
        raise UserError(
            f"{paths.data} is not empty ({', '.join(item.name for item in lying)}). Name another data directory with "
            "--data, or give --replace: what lies there is then moved aside."
        )
    paths.data.mkdir(parents=True, exist_ok=True)
    with run_lock(paths):
        staged = Paths(paths.data / ".restoring")
        shutil.rmtree(staged.data, ignore_errors=True)
        try:
            _stage(target, description, staged, follow)
            _refuse_altered(staged, folder, follow)
            moved_to = _move_aside(paths, lying) if lying else None
            for item in sorted(staged.data.iterdir()):
                _put(item, paths.data / item.name)
            sync_folder(paths.data)
        except OSError as error:
            where = error.filename or paths.data
            raise UserError(f"The restore was not finished: {where}: {error.strerror or error}") from error
        finally:
            shutil.rmtree(staged.data, ignore_errors=True)
        record(paths, [_entry(description)])
    return Restored(
        backup_id=description.backup_id,
        taken_at=description.taken_at,
        file_count=description.file_count,
        page_count=description.page_count,
        heads=description.chains,
        moved_to=moved_to,
    )


def _lying(paths: Paths) -> list[Path]:
    """What the data directory holds of that which a backup holds, or which is made of it."""
    folders = [paths.data / name for name in _FOLDERS]
    found = [
        folder for folder in folders if any(item.is_file() and item.name not in _LOCKS for item in folder.rglob("*"))
    ]
    return found + sorted(file for file in paths.data.glob("*.yml") if not file.name.endswith(".example.yml"))


def _stage(target: Target, description: Description, staged: Paths, follow: Follow) -> None:
    """Copy everything beside, each file checked as it is copied. Raises UserError with what is wrong."""
    wrong: list[str] = []
    folders: set[Path] = set()
    for number, file in enumerate(target.files(description), start=1):
        place, copy = target.place(description, file), staged.data / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        folders.add(copy.parent)
        is_key = file.path == "ledger/masking.key"
        try:
            with place.open("rb") as source:
                sha256, _ = copy_durably(source, copy, mode=0o444 if file.is_body else 0o600 if is_key else 0o644)
        except FileNotFoundError:
            wrong.append(f"{place} is missing; it is {file.path}")
            continue
        if sha256 != file.sha256:
            wrong.append(f"{place} is not what was written; it is {file.path}")
        elif file.mtime_ns:
            # So that the next backup knows the body again without reading it.
            os.utime(copy, ns=(file.mtime_ns, file.mtime_ns))
        follow("copy backup", number, description.file_count)
    if wrong:
        more = f"; and {len(wrong) - _MAX_SHOWN} more" if len(wrong) > _MAX_SHOWN else ""
        raise UserError(f"Nothing was restored, the backup is damaged: {'; '.join(wrong[:_MAX_SHOWN])}{more}")
    for folder in folders:
        sync_folder(folder)


def _refuse_altered(staged: Paths, folder: Path, follow: Follow) -> None:
    """Both chains, the manifest, and that every body is there; the backup itself names where the chains end."""
    found = verify_history(staged, anchors=[folder], follow=follow)
    if found.problems:
        raise UserError(f"Nothing was restored, the backup was altered: {found.problems[0]}")


def _move_aside(paths: Paths, lying: list[Path]) -> Path:
    moved_to = paths.data / "replaced" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"
    moved_to.mkdir(parents=True)
    for item in lying:
        if item.is_file():
            os.replace(item, moved_to / item.name)
            continue
        (moved_to / item.name).mkdir()
        for inner in item.iterdir():
            if inner.name not in _LOCKS:
                os.replace(inner, moved_to / item.name / inner.name)
        if not any(item.iterdir()):
            item.rmdir()
    sync_folder(moved_to)
    return moved_to


def _put(staged: Path, place: Path) -> None:
    """Into its place, where nothing lies any more but locks, which go: their processes find new ones."""
    if place.is_dir():
        for file in place.rglob("*"):
            if file.is_file() and file.name in _LOCKS:
                file.unlink()
        for inner in sorted((item for item in place.rglob("*") if item.is_dir()), reverse=True):
            inner.rmdir()
        place.rmdir()
    os.replace(staged, place)


def _entry(description: Description) -> NewEntry:
    return NewEntry(
        "restore",
        description.backup_id,
        {
            "files": description.file_count,
            "pages": description.page_count,
            **{f"{chain}_position": head.seq for chain, head in description.chains.items()},
        },
        sha256=description.list_sha256,
        detail={"taken_at": description.taken_at},
    )
