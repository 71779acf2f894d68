"""`roamledger run`: one whole night in this process, from what is landed to what is published."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from pipeline.commands.output import out, print_json, progress
from pipeline.commands.summary import as_records, print_summary, read_summary
from pipeline.nightly import NightResult, run_night
from pipeline.publish import QUALITY_PAGE, REPORT
from pipeline.settings import Paths


def run(paths: Paths, as_of: datetime | None, *, pull: bool = True, is_json: bool) -> None:
    """Run the night with `as_of` (now when None) as the business clock and print what it came to."""
    clock = as_of or datetime.now(UTC).replace(microsecond=0)
    with progress(is_quiet=is_json) as follow:
        night = run_night(paths, as_of=clock, pull=pull, on_progress=follow)
    answers = read_summary(paths)
    if is_json:
        print_json({**night_record(night), **as_records(answers)})
        return
    print_summary(out(), answers)
    print_outcome(night)


def night_record(night: NightResult) -> dict[str, object]:
    """What one night did, for JSON."""
    published = night.published
    return {
        "as_of": night.as_of,
        "ledger_position": night.ledger_position,
        "version_id": published.version_id if published else None,
        "published_file": published.file if published else None,
        "report": published.report if published else None,
        "quality_page": published.quality_page if published else None,
        "new_file_count": len(night.accounts),
        "pulls": [asdict(pull) for pull in night.pulls],
        "notes": night.notes,
        "seconds": {step: round(seconds, 2) for step, seconds in night.seconds.items()},
    }


def print_outcome(night: NightResult) -> None:
    """Say what was published, how long it took and where to look next."""
    console = out()
    seconds = sum(night.seconds.values())
    console.print()
    for pull in night.pulls:
        if pull.outcome != "complete":
            console.print(f"Pull {pull.partner}/{pull.module} {pull.outcome}: {pull.message}.", markup=False)
    for note in night.notes:
        console.print(f"Note: {note}.", markup=False)
    if night.published:
        console.print(
            f"Published version {night.published.version_id} as of {night.as_of:%Y-%m-%d %H:%M} UTC "
            f"in {seconds:.0f} s: {night.published.file}"
        )
        console.print(f"KPI report: {night.published.file.with_name(REPORT)}")
        console.print(f"What the suites found: {night.published.file.with_name(QUALITY_PAGE)}")
