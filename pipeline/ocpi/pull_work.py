"""The readings of one pull: page by page to disk, until the partner's count holds or nothing more can be done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from pipeline.landing.manifest import LandedPage
from pipeline.landing.pulled import PulledBody, PullFacts, keep_failed_body, land_pulled
from pipeline.ocpi.client import Client, Page, PullFault
from pipeline.ocpi.landed_keys import keys_of_landed, last_reading
from pipeline.ocpi.pull_log import Outcome, PullEnded, PullStarted
from pipeline.ocpi.pull_trail import Trail
from pipeline.ocpi.reading import Reading
from pipeline.ocpi.windows import GROWING, Window
from pipeline.settings import Paths

# A window is read again until its count holds, but a partner whose data never rests must not be read for ever.
MAX_READINGS = 3
# What one module may take of a night; the next pull goes on where it stopped.
MAX_DURATION = timedelta(hours=1)
# Pages on their way to disk while the next one is asked for.
_PENDING_PAGES = 2


class Work:
    """The readings of one pull; `landed` are its pages of earlier attempts."""

    def __init__(
        self,
        paths: Paths,
        client: Client,
        trail: Trail,
        started: PullStarted,
        landed: list[LandedPage],
        now: Callable[[], datetime],
    ) -> None:
        self._paths = paths
        self._client = client
        self._trail = trail
        self._now = now
        self._started = started
        self._page_no = max((page.page_no for page in landed), default=0)
        self._new_pages = 0
        self._landed = landed
        self._readings: list[Reading] = []
        self._next_url: str | None = landed[-1].next_url if landed else None
        self._has_fresh_reading = False
        self._deadline = now() + MAX_DURATION

    def until_whole(self) -> PullEnded:
        try:
            source = self._client.discover().endpoints.get(self._started.module, "")
            facts = PullFacts(
                pull_id=self._started.pull_id,
                partner=self._started.partner,
                module=self._started.module,
                source_name=source,
                is_full_pull=Window(
                    self._started.kind, self._started.window_from, self._started.window_to
                ).is_full_pull,
                window_from=self._started.window_from,
                window_to=self._started.window_to,
            )
            if self._landed:
                self._go_on(facts)
            while not self._is_settled():
                self._readings.append(Reading())
                self._has_fresh_reading = True
                self._read(facts, self._readings[-1], None)
        except PullFault as fault:
            return self._failed(fault)
        return self._ended(self._outcome())

    def _go_on(self, facts: PullFacts) -> None:
        """Read on behind the last good page; where its address holds no longer, everything is read anew."""
        self._readings.append(keys_of_landed(self._paths, last_reading(self._landed)))
        if not self._next_url:
            return
        try:
            self._read(facts, self._readings[-1], self._next_url)
        except PullFault as fault:
            if fault.may_pass or self._new_pages:
                raise
            self._readings.pop()

    def _is_settled(self) -> bool:
        if not self._readings:
            return False
        if not self._has_fresh_reading and self._tells_what_is_gone:
            # Half of it is from another day: what was taken away and added since would not show in the count, and
            # what such a reading lacks would be held to exist no longer.
            return False
        return self._readings[-1].is_whole or self._agrees() or len(self._readings) >= MAX_READINGS

    @property
    def _tells_what_is_gone(self) -> bool:
        return self._started.kind == "full" and self._started.module not in GROWING

    def _agrees(self) -> bool:
        """Two readings alike: nothing moved, so the partner's count is wrong (some count without the window)."""
        return len(self._readings) > 1 and self._readings[-1].equals(self._readings[-2])

    def _outcome(self) -> Outcome:
        return "complete" if self._readings[-1].is_whole or self._agrees() else "incomplete"

    def _read(self, facts: PullFacts, reading: Reading, resume_url: str | None) -> None:
        """Walk through the pages; each is written to disk while the next one is asked for."""
        pages = self._client.pages(
            self._started.module,
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
                    if page.next_url and self._now() > self._deadline:
                        message = f"not done after {MAX_DURATION.total_seconds() / 3600:g} h; the next pull goes on"
                        raise PullFault("timeout", message, url=page.url)
            finally:
                while pending:
                    pending.popleft().result()

    def _land(self, facts: PullFacts, page_no: int, page: Page) -> None:
        self._trail.flush()
        land_pulled(
            self._paths,
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
            at=self._now(),
            outcome=outcome,
            page_count=self._page_no,
            object_count=reading.object_count,
            total_count=reading.last_total,
            read_count=len(self._readings),
            newest_last_updated=self._newest(),
            message=message,
        )

    def _failed(self, fault: PullFault) -> PullEnded:
        kept = None
        if fault.body:
            name = f"{self._started.pull_id}-{self._now():%Y%m%dT%H%M%S%fZ}"
            kept = keep_failed_body(self._paths, name, fault.body)
        is_resumable = self._next_url is not None and (self._new_pages > 0 or fault.may_pass)
        return self.broken(fault.kind, fault.message, is_resumable=is_resumable).model_copy(
            update={
                "http_status": fault.http_status,
                "ocpi_status": fault.ocpi_status,
                "url": fault.url,
                "failed_body": kept,
            }
        )

    def broken(self, fault: str, message: str, *, is_resumable: bool | None = None) -> PullEnded:
        """How the pull ended when something went wrong; `is_resumable` follows from the pages landed unless told."""
        reading = self._readings[-1] if self._readings else Reading()
        return PullEnded(
            pull_id=self._started.pull_id,
            at=self._now(),
            outcome="failed",
            page_count=self._page_no,
            object_count=reading.object_count,
            total_count=reading.last_total,
            read_count=max(1, len(self._readings)),
            newest_last_updated=self._newest(),
            fault=fault,
            message=message,
            is_resumable=self._next_url is not None if is_resumable is None else is_resumable,
        )

    def _newest(self) -> datetime | None:
        return max((r.newest_last_updated for r in self._readings if r.newest_last_updated), default=None)
