"""The pull log: when each pull began, how it ended, and what follows for the next one. Only ever appended."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.audit import record
from pipeline.audit.acts import pulled
from pipeline.landing.manifest import append_lines
from pipeline.settings import Paths, UserError

# What a pull was for: everything, the open billing period again, what changed, one day, or a window named by hand.
Kind = Literal["full", "period", "delta", "day", "window"]
# `complete`: the partner's own count says that nothing is missing (or it gives none); `incomplete`: it says otherwise.
Outcome = Literal["complete", "incomplete", "failed"]


class PullStarted(BaseModel):
    """A pull of one module of one partner began; [`window_from`, `window_to`) is what was asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    event: Literal["started"] = "started"
    pull_id: str
    partner: str
    module: str
    kind: Kind
    at: datetime
    window_from: datetime | None = None
    window_to: datetime | None = None


class PullEnded(BaseModel):
    """One attempt at a pull ended. A failed one may be resumed and end again.

    `object_count` counts distinct objects of the last reading, `total_count` is the partner's own; `read_count` tells
    how often the window was read until both agreed. `newest_last_updated` is that of any object of the pull.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    event: Literal["ended"] = "ended"
    pull_id: str
    at: datetime
    outcome: Outcome
    page_count: int
    object_count: int
    total_count: int | None = None
    read_count: int = 1
    newest_last_updated: datetime | None = None
    fault: str | None = None
    message: str | None = None
    http_status: int | None = None
    ocpi_status: int | None = None
    url: str | None = None
    failed_body: str | None = None
    is_resumable: bool = False


class Pull(BaseModel):
    """One pull as the log tells it: how it began and how its last attempt ended, None while none did."""

    model_config = ConfigDict(frozen=True)

    started: PullStarted
    ended: PullEnded | None = None

    @property
    def is_complete(self) -> bool:
        return self.ended is not None and self.ended.outcome == "complete"


class PullLog:
    """`landing/pulls.ndjson`."""

    def __init__(self, paths: Paths) -> None:
        self.path = paths.landing / "pulls.ndjson"
        self._paths = paths
        self._lock_path = paths.landing / ".pulls.lock"

    def append(self, event: PullStarted | PullEnded) -> None:
        """Write one event durably, and record that."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._lock_path):
            line = event.model_dump_json(exclude_none=True).encode()
            append_lines(self.path, line + b"\n")
            record(self._paths, [pulled(line)])

    def pulls(self, partner: str | None = None) -> list[Pull]:
        """Every pull, or every one of a partner, in order of its beginning.

        A last line without its line end was cut by a crash and is left out.
        Raises UserError when another line cannot be read.
        """
        if not self.path.exists():
            return []
        # The id of a pull names its partner: years of other partners' lines are passed over unread.
        wanted = b"" if partner is None else f"-{partner}-".encode()
        pulls: dict[str, Pull] = {}
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if wanted not in line or not line.endswith(b"\n"):
                    continue
                try:
                    _take(pulls, line)
                except (ValueError, KeyError) as error:
                    raise UserError(
                        f"{self.path}, line {number} is damaged: restore the file from a backup, it is never edited"
                    ) from error
        return [pull for pull in pulls.values() if partner in (None, pull.started.partner)]


def _take(pulls: dict[str, Pull], line: bytes) -> None:
    if b'"event":"started"' in line:
        started = PullStarted.model_validate_json(line)
        pulls[started.pull_id] = Pull(started=started)
    else:
        ended = PullEnded.model_validate_json(line)
        pulls[ended.pull_id] = Pull(started=pulls[ended.pull_id].started, ended=ended)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
