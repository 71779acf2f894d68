"""Runs dbt inside this process on the working warehouse and turns its results into plain ones."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.settings import DBT_PROJECT_DIR, Paths, UserError

# Statuses with which a dbt node ends well; a skipped node always follows a failed one.
_GOOD = {"success", "pass", "warn", "no-op"}
# Unit tests prove the code, not the night's data: `make test` runs them.
_BUILD = ("build", "--exclude-resource-type", "unit_test")

EventCallback = Callable[[Any], None]


class BuildFailed(UserError):
    """A model or a data test failed, so nothing is published; `failures` names each with its message."""

    def __init__(self, failures: dict[str, str]) -> None:
        self.failures = failures
        shown = [f"  {name}: {message}" for name, message in list(failures.items())[:10]]
        more = [f"  and {len(failures) - 10} more"] if len(failures) > 10 else []
        super().__init__(
            "The build failed, so nothing is published and readers keep the last night. What failed:\n"
            + "\n".join(shown + more)
        )


@dataclass(frozen=True)
class BuildResult:
    """What one dbt build did: counts of nodes by outcome and the seconds of the slowest."""

    node_count: int
    warned: tuple[str, ...]
    seconds_by_node: dict[str, float]


def build(
    paths: Paths,
    *,
    as_of: datetime,
    ledger_position: int,
    select: Sequence[str] = (),
    callbacks: Sequence[EventCallback] = (),
) -> BuildResult:
    """Build seeds, models and data tests.

    Raises BuildFailed with the names of what failed.
    """
    variables = json.dumps({"as_of": as_of_text(as_of), "ledger_position": ledger_position})
    result = invoke(paths, [*_BUILD, "--vars", variables, *select], callbacks=callbacks, manifest=parse(paths))
    runs = list(result.result or []) if result.exception is None else []
    failures = {
        run.node.name: _first_lines(run.message or f"{run.failures or 0} failing rows")
        for run in runs
        if str(run.status) not in _GOOD | {"skipped"}
    }
    if failures or not result.success:
        raise BuildFailed(failures or {"dbt": _first_lines(str(result.exception or "ended without a result"))})
    return BuildResult(
        node_count=len(runs),
        warned=tuple(run.node.name for run in runs if str(run.status) == "warn"),
        seconds_by_node={run.node.name: run.execution_time for run in runs},
    )


def parse(paths: Paths) -> Any:
    """Read the dbt project into a manifest (also written to `paths.dbt_target`).

    Variables stay at their defaults here: with the night's own values dbt would parse everything
    again each night, although they only matter when a model is compiled.
    """
    result = invoke(paths, ["parse"])
    if not result.success:
        raise BuildFailed({"dbt parse": _first_lines(str(result.exception))})
    return result.result


def invoke(paths: Paths, args: Sequence[str], *, callbacks: Sequence[EventCallback] = (), manifest: Any = None) -> Any:
    """Run one dbt command in this process and give up its warehouse connection afterwards."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    logs = paths.warehouse.parent / "dbt_logs"
    command = [
        *args,
        *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
        *("--target-path", str(paths.dbt_target), "--log-path", str(logs)),
        # Sentences for people come from the caller; dbt's own story stays in the log file.
        *(
            "--log-level",
            "none",
            "--log-level-file",
            "info",
            "--no-print",
            "--no-use-colors-file",
            "--no-send-anonymous-usage-stats",
        ),
    ]
    paths.dbt_target.mkdir(parents=True, exist_ok=True)
    with _environment(ROAMLEDGER_WAREHOUSE=str(paths.warehouse), DO_NOT_TRACK="1"):
        try:
            return dbtRunner(manifest=manifest, callbacks=list(callbacks)).invoke(command)
        finally:
            # Otherwise the next connect in this process fails with "different configuration".
            DuckDBConnectionManager.close_all_connections()


def as_of_text(as_of: datetime) -> str:
    """Write the business clock the way every layer reads it, in UTC."""
    return as_of.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _first_lines(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines()[:3])


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
