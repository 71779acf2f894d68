"""The dbt analyses `explain_*` as plain SQL, compiled once for each state of the dbt project."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from pipeline.dbt_runner import BuildFailed, invoke, parse
from pipeline.settings import Paths


@cache
def statements() -> dict[str, str]:
    """Give the compiled analyses by name; `$cdr_key` in them is the CDR that is asked for.

    Raises BuildFailed when dbt refuses the project.
    """
    with tempfile.TemporaryDirectory() as place:
        paths, target = Paths(Path(place)), Path(place) / "target"
        paths.warehouse.parent.mkdir(parents=True)
        result = invoke(paths, ["compile", "--select", "resource_type:analysis"], target=target, manifest=parse(paths))
        if not result.success:
            raise BuildFailed({"dbt compile": str(result.exception)})
        return {file.stem: file.read_text(encoding="utf-8") for file in target.glob("compiled/**/analyses/*.sql")}
