"""The morning question: can the month be closed, what is stuck, and where is its money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from pipeline.dashboard import figures
from pipeline.dashboard.money import MoneyLine, totals_by_currency
from pipeline.dashboard.records import NOT_PRICED, PublishedFigures, VerdictRow

# A session without CDR is missing, not late, only after this wait (KPI K11).
LATE_WAIT = timedelta(hours=72)


@dataclass(frozen=True)
class Check:
    """A condition for closing; `state` is `ok`, `wait` (time will settle it), `decide` (a person must) or `broken`."""

    state: str
    title: str
    detail: str
    anchor: str


@dataclass(frozen=True)
class Stuck:
    """CDRs held or rejected for one reason, over all partners; money at stake by currency, days since receipt.

    `earlier_count` tells how many of earlier months are still held for the same reason.
    """

    verdict: str
    code: str
    cdr_count: int
    at_stake: dict[str, Decimal]
    by_partner: dict[str, int]
    oldest_days: int | None
    earlier_count: int


@dataclass(frozen=True)
class Close:
    """The month to close and how far it is from being closed.

    `not_priced` is, by currency, what of claimed less expected has no expected amount to compare with.
    """

    month: date | None
    is_over: bool
    checks: list[Check] = field(default_factory=list)
    money: list[MoneyLine] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    not_priced: dict[str, Decimal] = field(default_factory=dict)

    @property
    def stuck_partners(self) -> list[str]:
        """Partners that have something stuck, in alphabetical order."""
        return sorted({partner for item in self.stuck for partner in item.by_partner})

    @property
    def state(self) -> str:
        """The worst state of the checks; `empty` when there is no month at all and nothing is broken."""
        states = {check.state for check in self.checks}
        if self.month is None and "broken" not in states:
            return "empty"
        return next((state for state in ("broken", "decide", "wait") if state in states), "ok")

    @property
    def answer(self) -> str:
        """The answer in a few words."""
        return {
            "empty": "Nothing to close yet",
            "broken": "No: the books do not add up",
            "decide": "Not yet: decisions are open",
            "wait": "Not yet: late CDRs may still come",
            "ok": "Yes, ready to close",
        }[self.state]


def month_to_close(published: PublishedFigures) -> tuple[date | None, bool]:
    """The newest month with CDRs that is over at `as_of`, else the newest month there is; and whether it is over."""
    months, as_of = published.months, published.version.as_of
    if not months:
        return None, False
    if as_of is None:
        return months[-1], True
    over = [month for month in months if month < as_of.date().replace(day=1)]
    return (over[-1], True) if over else (months[-1], False)


def judge_month(published: PublishedFigures) -> Close:
    """Collect what stands in the way of closing the month."""
    month, is_over = month_to_close(published)
    if month is None:
        return Close(None, False, [_ingest(published)] if published.ingest else [])
    stuck = stuck_cdrs(published, month)
    checks = [
        _calendar(published, month, is_over),
        _decisions(stuck),
        _bridge(published),
        _ingest(published),
    ]
    money = totals_by_currency([row for row in published.money if row.month == month])
    not_priced: dict[str, Decimal] = defaultdict(Decimal)
    for row in published.differences:
        if row.month == month and row.cause == NOT_PRICED:
            not_priced[row.currency] += row.amount
    return Close(month, is_over, checks, money, stuck, dict(not_priced))


def stuck_cdrs(published: PublishedFigures, month: date) -> list[Stuck]:
    """Held and rejected CDRs of the month by reason, held ones first, most numerous first."""
    groups: dict[tuple[str, str], list[VerdictRow]] = defaultdict(list)
    for row in published.verdicts:
        is_held_earlier = row.verdict == "held" and row.month < month
        if is_held_earlier or (row.month == month and row.verdict in ("held", "rejected")):
            groups[row.verdict, row.code or "unknown"].append(row)
    stuck = [_stuck(verdict, code, group, published, month) for (verdict, code), group in groups.items()]
    return sorted(stuck, key=lambda item: (item.verdict, -item.cdr_count, -item.earlier_count, item.code))


def _stuck(verdict: str, code: str, rows: list[VerdictRow], published: PublishedFigures, month: date) -> Stuck:
    at_stake: dict[str, Decimal] = defaultdict(Decimal)
    by_partner: dict[str, int] = defaultdict(int)
    now = [row for row in rows if row.month == month]
    for row in now:
        by_partner[row.partner] += row.cdr_count
        if row.at_stake is not None:
            at_stake[row.currency] += row.at_stake
    received = [row.oldest_at for row in rows if row.oldest_at is not None]
    as_of = published.version.as_of
    return Stuck(
        verdict,
        code,
        sum(by_partner.values()),
        dict(at_stake),
        dict(by_partner),
        (as_of - min(received)).days if received and as_of else None,
        sum(row.cdr_count for row in rows) - sum(row.cdr_count for row in now),
    )


def _calendar(published: PublishedFigures, month: date, is_over: bool) -> Check:
    as_of = published.version.as_of
    next_month = (month + timedelta(days=31)).replace(day=1)
    if not is_over:
        return Check(
            "wait", "The month still runs", f"It ends on {figures.day(next_month - timedelta(days=1))}.", "flow"
        )
    settled_from = next_month + LATE_WAIT
    if as_of is not None and as_of.date() < settled_from:
        open_days = len(
            {rate.period for rate in published.daily if rate.is_provisional and rate.period.replace(day=1) == month}
        )
        days = f"{figures.plural(open_days, 'day')} provisional; " if open_days else ""
        return Check("wait", "Late CDRs may still come", f"{days}settled from {figures.day(settled_from)}.", "rates")
    return Check("ok", "The wait for late CDRs is over", "No day of the month is provisional.", "rates")


def _decisions(stuck: list[Stuck]) -> Check:
    held = [item for item in stuck if item.verdict == "held"]
    number, earlier = sum(item.cdr_count for item in held), sum(item.earlier_count for item in held)
    carried = f"{figures.plural(earlier, 'CDR')} of earlier months still held." if earlier else ""
    if not number:
        return Check("ok", "No CDR is held", carried or "Nothing waits for a decision.", "stuck")
    at_stake: dict[str, Decimal] = defaultdict(Decimal)
    for item in held:
        for currency, value in item.at_stake.items():
            at_stake[currency] += value
    money = " and ".join(figures.money(value, currency) for currency, value in sorted(at_stake.items()))
    detail = f"{money} at stake; decide or carry over. {carried}" if money else f"Decide or carry over. {carried}"
    return Check("decide", f"{figures.plural(number, 'CDR')} held", detail.strip(), "stuck")


def _bridge(published: PublishedFigures) -> Check:
    wrong = [step for step in published.bridge if step.step == "difference" and (step.cdr_count or step.amount)]
    if wrong:
        names = ", ".join(sorted({f"{step.partner} in {figures.month(step.month)}" for step in wrong}))
        return Check(
            "broken", "The bridge leaves a difference", f"Received does not lead to billable for {names}.", "flow"
        )
    return Check("ok", "The bridge adds up", "From received to billable, nothing is lost or doubled.", "flow")


def _ingest(published: PublishedFigures) -> Check:
    missing = sum(row.difference for row in published.ingest)
    received = sum(row.received for row in published.ingest)
    if missing:
        return Check(
            "broken", "The intake does not add up", f"{figures.plural(missing, 'object')} unaccounted for.", "ingest"
        )
    quarantined = sum(row.quarantined for row in published.ingest)
    detail = f"{figures.plural(received, 'object')} received, {figures.count(quarantined)} in quarantine."
    return Check("ok", "The intake adds up", detail, "ingest")
