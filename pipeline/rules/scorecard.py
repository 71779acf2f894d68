"""The scorecard of partners, read from the published warehouse, as a page and as records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from pipeline.dashboard.figures import month as month_name
from pipeline.dashboard.figures import percent, percent_range, points
from pipeline.explain.numbers import MISSING, amount, number
from pipeline.explain.page import Block, Heading, Page, Row, Say, Table
from pipeline.published import open_published
from pipeline.settings import Paths, UserError

ALL = "all"


@dataclass(frozen=True)
class ModuleScore:
    """How much of what a partner sent of one module is clean."""

    receipt_month: date
    partner: str
    module: str
    currency: str | None
    received_count: int
    faulty_count: int
    stopped_count: int
    clean_rate: Decimal
    wilson_low: Decimal
    wilson_high: Decimal
    previous_clean_rate: Decimal | None
    faulty_claimed_excl_vat: Decimal | None
    stopped_claimed_excl_vat: Decimal | None


@dataclass(frozen=True)
class RuleScore:
    """How often a partner breaks one rule."""

    receipt_month: date
    partner: str
    module: str
    object_type: str
    rule_code: str
    title: str
    currency: str | None
    received_count: int
    object_count: int
    stopped_count: int
    rate: Decimal
    previous_rate: Decimal | None
    rate_change: Decimal | None
    claimed_excl_vat: Decimal | None
    money_at_stake_excl_vat: Decimal | None


@dataclass(frozen=True)
class Scorecard:
    """A month of one partner; without one, the modules of each and the rules of all together."""

    partner: str | None
    month: date
    modules: list[ModuleScore]
    rules: list[RuleScore]


def read_scorecard(paths: Paths, partner: str | None, month: date | None) -> Scorecard:
    """Read a month, by default the newest that is over.

    Raises UserError when nothing is published and for a partner or month of which nothing came.
    """
    with open_published(paths) as con:
        try:
            return _read(con, partner, month)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise UserError(
                f"{paths.published_file} has no scorecards; run `roamledger run` with this version first."
            ) from error


def _read(con: duckdb.DuckDBPyConnection, partner: str | None, month: date | None) -> Scorecard:
    known = {row[0] for row in con.execute("select distinct partner from kpis.kpi_partner_scorecard").fetchall()}
    if partner is not None and (partner not in known or partner == ALL):
        names = ", ".join(sorted(known - {ALL})) or "nobody"
        raise UserError(f"Nothing came from a partner {partner!r}; there are objects of {names}.")
    chosen = month or _newest(con, partner)
    modules = con.execute(
        """
        select * exclude (kpi_key) from kpis.kpi_partner_scorecard
        where receipt_month = $month and coalesce(partner = $partner, true)
        order by partner <> 'all', partner, module, currency
        """,
        {"month": chosen, "partner": partner},
    ).fetchall()
    if chosen is None or not modules:
        who, when = partner or "any partner", f" in {month_name(chosen)}" if chosen else ""
        raise UserError(f"Nothing came from {who}{when}.")
    rules = con.execute(
        """
        select
            rules.receipt_month, rules.partner, rules.module, rules.object_type, rules.rule_code, codes.title,
            rules.currency, rules.received_count, rules.object_count, rules.stopped_count, rules.rate,
            rules.previous_rate, rules.rate_change, rules.claimed_excl_vat, rules.money_at_stake_excl_vat
        from kpis.kpi_partner_scorecard_monthly as rules
        inner join seeds.codes on rules.rule_code = codes.code
        where
            rules.receipt_month = $month and rules.partner = $partner
            and (rules.object_count > 0 or rules.previous_rate > 0)
        order by rules.stopped_count desc, rules.object_count desc, rules.rule_code, rules.currency
        """,
        {"month": chosen, "partner": partner or ALL},
    ).fetchall()
    return Scorecard(partner, chosen, [ModuleScore(*row) for row in modules], [RuleScore(*row) for row in rules])


def _newest(con: duckdb.DuckDBPyConnection, partner: str | None) -> date | None:
    row = con.execute(
        """
        select
            coalesce(
                max(receipt_month) filter (where receipt_month < date_trunc('month', as_of)), max(receipt_month)
            )
        from kpis.kpi_partner_scorecard, meta.published_version
        where coalesce(partner = $partner, true)
        """,
        {"partner": partner},
    ).fetchone()
    return row[0] if row else None


def scorecard_page(card: Scorecard) -> Page:
    """The page of a scorecard."""
    who = card.partner or "all partners"
    blocks: list[Block] = [Heading("Modules"), _modules(card.modules), Heading("Rules"), _rules(card.rules)]
    return Page(
        f"Quality of {who}, {month_name(card.month)}",
        "Objects by the month in which they first came; change against the month before",
        tuple(blocks),
        "Stopped: held or rejected by a rule. Clean: without any finding, with its Wilson 95 % interval. "
        "Money without VAT and sign.",
    )


def _modules(scores: Sequence[ModuleScore]) -> Table:
    columns = ("Partner", "Module", "Received", "Faulty", "Stopped", "Clean", "Interval", "Change", "Currency")
    columns += ("Claimed by faulty", "Claimed by stopped")
    rows = tuple(
        Row(
            (
                score.partner,
                score.module,
                number(score.received_count),
                number(score.faulty_count),
                number(score.stopped_count),
                percent(float(score.clean_rate)),
                percent_range(float(score.wilson_low), float(score.wilson_high)),
                _change(score.clean_rate, score.previous_clean_rate),
                score.currency or MISSING,
                amount(score.faulty_claimed_excl_vat),
                amount(score.stopped_claimed_excl_vat),
            ),
            is_total=score.partner == ALL,
        )
        for score in scores
    )
    return Table(columns, rows, frozenset({0, 1, 8}))


def _rules(scores: Sequence[RuleScore]) -> Block:
    if not scores:
        return Say("No rule was broken in this month or the one before.")
    columns = ("Rule", "Code", "Module", "Objects", "Stopped", "Rate", "Change", "Currency", "At stake")
    rows = tuple(
        Row(
            (
                score.title,
                score.rule_code,
                score.module,
                number(score.object_count),
                number(score.stopped_count),
                percent(float(score.rate)),
                _change(score.rate, score.previous_rate),
                score.currency or MISSING,
                amount(score.money_at_stake_excl_vat),
            )
        )
        for score in scores
    )
    return Table(columns, rows, frozenset({0, 1, 2, 7}))


def _change(rate: Decimal, before: Decimal | None) -> str:
    return points(None if before is None else float(rate - before))
