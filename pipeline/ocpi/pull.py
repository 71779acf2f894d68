"""One pull of one module of one partner: read, landed page by page, proven whole, resumed after a failure."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.ocpi.client import Client
from pipeline.ocpi.pull_log import Outcome, Pull, PullLog, PullStarted
from pipeline.ocpi.pull_trail import Trail
from pipeline.ocpi.pull_work import Work
from pipeline.ocpi.windows import Window
from pipeline.settings import Paths, UserError

_log = logging.getLogger(__name__)

# An older half pull is not worth going on with: a new one reads what changed since as well.
RESUME_WITHIN = timedelta(hours=48)


@dataclass(frozen=True)
class ModulePull:
    """What one attempt at one module came to; counts are those of the whole pull, resumed pages included."""

    partner: str
    module: str
    pull_id: str
    kind: str
    outcome: Outcome
    window_from: datetime | None
    window_to: datetime | None
    is_resumed: bool
    page_count: int
    object_count: int
    total_count: int | None
    read_count: int
    fault: str | None = None
    message: str | None = None


@dataclass
class ModulePuller:
    """Pulls one module through one client.

    `earlier` are the pulls of this module so far; `window` is what a new one asks for, unless an earlier one that
    broke off is gone on with.
    """

    paths: Paths
    client: Client
    partner: str
    module: str
    trail: Trail
    earlier: list[Pull]
    window: Window
    may_resume: bool = True
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def run(self) -> ModulePull:
        """Pull, and log how it went: whatever goes wrong, the partner's fault or ours, is an outcome."""
        log = PullLog(self.paths)
        half = resumable(self.earlier, Manifest(self.paths.landing), now=self.now()) if self.may_resume else None
        started = half[0] if half else self._start(log)
        work = Work(self.paths, self.client, self.trail, started, half[1] if half else [], self.now)
        try:
            ended = work.until_whole()
        except UserError as error:
            ended = work.broken("configuration", str(error))
        except OSError as error:
            # A full disk or a missing right: for whoever runs the machine, not for the partner.
            ended = work.broken("storage", f"landing cannot be written: {error.strerror or type(error).__name__}")
        except Exception as error:
            # A fault of ours in one module must not keep the others from being pulled. The text of the exception may
            # quote a header and is not told; the lines of code are.
            where = "".join(traceback.format_tb(error.__traceback__))
            _log.error("pull %s broke off with %s\n%s", started.pull_id, type(error).__name__, where)
            ended = work.broken("internal", f"{type(error).__name__} inside Roamledger")
        self.trail.flush()
        log.append(ended)
        return ModulePull(
            partner=self.partner,
            module=self.module,
            pull_id=started.pull_id,
            kind=started.kind,
            outcome=ended.outcome,
            window_from=started.window_from,
            window_to=started.window_to,
            is_resumed=half is not None,
            page_count=ended.page_count,
            object_count=ended.object_count,
            total_count=ended.total_count,
            read_count=ended.read_count,
            fault=ended.fault,
            message=ended.message,
        )

    def _start(self, log: PullLog) -> PullStarted:
        started = new_pull(self.partner, self.module, self.window, self.now())
        log.append(started)
        return started


def new_pull(partner: str, module: str, window: Window, at: datetime) -> PullStarted:
    """The beginning of a pull, with a name of its own; the pull log finds a partner's pulls by that name."""
    return PullStarted(
        pull_id=f"{at:%Y%m%dT%H%M%SZ}-{partner}-{module}-{uuid.uuid4().hex[:6]}",
        partner=partner,
        module=module,
        kind=window.kind,
        at=at,
        window_from=window.date_from,
        window_to=window.date_to,
    )


def resumable(earlier: list[Pull], manifest: Manifest, *, now: datetime) -> tuple[PullStarted, list[LandedPage]] | None:
    """The newest pull that broke off with pages landed, and those pages; None when a complete one came after it.

    A pull without an end was killed: what it had landed counts like that of a failed one.
    """
    for pull in reversed(earlier):
        if pull.is_complete or now - pull.started.at > RESUME_WITHIN:
            return None
        # One that was asked for by hand must not take the place of the next usual one.
        if pull.started.kind in ("day", "window") or (pull.ended and not pull.ended.is_resumable):
            continue
        pages = manifest.pages_of(pull.started.pull_id)
        if pages:
            return pull.started, pages
    return None
