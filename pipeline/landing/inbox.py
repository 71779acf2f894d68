"""The inbox: files dropped as `<partner>/<version>/<module>/`, landed and then moved out of the way."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.landing.sidecar import SIDECAR
from pipeline.landing.store import LandedFile, LandingResult, land_path
from pipeline.partner_models import MODULES, Config, canonical_version
from pipeline.settings import Paths, UserError

DONE = ".landed"


def collect(
    paths: Paths, config: Config, modules: Sequence[str] | None = None, received_at: datetime | None = None
) -> LandingResult:
    """Land what lies in the inbox, only these modules when named, and move it to `.landed/<pull_id>/`.

    What is found together was received at one moment, unless a sidecar says otherwise.
    A file that was landed but not moved before a crash lands once more; its objects are then duplicates.
    Files outside a `<partner>/<version>/<module>/` folder are left and noted.
    """
    result = LandingResult()
    now = datetime.now(UTC)
    for folder in sorted(_folders(paths.inbox)):
        version, module = folder.parts[-2:]
        if modules is not None and module not in modules:
            continue
        if module not in MODULES or canonical_version(version) is None:
            result.notes.append(f"{folder} is no <partner>/<version>/<module> folder and was left as it is")
            continue
        try:
            landed = land_path(
                paths, config, folder, received_at=received_at, now=now, named_from=paths.inbox, may_be_empty=True
            )
        except UserError as error:
            # One partner's mistake must not keep the others waiting.
            result.notes.append(f"{folder} was left in the inbox: {error}")
            continue
        for file in landed.files:
            _move_away(paths, file)
        _move_sidecar(paths, folder, {file.pull_id for file in landed.files})
        result.files.extend(landed.files)
        result.skipped.extend(landed.skipped)
        result.notes.extend(note for note in landed.notes if note not in result.notes)
    stray = sorted(item.name for item in paths.inbox.glob("*") if item.is_file())
    if stray:
        result.notes.append(f"left in the inbox, for want of <partner>/<version>/<module> folders: {', '.join(stray)}")
    return result


def _folders(inbox: Path) -> list[Path]:
    return [
        folder
        for folder in inbox.glob("*/*/*")
        if folder.is_dir() and not folder.relative_to(inbox).parts[0].startswith(".")
    ]


def _move_away(paths: Paths, file: LandedFile) -> None:
    source = paths.inbox / file.source_name
    target = paths.inbox / DONE / file.pull_id / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _move_sidecar(paths: Paths, folder: Path, pull_ids: set[str]) -> None:
    """The sidecar goes with its files; it must not speak for the next ones."""
    sidecar = folder / SIDECAR
    if not pull_ids or not sidecar.exists():
        return
    for pull_id in sorted(pull_ids):
        shutil.copyfile(sidecar, paths.inbox / DONE / pull_id / SIDECAR)
    sidecar.unlink()
