"""The rows that the report is made of, one dataclass a panel; money is Decimal in the row's own currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pipeline.dashboard import figures

# The cause of a difference where there is no expected amount to compare with.
NOT_PRICED = "not_priced"


@dataclass(frozen=True)
class Version:
    """Which published version this is; both are None in a file that was never stamped."""

    version: str | None
    as_of: datetime | None


@dataclass(frozen=True)
class MoneyRow:
    """One partner, month and currency; amounts without VAT, credit CDRs counted and their amounts negative."""

    month: date
    partner: str
    currency: str
    cdr_count: int
    energy_kwh: Decimal | None
    claimed: Decimal | None
    expected: Decimal | None
    accepted: Decimal | None
    held: Decimal | None
    rejected: Decimal | None
    retail: Decimal | None
    wholesale: Decimal | None
    margin: Decimal | None


@dataclass(frozen=True)
class BridgeStep:
    """One step from received to billable of one partner, month and currency; deductions are negative."""

    month: date
    partner: str
    currency: str
    number: int
    step: str
    cdr_count: int
    amount: Decimal | None


@dataclass(frozen=True)
class Rate:
    """One KPI of one partner (or `all`) in one period: a day, or a month by its first day."""

    period: date
    partner: str
    kpi_id: str
    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    is_provisional: bool


@dataclass(frozen=True)
class Kpi:
    """A KPI of the catalogue; `counted_by` says which date places a case in a day and month."""

    kpi_id: str
    name: str
    definition: str
    numerator: str
    denominator: str
    counted_by: str
    target: float | None
    is_higher_better: bool
    is_proposal: bool
    source: str | None


@dataclass(frozen=True)
class DifferenceRow:
    """Claimed less expected of one partner, month, currency and cause; `amount` is without VAT."""

    month: date
    partner: str
    currency: str
    cause: str
    cdr_count: int
    amount: Decimal
    amount_incl_vat: Decimal | None


@dataclass(frozen=True)
class QualityRow:
    """How many objects of one partner failed one rule; no month for what belongs to none, like a tariff."""

    month: date | None
    partner: str
    rule_code: str
    severity: str
    object_type: str
    object_count: int


@dataclass(frozen=True)
class ScoreRow:
    """Objects of one partner and module by the month they first came in; money of CDRs only, without sign."""

    month: date
    partner: str
    module: str
    currency: str | None
    received_count: int
    faulty_count: int
    stopped_count: int
    clean_rate: float
    low: float
    high: float
    previous_clean_rate: float | None
    faulty_claimed: Decimal | None
    stopped_claimed: Decimal | None


@dataclass(frozen=True)
class VerdictRow:
    """CDRs of one partner, month, currency, verdict and deciding code."""

    month: date
    partner: str
    currency: str
    verdict: str
    code: str | None
    cdr_count: int
    at_stake: Decimal | None
    oldest_at: datetime | None


@dataclass(frozen=True)
class LatencyRow:
    """How long CDRs took from the end of the session to us; one partner and month of receipt."""

    month: date
    partner: str
    measured_count: int
    p50_h: Decimal | None
    p95_h: Decimal | None
    p99_h: Decimal | None


@dataclass(frozen=True)
class IngestRow:
    """What came in from one partner and module, and where it went."""

    partner: str
    module: str
    file_count: int
    received: int
    loaded: int
    quarantined: int
    duplicates: int
    difference: int


@dataclass(frozen=True)
class PublishedFigures:
    """Everything the report reads; `kpis` by id, `titles` of rules, findings and causes by code."""

    version: Version
    money: list[MoneyRow]
    bridge: list[BridgeStep]
    kpis: dict[str, Kpi]
    titles: dict[str, str]
    monthly: list[Rate]
    daily: list[Rate]
    differences: list[DifferenceRow]
    quality: list[QualityRow]
    scores: list[ScoreRow]
    verdicts: list[VerdictRow]
    latency: list[LatencyRow]
    ingest: list[IngestRow]

    def title(self, code: str) -> str:
        """The title of a code, or the code as words where the catalogue does not know it."""
        return self.titles.get(code) or figures.label(code)

    @property
    def partners(self) -> list[str]:
        """Partners that appear anywhere, in alphabetical order."""
        named = {
            row.partner
            for rows in (self.money, self.bridge, self.monthly, self.quality, self.verdicts, self.ingest)
            for row in rows
        }
        return sorted(partner for partner in named if partner and partner != "all")

    @property
    def months(self) -> list[date]:
        """Months that have CDRs, oldest first; months without any are left out."""
        return sorted({row.month for row in self.money} | {row.month for row in self.bridge})
