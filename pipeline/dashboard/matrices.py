"""Tables with a column per partner: differences by cause, failed rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from pipeline.dashboard import charts
from pipeline.dashboard.money import MoneyLine
from pipeline.dashboard.records import NOT_PRICED, DifferenceRow, QualityRow

# The most that rounding an expected amount to cents can move it.
_HALF_CENT = Decimal("0.005")


@dataclass(frozen=True)
class MatrixRow:
    """A named row with one cell per partner, a total and a bar of the total."""

    label: str
    severity: str | None
    cells: list[Decimal | int | None]
    total: Decimal | int
    cdr_count: int | None
    total_incl_vat: Decimal | None
    bar: Markup


@dataclass(frozen=True)
class Matrix:
    """Rows by partner in one currency (None: counts)."""

    currency: str | None
    partners: list[str]
    rows: list[MatrixRow]

    @property
    def total(self) -> Decimal | int:
        """The sum of all rows."""
        return sum(row.total for row in self.rows)

    @property
    def column_totals(self) -> list[Decimal | int]:
        """The sum of each partner's column."""
        return [sum(row.cells[place] or 0 for row in self.rows) for place in range(len(self.partners))]


def difference_matrices(
    rows: Sequence[DifferenceRow], money: Sequence[MoneyLine], title: Callable[[str], str]
) -> list[Matrix]:
    """A month's claimed less expected by cause and partner, one matrix a currency, largest cause first.

    Last stand what has no expected amount, and what the partners' own rounding hides from the comparison; with it the
    sums are those of the money panel (`money`: one line per partner and currency).
    """
    matrices = []
    for currency in sorted({row.currency for row in rows}):
        mine = [row for row in rows if row.currency == currency]
        lines = {line.partner: line for line in money if line.currency == currency and line.partner}
        partners = sorted({row.partner for row in mine} | set(lines))
        causes = sorted({row.cause for row in mine}, key=lambda cause: _cause_order(cause, mine))
        top = max((abs(_sum(mine, cause)) for cause in causes if cause != NOT_PRICED), default=Decimal(0))
        matrix_rows = [_cause_row(cause, mine, partners, top, title(cause)) for cause in causes]
        matrix_rows += _rest_row(mine, [lines.get(partner) for partner in partners], partners)
        matrices.append(Matrix(currency, partners, matrix_rows))
    return matrices


def _cause_row(cause: str, rows: Sequence[DifferenceRow], partners: list[str], top: Decimal, label: str) -> MatrixRow:
    mine = [row for row in rows if row.cause == cause]
    total = _sum(rows, cause)
    with_vat = [row.amount_incl_vat for row in mine if row.amount_incl_vat is not None]
    # Without an expected amount nobody claimed too much or too little: no bar.
    share = float(total / top) / 2 if top and cause != NOT_PRICED else 0.0
    return MatrixRow(
        label,
        None,
        [_partner_sum(mine, partner) for partner in partners],
        total,
        sum(row.cdr_count for row in mine),
        sum(with_vat, Decimal(0)) if with_vat else None,
        charts.bar(0.5, 0.5 + share, "over" if share > 0 else "under"),
    )


def _rest_row(rows: Sequence[DifferenceRow], lines: Sequence[MoneyLine | None], partners: list[str]) -> list[MatrixRow]:
    """What the causes leave of claimed less expected: a hair per CDR is rounding, more is a fault and named so."""
    rests, is_rounding = [], True
    for partner, line in zip(partners, lines, strict=True):
        explained = _partner_sum(rows, partner) or Decimal(0)
        rest = (line.difference if line else None) or Decimal(0)
        rests.append(rest - explained)
        is_rounding &= abs(rest - explained) <= _HALF_CENT * (line.cdr_count if line else 0)
    if not any(rests):
        return []
    label = "Finer than the claims' own rounding" if is_rounding else "Explained by no cause"
    return [MatrixRow(label, None, list(rests), sum(rests), None, None, Markup(""))]


def _partner_sum(rows: Sequence[DifferenceRow], partner: str) -> Decimal | None:
    amounts = [row.amount for row in rows if row.partner == partner]
    return sum(amounts, Decimal(0)) if amounts else None


def _sum(rows: Sequence[DifferenceRow], cause: str) -> Decimal:
    return sum((row.amount for row in rows if row.cause == cause), Decimal(0))


def _cause_order(cause: str, rows: Sequence[DifferenceRow]) -> tuple[bool, Decimal, str]:
    return cause == NOT_PRICED, -abs(_sum(rows, cause)), cause


def quality_matrix(rows: Sequence[QualityRow], month: date | None, title: Callable[[str], str]) -> Matrix:
    """Objects by rule and partner, gravest severity first; rows without a month (locations, tariffs) always count."""
    chosen = [row for row in rows if row.month is None or row.month == month]
    partners = sorted({row.partner for row in chosen})
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in chosen:
        counts[row.rule_code, row.severity][row.partner] += row.object_count
    totals = {key: sum(by_partner.values()) for key, by_partner in counts.items()}
    top = max(totals.values(), default=1) or 1
    gravity = {"reject": 0, "hold": 1, "warn": 2}
    ordered = sorted(totals, key=lambda key: (gravity.get(key[1], 3), -totals[key], key[0]))
    matrix_rows = [
        MatrixRow(
            title(code),
            severity,
            [counts[code, severity].get(partner) for partner in partners],
            totals[code, severity],
            None,
            None,
            charts.bar(0, totals[code, severity] / top, f"severity-{severity}"),
        )
        for code, severity in ordered
    ]
    return Matrix(None, partners, matrix_rows)
