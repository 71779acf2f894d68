"""`roamledger demo`: the whole job on the sample pulls, in a data directory of its own."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from pipeline.commands.output import Follow, out, print_json, progress
from pipeline.commands.run import night_record, print_outcome
from pipeline.commands.summary import as_records, print_summary, read_summary
from pipeline.landing.store import land_path
from pipeline.ledger import NewEvent, append
from pipeline.nightly import run_night
from pipeline.partners import load_config
from pipeline.settings import SAMPLE_DIR, Paths, UserError

# One hour after the last pull of the sample was received, in the night it was received.
AS_OF = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
# Only a folder that holds this file is wiped.
MARKER = ".roamledger-demo"


def demo(base: Paths, *, is_json: bool) -> None:
    """Wipe `demo/` in the data directory, land the sample's nights, run the job and print what it came to."""
    paths = Paths(base.data / "demo")
    prepare(paths)
    with progress(is_quiet=is_json) as follow:
        land_sample(paths, follow)
        append_disputes(paths)
        night = run_night(paths, as_of=AS_OF, pull=False, collect_inbox=False, on_progress=follow)
    answers = read_summary(paths)
    if is_json:
        print_json({**night_record(night), **as_records(answers)})
        return
    print_summary(out(), answers)
    print_outcome(night)
    out().print(
        "Look further: roamledger --data "
        f'{_shown(paths.data)} query "select * from verdicts.fct_cdr_verdicts limit 10"',
        markup=False,
    )


def prepare(paths: Paths) -> None:
    """An empty demo directory with the sample's partners and agreements.

    Raises UserError when the folder exists and was not made by a demo.
    """
    if not SAMPLE_DIR.is_dir():
        raise UserError(f"The sample is missing: {SAMPLE_DIR} is part of the repository; check it out again.")
    if paths.data.exists():
        if any(paths.data.iterdir()) and not (paths.data / MARKER).exists():
            raise UserError(f"{paths.data} was not made by the demo; move it away, the demo starts by emptying it.")
        shutil.rmtree(paths.data)
    paths.data.mkdir(parents=True)
    (paths.data / MARKER).touch()
    for source, target in (("partners.yml", paths.partners_file), ("agreements.yml", paths.agreements_file)):
        shutil.copyfile(SAMPLE_DIR / source, target)


def land_sample(paths: Paths, follow: Follow) -> None:
    """Land each night's folder in order; when it was received is written in its sidecars."""
    config = load_config(paths)
    nights = sorted(folder for folder in (SAMPLE_DIR / "pulls").iterdir() if folder.is_dir())
    for number, night in enumerate(nights):
        follow("land sample pulls", number, len(nights))
        land_path(paths, config, night)
    follow("land sample pulls", len(nights), len(nights))


def append_disputes(paths: Paths) -> None:
    """Write the sample's disputes into the demo's ledger, the way any decision is written."""
    file = SAMPLE_DIR / "ledger" / "disputes.ndjson"
    try:
        events = [NewEvent.model_validate(json.loads(line)) for line in file.read_text().splitlines() if line.strip()]
    except (ValidationError, json.JSONDecodeError) as error:
        raise UserError(f"{file} holds a line that is no ledger event: {error}") from error
    append(paths, events)


def _shown(folder: Path) -> str:
    """The path as the user would type it from here."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)
