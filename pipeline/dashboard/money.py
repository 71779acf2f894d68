"""Money by month and partner: exact sums per currency, and the shares that the bars show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from pipeline.dashboard import charts, figures
from pipeline.dashboard.records import MoneyRow

# As many months as a year-on-year look needs.
SHOWN_MONTHS = 13
_AMOUNTS = ("claimed", "expected", "accepted", "held", "rejected", "retail", "wholesale", "margin")


@dataclass(frozen=True)
class MoneyLine:
    """Money of one partner (None: all) in one currency, amounts without VAT."""

    partner: str | None
    currency: str
    cdr_count: int
    claimed: Decimal | None
    expected: Decimal | None
    accepted: Decimal | None
    held: Decimal | None
    rejected: Decimal | None
    retail: Decimal | None
    wholesale: Decimal | None
    margin: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Claimed minus expected."""
        return None if self.claimed is None or self.expected is None else self.claimed - self.expected

    @property
    def margin_share(self) -> float | None:
        """Margin as a share of retail."""
        return None if self.margin is None or not self.retail else float(self.margin / self.retail)

    @property
    def bar(self) -> Markup:
        """Accepted, held and rejected side by side, as shares of their sum."""
        parts = [
            (name, max(getattr(self, name) or Decimal(0), Decimal(0))) for name in ("accepted", "held", "rejected")
        ]
        whole = sum((value for _, value in parts), Decimal(0))
        if not whole:
            return Markup("")
        words = ", ".join(f"{name} {figures.percent(float(value / whole))}" for name, value in parts)
        return charts.stacked_bar([(float(value / whole), name) for name, value in parts], words)


@dataclass(frozen=True)
class MoneyMonth:
    """A month's money by partner, and the totals by currency where there is more than one partner."""

    month: date
    lines: list[MoneyLine]
    totals: list[MoneyLine]


def money_months(rows: Sequence[MoneyRow]) -> list[MoneyMonth]:
    """The newest months first."""
    months = sorted({row.month for row in rows}, reverse=True)[:SHOWN_MONTHS]
    return [_money_month(month, [row for row in rows if row.month == month]) for month in months]


def _money_month(month: date, rows: list[MoneyRow]) -> MoneyMonth:
    lines = [total_line([row], row.partner) for row in sorted(rows, key=lambda row: (row.currency, row.partner))]
    return MoneyMonth(month, lines, totals_by_currency(rows))


def totals_by_currency(rows: Sequence[MoneyRow]) -> list[MoneyLine]:
    """One line a currency over all partners: currencies are never added."""
    return [
        total_line([row for row in rows if row.currency == currency], None)
        for currency in sorted({row.currency for row in rows})
    ]


def total_line(rows: Sequence[MoneyRow], partner: str | None) -> MoneyLine:
    """Add rows of one currency; an amount nobody has stays unknown, it does not become zero."""
    sums = {name: _sum([getattr(row, name) for row in rows]) for name in _AMOUNTS}
    return MoneyLine(partner, rows[0].currency, sum(row.cdr_count for row in rows), **sums)


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
