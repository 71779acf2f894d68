"""Tables with a column per partner: differences by cause, failed rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from pipeline.dashboard import charts
from pipeline.dashboard.records import DifferenceRow, QualityRow


@dataclass(frozen=True)
class MatrixRow:
    """A named row with one cell per partner, a total and a bar of the total."""

    label: str
    severity: str | None
    cells: list[Decimal | int | None]
    total: Decimal | int
    cdr_count: int
    bar: Markup


@dataclass(frozen=True)
class Matrix:
    """Rows by partner in one currency (None: counts)."""

    currency: str | None
    partners: list[str]
    rows: list[MatrixRow]
    total: Decimal | int

    @property
    def column_totals(self) -> list[Decimal | int]:
        """The sum of each partner's column."""
        return [sum(row.cells[place] or 0 for row in self.rows) for place in range(len(self.partners))]


def difference_matrices(rows: Sequence[DifferenceRow], month: date, title: Callable[[str], str]) -> list[Matrix]:
    """Claimed minus expected by cause and partner, one matrix a currency, largest cause first."""
    chosen = [row for row in rows if row.month == month]
    matrices = []
    for currency in sorted({row.currency for row in chosen}):
        mine = [row for row in chosen if row.currency == currency]
        partners = sorted({row.partner for row in mine})
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        cdrs: dict[str, int] = defaultdict(int)
        for row in mine:
            sums[row.cause][row.partner] += row.amount
            cdrs[row.cause] += row.cdr_count
        totals = {cause: sum(by_partner.values(), Decimal(0)) for cause, by_partner in sums.items()}
        top = max((abs(total) for total in totals.values()), default=Decimal(0)) or Decimal(1)
        matrix_rows = [
            MatrixRow(
                title(cause),
                None,
                [sums[cause].get(partner) for partner in partners],
                totals[cause],
                cdrs[cause],
                charts.bar(0.5, 0.5 + float(totals[cause] / top) / 2, "over" if totals[cause] > 0 else "under"),
            )
            for cause in sorted(totals, key=lambda cause: (-abs(totals[cause]), cause))
        ]
        matrices.append(Matrix(currency, partners, matrix_rows, sum(totals.values(), Decimal(0))))
    return matrices


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
            totals[code, severity],
            charts.bar(0, totals[code, severity] / top, f"severity-{severity}"),
        )
        for code, severity in ordered
    ]
    return Matrix(None, partners, matrix_rows, sum(totals.values()))
