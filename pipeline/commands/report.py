"""`roamledger report`: where the newest KPI report lies, or the page of what the suites found."""

from __future__ import annotations

import sys

from pipeline.publish import QUALITY_PAGE, REPORT
from pipeline.settings import Paths, UserError


def report(paths: Paths, *, quality: bool = False) -> None:
    """Print the path of the page alone, so that a shell can open it. Raises UserError when there is none."""
    name, title = (QUALITY_PAGE, "page of the suites' results") if quality else (REPORT, "KPI report")
    file = paths.published / name
    if not file.exists():
        raise UserError(f"No {title} is published in {paths.data} yet; run `roamledger run` first.")
    sys.stdout.write(f"{file}\n")
