"""What a night came to, read from the published file: accounting, verdicts, differences, rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from rich.console import Console

from pipeline.commands.output import table
from pipeline.published import Answer, ask, open_published
from pipeline.settings import Paths


@dataclass(frozen=True)
class Section:
    """One table of the summary: its title, the published table behind it and the statement that fills it."""

    name: str
    title: str
    source: str
    columns: tuple[str, ...]
    sql: str


SECTIONS: tuple[Section, ...] = (
    Section(
        "accounting",
        "Received = loaded + quarantined + duplicates",
        "meta.ingest_accounting",
        ("module", "files", "received", "loaded", "quarantined", "duplicates", "difference"),
        """
        select
            module,
            count(*) as files,
            sum(received_count) as received,
            sum(loaded_count) as loaded,
            sum(quarantined_count) as quarantined,
            sum(duplicate_count) as duplicates,
            sum(difference) as difference
        from meta.ingest_accounting
        group by module
        order by module
        """,
    ),
    Section(
        "verdicts",
        "CDRs by verdict, with what they claim",
        "verdicts.fct_cdr_verdicts, core.fct_cdrs",
        ("verdict", "CDRs", "claimed excl. VAT", "currency", "money at stake"),
        """
        select
            verdicts.verdict,
            count(*) as cdrs,
            round(sum(cdrs.total_cost_excl_vat), 2) as claimed_excl_vat,
            cdrs.currency,
            round(sum(verdicts.money_at_stake_excl_vat), 2) as money_at_stake
        from verdicts.fct_cdr_verdicts as verdicts
        inner join core.fct_cdrs as cdrs on verdicts.cdr_key = cdrs.cdr_key
        group by verdicts.verdict, cdrs.currency
        order by verdicts.verdict, cdrs.currency
        """,
    ),
    Section(
        "differences",
        "Claimed minus expected, by cause",
        "reconciliation.fct_cost_differences",
        ("cause", "CDRs", "excl. VAT", "incl. VAT"),
        """
        select
            cause_code,
            count(distinct cdr_key) as cdrs,
            round(sum(amount_excl_vat), 2) as amount_excl_vat,
            round(sum(amount_incl_vat), 2) as amount_incl_vat
        from reconciliation.fct_cost_differences
        group by cause_code
        order by abs(sum(amount_excl_vat)) desc nulls last, cause_code
        """,
    ),
    Section(
        "kpis",
        "Main rates of all partners by month",
        "kpis.kpi_roaming_monthly",
        ("month", "KPI", "name", "numerator", "denominator", "rate"),
        """
        select kpi_month, kpi_id, kpi_name, numerator, denominator, round(rate, 4) as rate
        from kpis.kpi_roaming_monthly
        where partner = 'all' and kpi_id in ('K01', 'K10', 'K13', 'K20', 'K40')
        order by kpi_id, kpi_month
        """,
    ),
)


def read_summary(paths: Paths) -> dict[str, Answer]:
    """The answer of each section by its name; a section whose tables are not published is left out."""
    answers: dict[str, Answer] = {}
    with open_published(paths) as con:
        for section in SECTIONS:
            try:
                answers[section.name] = ask(con, section.sql)
            except duckdb.CatalogException:
                continue
    return answers


def print_summary(console: Console, answers: dict[str, Answer], names: Sequence[str] = ()) -> None:
    """Print the sections in order; only those in `names` when given."""
    for section in SECTIONS:
        answer = answers.get(section.name)
        if answer is None or (names and section.name not in names):
            continue
        console.print()
        console.print(table(section.title, section.columns, answer.rows, source=f"from {section.source}"))


def as_records(answers: dict[str, Answer]) -> dict[str, list[dict[str, object]]]:
    """The summary for JSON: a list of records by section name."""
    return {
        name: [dict(zip(answer.columns, row, strict=True)) for row in answer.rows] for name, answer in answers.items()
    }
