"""`roamledger load`: files and folders into landing, with a word on each group of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.commands.output import err, out, print_json, progress, table
from pipeline.landing.store import LandedFile, LandingResult, SkippedFile, land_path
from pipeline.partners import load_config
from pipeline.settings import Paths, UserError

# More names than this are counted, not listed; --json lists all.
SHOWN_FILES = 10


@dataclass(frozen=True)
class LandingOptions:
    """What the user said about the files; None leaves it to the sidecar, the path and the objects."""

    partner: str | None = None
    module: str | None = None
    ocpi_version: str | None = None
    received_at: datetime | None = None
    is_full: bool | None = None


def load(paths: Paths, sources: Sequence[Path], options: LandingOptions, *, is_json: bool) -> None:
    """Land each source, all of it or nothing of it, and print what landed and what was left alone.

    What one command lands was received at one moment, unless the user or a sidecar says otherwise.
    Raises UserError at the first source that cannot be landed; earlier ones stay landed and are told.
    """
    config = load_config(paths)
    results: list[LandingResult] = []
    now = datetime.now(UTC)
    try:
        with progress(is_quiet=is_json) as follow:
            for number, source in enumerate(sources):
                follow("land", number, len(sources))
                _refuse_empty(source)
                results.append(
                    land_path(
                        paths,
                        config,
                        source,
                        partner=options.partner,
                        module=options.module,
                        ocpi_version=options.ocpi_version,
                        received_at=options.received_at,
                        now=now,
                        full=options.is_full,
                    )
                )
                follow("land", number + 1, len(sources))
    except UserError:
        if results:
            err().print(f"Landed before the error: {', '.join(str(source) for source in sources[: len(results)])}.")
        raise
    files = [file for result in results for file in result.files]
    skipped = [file for result in results for file in result.skipped]
    notes = list(dict.fromkeys(note for result in results for note in result.notes))
    if is_json:
        print_json(
            {
                "page_count": sum(file.page_count for file in files),
                "files": [asdict(file) for file in files],
                "skipped": [asdict(file) for file in skipped],
                "notes": notes,
            }
        )
    else:
        _print(files, skipped, notes)


def _refuse_empty(source: Path) -> None:
    """Someone who names an empty file has named the wrong one; inside a folder it is landed and quarantined."""
    if source.is_file() and source.stat().st_size == 0:
        raise UserError(f"{source} is empty: nothing to land. Ask the partner to send it again.")


def _print(files: Sequence[LandedFile], skipped: Sequence[SkippedFile], notes: Sequence[str]) -> None:
    groups: dict[tuple[str, str, str], list[LandedFile]] = defaultdict(list)
    for file in files:
        groups[file.partner, file.ocpi_version or "", file.module].append(file)
    rows = [
        (*group, len(members), sum(file.page_count for file in members), sum(file.size_bytes for file in members))
        for group, members in sorted(groups.items())
    ]
    console = out()
    console.print(table("Landed", ("partner", "version", "module", "files", "pages", "bytes"), rows))
    for file in skipped[:SHOWN_FILES]:
        console.print(f"Skipped {file.source_name}: {file.reason}.", markup=False)
    if len(skipped) > SHOWN_FILES:
        console.print(f"Skipped {len(skipped) - SHOWN_FILES} more files; --json lists them all.")
    for note in notes:
        console.print(f"Note: {note}.", markup=False)
    console.print("`roamledger run` loads what is landed.")
