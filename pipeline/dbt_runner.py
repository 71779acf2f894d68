"""Runs dbt inside this process on the working warehouse and turns its results into plain ones."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.settings import DBT_PROJECT_DIR, Paths, UserError, threads

# Statuses with which a dbt node ends well; a skipped node always follows a failed one.
_GOOD = {"success", "pass", "warn", "no-op"}
# Unit tests prove the code, not the night's data: `make test` runs them.
_BUILD = ("build", "--exclude-resource-type", "unit_test")

_PARSED = DBT_PROJECT_DIR / "target" / "parsed"
# What a profile reads from the environment, fixed here: another value makes dbt parse everything again.
_PARSED_WITH: dict[str, Any] = {"warehouse": "roamledger.duckdb", "thread_count": 2}
# The manifest of the last parse.
MANIFEST_FILE = _PARSED / "manifest_whole.json"

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
        raise BuildFailed(failures or {"dbt": _first_lines(_said_by(result.exception))})
    return BuildResult(
        node_count=len(runs),
        warned=tuple(run.node.name for run in runs if str(run.status) == "warn"),
        seconds_by_node={run.node.name: run.execution_time for run in runs},
    )


def parse(paths: Paths) -> Any:
    """Read the dbt project into a manifest, also kept as `MANIFEST_FILE`.

    Whatever would make dbt parse everything again (ten times as long) is left out: variables stay at their
    defaults, for they only matter when a model is compiled, and all data directories share one parse.
    """
    _PARSED.mkdir(parents=True, exist_ok=True)
    with (_PARSED / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = invoke(paths, ["parse"], target=_PARSED, **_PARSED_WITH)
        if not result.success:
            raise BuildFailed({"dbt parse": _first_lines(_said_by(result.exception))})
        # Swapped in whole: Dagster reads it from several processes.
        beside = MANIFEST_FILE.with_suffix(".next")
        shutil.copyfile(_PARSED / "manifest.json", beside)
        beside.replace(MANIFEST_FILE)
    return result.result


def read_manifest(paths: Paths) -> dict[str, Any]:
    """Give the manifest as dbt writes it, parsing first when the project or dbt is another than at the last parse."""
    if MANIFEST_FILE.exists() and MANIFEST_FILE.stat().st_mtime > _last_change():
        manifest = json.loads(MANIFEST_FILE.read_text(encoding="utf-8"))
        if manifest["metadata"]["dbt_version"] == version("dbt-core"):
            return manifest
    parse(paths)
    return json.loads(MANIFEST_FILE.read_text(encoding="utf-8"))


def _last_change() -> float:
    ours = (path for path in DBT_PROJECT_DIR.rglob("*") if not {"target", "logs"} & set(path.parts))
    return max(path.stat().st_mtime for path in ours)


def invoke(
    paths: Paths,
    args: Sequence[str],
    *,
    callbacks: Sequence[EventCallback] = (),
    manifest: Any = None,
    target: Path | None = None,
    warehouse: str | None = None,
    thread_count: int | None = None,
) -> Any:
    """Run one dbt command in this process and give up its warehouse connection afterwards."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    logs = paths.dbt_logs
    command = [
        *args,
        *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
        *("--target-path", str(target or paths.dbt_target), "--log-path", str(logs)),
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
    with _environment(
        ROAMLEDGER_WAREHOUSE=warehouse or str(paths.warehouse),
        ROAMLEDGER_THREADS=str(thread_count or threads()),
        DO_NOT_TRACK="1",
    ):
        try:
            return dbtRunner(manifest=manifest, callbacks=list(callbacks)).invoke(command)
        finally:
            # Otherwise the next connect in this process fails with "different configuration".
            DuckDBConnectionManager.close_all_connections()


def as_of_text(as_of: datetime) -> str:
    """Write the business clock the way every layer reads it, in UTC."""
    return as_of.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _said_by(exception: BaseException | None) -> str:
    """What went wrong in words, also for an interruption, which carries none."""
    if exception is None:
        return "ended without a result"
    return str(exception) or f"stopped by {type(exception).__name__}"


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
