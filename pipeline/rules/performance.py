"""What the published warehouse says of each rule: how often it was broken, what for, and whether it was right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from pipeline.published import open_published
from pipeline.settings import Paths


@dataclass(frozen=True)
class Found:
    """A rule's findings in all: objects that break it, and of the CDRs among them the money at stake by currency."""

    object_count: int
    at_stake: dict[str, Decimal]
    proved_right: int
    proved_wrong: int


@dataclass(frozen=True)
class Performance:
    """One row of `verdicts.fct_rule_performance`."""

    partner: str
    receipt_month: date
    currency: str
    cdr_count: int
    stopped_count: int
    stopped_alone_count: int
    money_at_stake_excl_vat: Decimal
    proved_right_count: int
    proved_wrong_count: int
    undecided_count: int
    precision_rate: Decimal | None
    precision_low: Decimal | None
    precision_high: Decimal | None
    money_protected_excl_vat: Decimal
    decision_count: int
    median_decision_h: Decimal | None


@dataclass(frozen=True)
class History:
    """What is published: the business clock, and the findings by rule."""

    as_of: date
    found: dict[str, Found]


def read_history(paths: Paths) -> History | None:
    """Read the findings of all rules; None where nothing is published that counts them."""
    if not paths.published_file.exists():
        return None
    with open_published(paths) as con:
        try:
            clock = con.execute("select cast(timezone('UTC', as_of) as date) from meta.published_version").fetchone()
            counts = con.execute("select code, count(*) from verdicts.fct_findings group by code").fetchall()
            sums = con.execute(
                """
                select
                    rule_code, currency, sum(money_at_stake_excl_vat), sum(proved_right_count), sum(proved_wrong_count)
                from verdicts.fct_rule_performance
                group by rule_code, currency
                order by rule_code, currency
                """
            ).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            return None
    if clock is None:
        return None
    found = {code: Found(count, {}, 0, 0) for code, count in counts}
    for code, currency, at_stake, right, wrong in sums:
        before = found[code]
        money = {**before.at_stake, currency: at_stake}
        found[code] = Found(
            before.object_count, money, before.proved_right + int(right), before.proved_wrong + int(wrong)
        )
    return History(clock[0], found)


def read_performance(paths: Paths, rule_code: str) -> list[Performance]:
    """The rule's rows by partner and month, the newest month first; none where nothing is published."""
    if not paths.published_file.exists():
        return []
    with open_published(paths) as con:
        try:
            rows = con.execute(
                """
                select
                    partner, receipt_month, currency, cdr_count, stopped_count, stopped_alone_count,
                    money_at_stake_excl_vat, proved_right_count, proved_wrong_count, undecided_count,
                    precision_rate, precision_low, precision_high, money_protected_excl_vat,
                    decision_count, median_decision_h
                from verdicts.fct_rule_performance
                where rule_code = ?
                order by receipt_month desc, partner, currency
                """,
                [rule_code],
            ).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            return []
    return [Performance(*row) for row in rows]
