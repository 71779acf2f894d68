"""`roamledger report`: where the newest KPI report lies."""

from __future__ import annotations

import sys

from pipeline.settings import Paths, UserError


def report(paths: Paths) -> None:
    """Print the path of the report alone, so that a shell can open it. Raises UserError when there is none."""
    file = paths.published / "report.html"
    if not file.exists():
        raise UserError(f"No KPI report is published in {paths.data} yet; run `roamledger run` first.")
    sys.stdout.write(f"{file}\n")
