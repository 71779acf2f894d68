"""`roamledger rebuild`: everything after landing and ledger made again."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.commands.output import out, print_json, progress
from pipeline.commands.summary import as_records, print_summary, read_summary
from pipeline.rebuild import last_clock
from pipeline.rebuild import rebuild as rebuild_all
from pipeline.settings import Paths


def rebuild(paths: Paths, as_of: datetime | None, *, is_json: bool) -> None:
    """Rebuild with `as_of` (the clock of the published night when None, else now) and print what it came to."""
    clock = as_of or last_clock(paths) or datetime.now(UTC).replace(microsecond=0)
    notes: list[str] = []
    with progress(is_quiet=is_json) as follow:
        done = rebuild_all(paths, as_of=clock.astimezone(UTC), on_progress=follow, tell=notes.append)
    answers = read_summary(paths)
    if is_json:
        print_json(
            {
                "as_of": done.as_of,
                "page_count": done.page_count,
                "ledger_position": done.ledger_position,
                "version_id": done.published.version_id,
                "published_file": done.published.file,
                "notes": notes,
                **as_records(answers),
            }
        )
        return
    console = out()
    print_summary(console, answers)
    for note in notes:
        console.print(f"Note: {note}.", markup=False)
    console.print(
        f"Rebuilt from {done.page_count} pages and {done.ledger_position} ledger events as of "
        f"{done.as_of:%Y-%m-%d %H:%M} UTC; published version {done.published.version_id}."
    )
