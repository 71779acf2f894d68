"""`roamledger backup` and `roamledger restore`: what nothing can make again, copied and brought back."""

from __future__ import annotations

from pathlib import Path

from pipeline.audit.anchors import as_json
from pipeline.backup.check import verify_backup
from pipeline.backup.restore import restore_backup
from pipeline.backup.take import take_backup
from pipeline.commands.output import out, print_json, progress
from pipeline.settings import Paths


def backup(paths: Paths, folder: Path, *, is_json: bool) -> None:
    """Take a backup and say what it holds."""
    with progress(is_quiet=is_json) as follow:
        done = take_backup(paths, folder.resolve(), follow=follow)
    if is_json:
        print_json(
            {
                "backup_id": done.backup_id,
                "folder": done.folder,
                "file_count": done.file_count,
                "size_bytes": done.size_bytes,
                "page_count": done.page_count,
                "written": done.written,
                "kept": done.kept,
                "chains": as_json(done.heads),
            }
        )
        return
    out().print(
        f"Backup {done.backup_id} in {done.folder}: {done.file_count} files, {done.size_bytes / 1e6:.1f} MB, "
        f"{done.page_count} landed pages ({done.written} bodies copied, {done.kept} lay there already).\n"
        f"It reaches to line {done.heads['ledger'].seq} of the ledger and line {done.heads['audit'].seq} of the audit "
        "log. Every copy was read back.",
        markup=False,
    )


def verify(folder: Path, *, is_json: bool) -> bool:
    """Check a backup and say what is wrong with it; returns whether nothing is."""
    with progress(is_quiet=is_json) as follow:
        found = verify_backup(folder.resolve(), follow=follow)
    if is_json:
        print_json(
            {
                "backup_id": found.description.backup_id,
                "file_count": found.file_count,
                "chains": as_json(found.description.chains),
                "is_whole": found.is_whole,
                "problems": [{"file": item.file, "line": item.line, "what": item.what} for item in found.problems],
            }
        )
        return found.is_whole
    console = out()
    for problem in found.problems:
        console.print(str(problem), markup=False)
    result = "is whole" if found.is_whole else f"is damaged: {len(found.problems)} problems"
    console.print(
        f"Backup {found.description.backup_id}, taken at {found.description.taken_at}, {result}; "
        f"{found.file_count} files and both chains were checked.",
        markup=False,
    )
    return found.is_whole


def restore(paths: Paths, folder: Path, *, replace: bool, is_json: bool) -> None:
    """Restore a backup and say what comes next."""
    with progress(is_quiet=is_json) as follow:
        done = restore_backup(folder.resolve(), paths, replace=replace, follow=follow)
    if is_json:
        print_json(
            {
                "backup_id": done.backup_id,
                "taken_at": done.taken_at,
                "file_count": done.file_count,
                "page_count": done.page_count,
                "chains": as_json(done.heads),
                "moved_to": done.moved_to,
            }
        )
        return
    console = out()
    console.print(
        f"Restored backup {done.backup_id}, taken at {done.taken_at}: {done.file_count} files, "
        f"{done.page_count} landed pages, ledger to line {done.heads['ledger'].seq}, "
        f"audit log to line {done.heads['audit'].seq}.",
        markup=False,
    )
    if done.moved_to:
        console.print(f"What lay there before is in {done.moved_to}.", markup=False)
    console.print("Next: `roamledger rebuild` makes the warehouse and publishes it.", markup=False)
