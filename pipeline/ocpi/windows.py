"""Which part of a partner's data the next pull asks for: a pure function of what earlier pulls came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pipeline.ocpi.pull_log import Kind, Pull

# These tell what happened and grow for ever; the others tell what there is and can be read whole each week.
GROWING = ("sessions", "cdrs")


@dataclass(frozen=True)
class Window:
    """What to ask for: objects with `last_updated` in [`date_from`, `date_to`), None for no bound.

    `is_full_pull`: what does not come no longer exists at the partner.
    """

    kind: Kind
    date_from: datetime | None = None
    date_to: datetime | None = None

    @property
    def is_full_pull(self) -> bool:
        return self.kind == "full" and self.date_from is None


@dataclass(frozen=True)
class Habits:
    """How one partner is pulled: overlap of windows, days between full readings, and where its history begins."""

    overlap: timedelta = timedelta(hours=24)
    full_every: timedelta = timedelta(days=7)
    first_pull_from: datetime | None = None


def next_window(module: str, pulls: Sequence[Pull], habits: Habits, *, now: datetime) -> Window:
    """Choose the window of a scheduled pull from this module's earlier `pulls`, in order of their beginning.

    - nothing complete yet: everything, of sessions and CDRs from `first_pull_from` on;
    - no full reading for `full_every`: everything again; of sessions and CDRs the open billing period, which is where
      a partner's late or silently changed objects still cost money;
    - else what changed since the high-water mark less the overlap. Windows have no end (OCPI transport, Paginated
      request: `date_to` is exclusive and may be left out), so nothing falls between two of them.
    """
    complete = [pull for pull in pulls if pull.is_complete]
    first_from = habits.first_pull_from if module in GROWING else None
    mark = high_water_mark(complete)
    if mark is None:
        return Window("full", first_from)
    full = [pull.started.at for pull in complete if pull.started.kind in ("full", "period")]
    if not full or now - max(full) >= habits.full_every:
        if module in GROWING:
            return Window("period", _not_before(open_period_start(now), first_from))
        return Window("full")
    return Window("delta", mark - habits.overlap)


def high_water_mark(complete: Sequence[Pull]) -> datetime | None:
    """The newest `last_updated` that complete pulls have seen, never after the pull that saw it began.

    A partner's clock may run ahead of ours, or an object be dated in the future: what it sends next is asked for from
    our own time on. None when nothing is complete; pulls of a single day or a window named by hand do not count,
    since they leave gaps before them.
    """
    marks = [
        min(pull.ended.newest_last_updated or pull.started.at, pull.started.at)
        for pull in complete
        if pull.ended and pull.started.kind in ("full", "period", "delta")
    ]
    return max(marks, default=None)


def day_window(day: date) -> Window:
    """One UTC day, both bounds given: what a backfill of partner and day asks for."""
    start = datetime.combine(day, time(), UTC)
    return Window("day", start, start + timedelta(days=1))


def open_period_start(now: datetime) -> datetime:
    """The first of last month in UTC: the month that is closed early in this one is still open."""
    return (now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)).replace(
        day=1
    )


def _not_before(moment: datetime, bound: datetime | None) -> datetime:
    return max(moment, bound) if bound else moment
