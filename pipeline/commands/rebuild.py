"""`roamledger rebuild`: the warehouse made again from landing, ledger and configuration, and published."""

from __future__ import annotations

from datetime import datetime

from pipeline.commands.output import out, print_json, progress
from pipeline.rebuild import rebuild as make_again
from pipeline.settings import Paths


def rebuild(paths: Paths, as_of: datetime | None, *, is_json: bool) -> None:
    """Rebuild with `as_of` (that of the last build when None) as the business clock, and say what came of it."""
    with progress(is_quiet=is_json) as follow:
        done = make_again(paths, as_of=as_of, on_progress=follow)
    if is_json:
        print_json(
            {
                "as_of": done.as_of,
                "page_count": done.page_count,
                "object_count": done.object_count,
                "version_before": done.version_before,
                "version_id": done.published.version_id,
                "is_the_same": done.is_the_same,
                "published_file": done.published.file,
            }
        )
        return
    before = "nothing was published before"
    if done.version_before:
        before = "the same as before" if done.is_the_same else f"before it was {done.version_before}"
    out().print(
        f"Rebuilt from {done.page_count} landed pages as of {done.as_of:%Y-%m-%d %H:%M} UTC: "
        f"{done.object_count} object versions.\n"
        f"Published version {done.published.version_id}, {before}: {done.published.file}",
        markup=False,
    )
