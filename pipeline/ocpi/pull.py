"""One pull of one module of one partner: read, landed page by page, proven whole, resumed after a failure."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.landing.pulled import PulledBody, PullFacts, keep_failed_body, land_pulled
from pipeline.ocpi.client import Client, Page, PullFault
from pipeline.ocpi.landed_keys import keys_of_landed
from pipeline.ocpi.pull_log import Outcome, Pull, PullEnded, PullLog, PullStarted
from pipeline.ocpi.pull_trail import Trail
from pipeline.ocpi.reading import Reading
from pipeline.ocpi.windows import Window
from pipeline.settings import Paths

# A window is read again until its count holds, but a partner whose data never rests must not be read for ever.
MAX_READINGS = 3
# An older half pull is not worth going on with: a new one reads what changed since as well.
RESUME_WITHIN = timedelta(hours=48)
# Pages on their way to disk while the next one is asked for.
_PENDING_PAGES = 2


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
        """Pull, and log how it went: a fault of the partner is an outcome, not an exception."""
        log = PullLog(self.paths)
        half = resumable(self.earlier, Manifest(self.paths.landing), now=self.now()) if self.may_resume else None
        started = half[0] if half else self._start(log)
        work = _Work(self, started, half[1] if half else [])
        ended = work.until_whole()
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
        window, at = self.window, self.now()
        started = PullStarted(
            pull_id=f"{at:%Y%m%dT%H%M%SZ}-{self.partner}-{self.module}-{uuid.uuid4().hex[:6]}",
            partner=self.partner,
            module=self.module,
            kind=window.kind,
            at=at,
            window_from=window.date_from,
            window_to=window.date_to,
        )
        log.append(started)
        return started


def resumable(earlier: list[Pull], manifest: Manifest, *, now: datetime) -> tuple[PullStarted, list[LandedPage]] | None:
    """The newest pull that broke off with pages landed, and those pages; None when a complete one came after it.

    A pull without an end was killed: what it had landed counts like that of a failed one.
    """
    for pull in reversed(earlier):
        if pull.is_complete or now - pull.started.at > RESUME_WITHIN:
            return None
        if pull.started.kind == "day" or (pull.ended and not pull.ended.is_resumable):
            continue
        pages = [page for page in manifest.pages() if page.pull_id == pull.started.pull_id]
        if pages:
            return pull.started, pages
    return None


class _Work:
    """The readings of one pull."""

    def __init__(self, puller: ModulePuller, started: PullStarted, landed: list[LandedPage]) -> None:
        self._puller = puller
        self._started = started
        self._page_no = max((page.page_no for page in landed), default=0)
        self._new_pages = 0
        self._landed = landed
        self._readings: list[Reading] = []
        self._next_url: str | None = landed[-1].next_url if landed else None

    def until_whole(self) -> PullEnded:
        try:
            source = self._puller.client.discover().endpoints.get(self._puller.module, "")
            facts = PullFacts(
                pull_id=self._started.pull_id,
                partner=self._puller.partner,
                module=self._puller.module,
                source_name=source,
                is_full_pull=Window(
                    self._started.kind, self._started.window_from, self._started.window_to
                ).is_full_pull,
                window_from=self._started.window_from,
                window_to=self._started.window_to,
            )
            if self._landed:
                self._readings.append(keys_of_landed(self._puller.paths, self._landed))
                if self._next_url:
                    self._read(facts, self._readings[-1], self._next_url)
            while not self._is_settled():
                self._readings.append(Reading())
                self._read(facts, self._readings[-1], None)
        except PullFault as fault:
            return self._failed(fault)
        return self._ended(self._outcome())

    def _is_settled(self) -> bool:
        if not self._readings:
            return False
        return self._readings[-1].is_whole or self._agrees() or len(self._readings) >= MAX_READINGS

    def _agrees(self) -> bool:
        """Two readings alike: nothing moved, so the partner's count is wrong (some count without the window)."""
        return len(self._readings) > 1 and self._readings[-1].equals(self._readings[-2])

    def _outcome(self) -> Outcome:
        return "complete" if self._readings[-1].is_whole or self._agrees() else "incomplete"

    def _read(self, facts: PullFacts, reading: Reading, resume_url: str | None) -> None:
        """Walk through the pages; each is written to disk while the next one is asked for."""
        pages = self._puller.client.pages(
            self._puller.module,
            date_from=self._started.window_from,
            date_to=self._started.window_to,
            resume_url=resume_url,
        )
        pending: deque[Future[None]] = deque()
        with ThreadPoolExecutor(1) as writer:
            try:
                for page in pages:
                    reading.add(
                        page.object_keys,
                        total_count=page.total_count,
                        newest_last_updated=page.newest_last_updated,
                    )
                    self._page_no += 1
                    pending.append(writer.submit(self._land, facts, self._page_no, page))
                    while len(pending) > _PENDING_PAGES:
                        pending.popleft().result()
            finally:
                while pending:
                    pending.popleft().result()

    def _land(self, facts: PullFacts, page_no: int, page: Page) -> None:
        self._puller.trail.flush()
        land_pulled(
            self._puller.paths,
            facts,
            PulledBody(
                page_no=page_no,
                body=page.body,
                sha256=page.sha256,
                received_at=page.received_at,
                ocpi_version=page.ocpi_version,
                url=page.url,
                next_url=page.next_url,
                total_count=page.total_count,
            ),
        )
        self._next_url = page.next_url
        self._new_pages += 1

    def _ended(self, outcome: Outcome) -> PullEnded:
        reading = self._readings[-1]
        message = None
        if reading.last_total is not None and (outcome == "incomplete" or not reading.is_whole):
            message = f"the partner counts {reading.last_total} objects and showed {reading.object_count}"
        return PullEnded(
            pull_id=self._started.pull_id,
            at=self._puller.now(),
            outcome=outcome,
            page_count=self._page_no,
            object_count=reading.object_count,
            total_count=reading.last_total,
            read_count=len(self._readings),
            newest_last_updated=self._newest(),
            message=message,
        )

    def _failed(self, fault: PullFault) -> PullEnded:
        at = self._puller.now()
        kept = None
        if fault.body:
            name = f"{self._started.pull_id}-{at:%Y%m%dT%H%M%S%fZ}"
            kept = keep_failed_body(self._puller.paths, name, fault.body)
        reading = self._readings[-1] if self._readings else Reading()
        return PullEnded(
            pull_id=self._started.pull_id,
            at=at,
            outcome="failed",
            page_count=self._page_no,
            object_count=reading.object_count,
            total_count=reading.last_total,
            read_count=max(1, len(self._readings)),
            newest_last_updated=self._newest(),
            fault=fault.kind,
            message=fault.message,
            http_status=fault.http_status,
            ocpi_status=fault.ocpi_status,
            url=fault.url,
            failed_body=kept,
            is_resumable=self._next_url is not None and (self._new_pages > 0 or fault.may_pass),
        )

    def _newest(self) -> datetime | None:
        return max((r.newest_last_updated for r in self._readings if r.newest_last_updated), default=None)
