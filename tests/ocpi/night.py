"""`python -m tests.ocpi.night DATA`: pull and load as a night does, and tell when each begins; made to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline import nightly
from pipeline.ocpi.pull_partners import pull_partners
from pipeline.partners import load_config
from pipeline.settings import Paths

PULLING, LOADING, DONE = "pulling", "loading", "done"


def main() -> None:
    paths = Paths(Path(sys.argv[1]).resolve())
    # Imported before the clock starts.
    import duckdb  # noqa: F401

    import pipeline.landing.raw  # noqa: F401

    _say(PULLING)
    pull_partners(paths, load_config(paths))
    _say(LOADING)
    nightly.load_raw_tables(paths)
    _say(DONE)


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
