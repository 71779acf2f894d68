"""Exceptions as published, with the filters that people ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipeline.published import Answer, ask, open_published
from pipeline.rule_overrides import seed_rows
from pipeline.settings import Paths, UserError

UNSETTLED = ("open", "waiting", "disputed")
STATUSES = (*UNSETTLED, "decided", "rejected", "auto_rejected")
_ORDERS = {
    "money": "money_at_stake_excl_vat desc nulls last, opened_at, cdr_label",
    "age": "opened_at, money_at_stake_excl_vat desc nulls last, cdr_label",
    "due": "sla_due_date nulls last, money_at_stake_excl_vat desc nulls last, cdr_label",
}


@dataclass(frozen=True)
class Wanted:
    """Which exceptions; a filter that is None, or empty, lets all through."""

    partner: str | None = None
    rule: str | None = None
    family: str | None = None
    statuses: Sequence[str] = UNSETTLED
    older_than_days: int | None = None
    money_from: Decimal | None = None
    is_breached: bool | None = None
    order: str = "money"


def read_exceptions(paths: Paths, wanted: Wanted) -> Answer:
    """All columns of `verdicts.fct_exceptions` that are wanted; raises UserError for a rule or status that is none."""
    odd = [status for status in wanted.statuses if status not in STATUSES]
    if odd:
        raise UserError(f"There is no status {odd[0]!r}; there are {', '.join(STATUSES)}.")
    sql = f"""
        select * from verdicts.fct_exceptions
        where
            ($partner is null or partner = $partner)
            and ($rules is null or list_contains($rules, rule_code))
            and ($family is null or family = $family)
            and list_contains($statuses, status)
            and ($days is null or age_days > $days)
            and ($money is null or money_at_stake_excl_vat >= cast($money as decimal(38, 12)))
            and ($breached is null or is_sla_breached = $breached)
        order by {_ORDERS[wanted.order]}
    """
    return _ask(
        paths,
        sql,
        {
            "partner": wanted.partner,
            "rules": codes_of(wanted.rule) if wanted.rule else None,
            "family": wanted.family,
            "statuses": list(wanted.statuses),
            "days": wanted.older_than_days,
            "money": None if wanted.money_from is None else format(wanted.money_from, "f"),
            "breached": wanted.is_breached,
        },
    )


def read_ageing(paths: Paths, partner: str | None) -> Answer:
    """`verdicts.fct_exception_ageing`, the youngest band first."""
    return _ask(
        paths,
        """
        select
            partner, family, currency, age_band, exception_count, breached_count, oldest_days, money_at_stake_excl_vat
        from verdicts.fct_exception_ageing
        where $partner is null or partner = $partner
        order by partner, family, currency, oldest_days
        """,
        {"partner": partner},
    )


def codes_of(rule: str) -> list[str]:
    """The codes that a rule's code or number (R28) names; UserError when there is none."""
    wanted = rule.strip()
    codes = [
        row["rule_code"]
        for row in seed_rows("rules")
        if wanted.lower() == row["rule_code"] or (row["rule_id"] and wanted.upper() == row["rule_id"])
    ]
    if not codes:
        raise UserError(f"There is no rule {wanted!r}; `roamledger rules` lists them.")
    return codes


def _ask(paths: Paths, sql: str, parameters: dict[str, object]) -> Answer:
    with open_published(paths) as con:
        try:
            return ask(con, sql, parameters)
        except duckdb.CatalogException as error:
            raise UserError(
                f"The published file {paths.published_file} has no exceptions; run `roamledger run` first."
            ) from error
