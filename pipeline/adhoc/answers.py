"""What came of each CDR that was to be priced, read from the database that `engine` gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.plain_values import plain

_LINE_COLUMNS = {
    "period": "period_index",
    "dimension": "dimension",
    "tariff_id": "tariff_id",
    "element": "element_index",
    "quantity": "quantity",
    "billed_quantity": "billed_quantity",
    "unit": "unit",
    "price": "price",
    "vat_percent": "vat_percent",
    "cost_excl_vat": "cost_excl_vat",
    "cost_incl_vat": "cost_incl_vat",
}
_WARNED = ("warn", "hold", "reject")


@dataclass(frozen=True)
class Finding:
    """One thing that was odd, in the words of the catalogue; `period` is null where it concerns the whole CDR."""

    code: str
    severity: str
    period: int | None
    title: str
    detail: str | None

    @property
    def is_warning(self) -> bool:
        return self.severity in _WARNED


@dataclass(frozen=True)
class Answer:
    """One CDR or case: exact totals, null where it must not be priced, the lines they consist of, and findings."""

    case: str | None
    country_code: str | None
    party_id: str | None
    cdr_id: str | None
    currency: str | None
    total_excl_vat: Decimal | None
    total_incl_vat: Decimal | None
    lines: list[dict[str, Any]]
    findings: list[Finding]

    def as_json(self) -> dict[str, Any]:
        """The object that `roamledger price` prints; decimals are text."""
        name = {"cdr_id": self.cdr_id} if self.case is None else {"case": self.case}
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            **name,
            "currency": self.currency,
            "total_excl_vat": plain(self.total_excl_vat),
            "total_incl_vat": plain(self.total_incl_vat),
            "lines": plain(self.lines),
            "findings": [
                {"code": finding.code, "severity": finding.severity, "period": finding.period}
                for finding in self.findings
            ],
        }


@dataclass(frozen=True)
class Failure:
    """One file or entry without a price: what could not be read or, `is_passed_over`, entries that are no CDRs.

    `entry` is its place in the file, null for the file as a whole; `count` tells how many entries are alike.
    """

    source_name: str
    entry: int | None
    count: int
    detail: str
    is_passed_over: bool


def answers(con: duckdb.DuckDBPyConnection) -> list[Answer]:
    """Every answer in the order of the input."""
    lines, findings = _lines(con), _findings(con)
    rows = con.execute(
        """
        select
            cdrs.line_no, cdrs.case_name, cdrs.country_code, cdrs.party_id, cdrs.cdr_id,
            prices.currency, prices.total_excl_vat, prices.total_incl_vat
        from adhoc.cdrs as cdrs
        left join pricing.fct_cdr_prices as prices on cdrs.cdr_key = prices.cdr_key
        where cdrs.line_no is not null
        order by cdrs.line_no
        """
    ).fetchall()
    return [Answer(*values, lines=lines[line_no], findings=findings[line_no]) for line_no, *values in rows]


def _lines(con: duckdb.DuckDBPyConnection) -> dict[int, list[dict[str, Any]]]:
    rows = con.execute(
        f"""
        select cdrs.line_no, {", ".join(f"lines.{column}" for column in _LINE_COLUMNS.values())}
        from adhoc.cdrs as cdrs
        inner join pricing.fct_cdr_price_lines as lines on cdrs.cdr_key = lines.cdr_key
        where cdrs.line_no is not null
        order by cdrs.line_no, lines.line_number
        """
    ).fetchall()
    return _grouped((line_no, dict(zip(_LINE_COLUMNS, values, strict=True))) for line_no, *values in rows)


def _findings(con: duckdb.DuckDBPyConnection) -> dict[int, list[Finding]]:
    """Those of the intake first, then by period."""
    rows = con.execute(
        """
        with found as (
            select line_no, 0 as stage, code, cast(null as integer) as period, detail from adhoc.findings
            union all
            select cdrs.line_no, 1, findings.code, findings.period_index, findings.detail
            from adhoc.cdrs as cdrs
            inner join pricing.fct_cdr_findings as findings on cdrs.cdr_key = findings.cdr_key
            where cdrs.line_no is not null
        )

        select found.line_no, found.code, codes.severity, found.period, codes.title, found.detail
        from found
        inner join seeds.codes as codes on found.code = codes.code
        order by found.line_no, found.stage, found.period nulls first, found.code, found.detail
        """
    ).fetchall()
    return _grouped((line_no, Finding(*values)) for line_no, *values in rows)


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for line_no, member in pairs:
        groups[line_no].append(member)
    return groups


def failures(con: duckdb.DuckDBPyConnection) -> list[Failure]:
    """Everything without an answer of its own; of a case, what its findings are about."""
    rows = con.execute(
        """
        select
            sources.source_name, min(failures.ordinal), count(*), failures.detail, failures.is_passed_over
        from adhoc.failures as failures
        inner join adhoc.sources as sources on failures.source_no = sources.source_no
        group by
            failures.source_no, sources.source_name, failures.detail, failures.is_passed_over,
            case when not failures.is_passed_over then failures.ordinal end
        order by failures.is_passed_over, failures.source_no, min(failures.ordinal) nulls first, failures.detail
        """
    ).fetchall()
    return [Failure(*row) for row in rows]


def notes(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Sentences on choices that were made for the user."""
    ignored = con.execute(
        """
        select coalesce(case_name, cdr_id, source_name)
        from adhoc.cdrs where ignores_tariff_ids and line_no is not null order by line_no
        """
    ).fetchall()
    further = con.execute(
        "select case_name, count(*) from adhoc.cdrs group by case_name having count(*) > 1 and case_name is not null"
        " order by case_name"
    ).fetchall()
    return [
        *(f"{name}: its periods name other tariffs than the given ones, which price it now." for (name,) in ignored),
        *(f"{name}: cdr.json holds {count} CDRs; the answer is about the first." for name, count in further),
    ]
