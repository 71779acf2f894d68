"""The SQL of a trial: the hits of a rule, now and as tried, and what they have to do with money and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from pipeline.adhoc.models import Judge
from pipeline.plain_values import plain_decimal
from pipeline.rules.catalogue import Rule
from pipeline.rules.lineage import SETTINGS, SEVERITIES, Lineage
from pipeline.rules.question import Question

SHOWN_EXAMPLES = 10


@dataclass(frozen=True)
class Catch:
    """CDRs of one partner and currency on one side (now, tried, newly, no_longer), and what they proved to be."""

    side: str
    partner: str
    currency: str
    cdr_count: int
    claimed_excl_vat: Decimal
    proved_right: int
    proved_wrong: int

    @property
    def undecided(self) -> int:
        """CDRs of which nobody said anything."""
        return self.cdr_count - self.proved_right - self.proved_wrong


@dataclass(frozen=True)
class Move:
    """CDRs whose verdict would be another one."""

    verdict_now: str
    verdict_tried: str
    currency: str
    cdr_count: int
    claimed_excl_vat: Decimal


@dataclass(frozen=True)
class Example:
    """A CDR that would be newly caught."""

    cdr_label: str
    partner: str
    session_date: date
    currency: str
    claimed_excl_vat: Decimal | None
    observed: str | None
    bound: str | None
    verdict_now: str
    verdict_tried: str
    proof: str | None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything in it that could name a driver."""
        return tuple(text for text in (self.cdr_label, self.observed, self.bound) if text)

    def masked(self, texts: Mapping[str, str]) -> Example:
        """The same with these texts in the place of its own."""
        return replace(
            self,
            cdr_label=texts[self.cdr_label],
            observed=self.observed and texts[self.observed],
            bound=self.bound and texts[self.bound],
        )


def hits_sql(con: duckdb.DuckDBPyConnection, lineage: Lineage, rule: Rule) -> str:
    """One row per CDR that the rule hits, with the rank of its severity (1 is reject), as `fct_findings` has it."""
    holders = [_hits_of(con, lineage.judges[holder], rule) for holder in lineage.holders(rule)]
    return f"""
        select
            hits.cdr_key,
            min({_rank("coalesce(severities.severity, hits.severity, codes.severity)")}) as severity_rank,
            min(hits.observed) as observed,
            min(hits.bound) as bound
        from ({" union all ".join(holders)}) as hits
        inner join seeds.codes on codes.code = '{rule.code}'
        left join {lineage.judges[SEVERITIES].relation} as severities
            on hits.cdr_key = severities.cdr_key and severities.rule_code = '{rule.code}'
        where coalesce(severities.severity <> 'off', true)
        group by hits.cdr_key
    """


def _hits_of(con: duckdb.DuckDBPyConnection, judge: Judge, rule: Rule) -> str:
    columns = {row[0] for row in con.execute(f"describe {judge.relation}").fetchall()}
    severity = "hits.severity" if "severity" in columns else "cast(null as varchar)"
    if rule.layer == "pricing" and judge.schema == "pricing":
        return f"""
            select cdrs.cdr_key, {severity} as severity, hits.detail as observed, cast(null as varchar) as bound
            from {judge.relation} as hits
            inner join core.fct_cdrs as cdrs on hits.cdr_no = cdrs.cdr_no
            where hits.code = '{rule.code}'
        """
    return f"""
        select hits.object_key as cdr_key, {severity} as severity, hits.observed, hits.bound
        from {judge.relation} as hits
        where hits.object_type = 'cdr' and hits.rule_code = '{rule.code}'
    """


def compare(con: duckdb.DuckDBPyConnection, question: Question, *, now: str, tried: str) -> None:
    """Make `temp.asked_cdrs`, the CDRs that the question is about, and `temp.compared`, those hit either way."""
    override = question.override
    classes, in_class, given = "", "", {}
    if override.power_class:
        classes = "inner join validation.int_cdr_connectors as connectors on cdrs.cdr_no = connectors.cdr_no"
        in_class, given = "and connectors.power_class = $power_class", {"power_class": override.power_class}
    con.execute(
        f"""
        create temp table asked_cdrs as
        select
            cdrs.cdr_key,
            cdrs.cdr_label,
            cdrs.partner,
            cdrs.session_date
        from core.fct_cdrs as cdrs
        {classes}
        where
            cdrs.session_date >= $since
            and coalesce(cdrs.session_date < $until, true)
            and coalesce(cdrs.partner = $partner, true)
            {in_class}
        """,
        {"since": override.valid_from, "until": override.valid_to, "partner": override.partner, **given},
    )
    con.execute(
        f"""
        create temp table compared as
        with now as ({now}),

        tried as ({tried}),

        hits as (
            select
                coalesce(tried.cdr_key, now.cdr_key) as cdr_key,
                now.severity_rank as rank_now,
                tried.severity_rank as rank_tried,
                coalesce(tried.observed, now.observed) as observed,
                coalesce(tried.bound, now.bound) as bound
            from now
            full outer join tried on now.cdr_key = tried.cdr_key
        ),

        others as (
            select
                object_key as cdr_key,
                min({_rank("severity")}) as severity_rank
            from verdicts.fct_findings
            where object_type = 'cdr' and code <> $code and object_key in (select hits.cdr_key from hits)
            group by object_key
        ),

        judged as (
            select
                asked_cdrs.cdr_label,
                asked_cdrs.partner,
                asked_cdrs.session_date,
                coalesce(verdicts.currency, 'XXX') as currency,
                abs(verdicts.claimed_excl_vat) as claimed_excl_vat,
                hits.*,
                verdicts.verdict as verdict_now,
                verdicts.decision_event_number is not null as is_decided,
                least(coalesce(hits.rank_now, 3), coalesce(others.severity_rank, 3)) as worst_now,
                least(coalesce(hits.rank_tried, 3), coalesce(others.severity_rank, 3)) as worst_tried,
                proofs.proof
            from hits
            inner join asked_cdrs on hits.cdr_key = asked_cdrs.cdr_key
            inner join verdicts.fct_cdr_verdicts as verdicts on hits.cdr_key = verdicts.cdr_key
            left join others on hits.cdr_key = others.cdr_key
            left join verdicts.int_cdr_proofs as proofs on hits.cdr_key = proofs.cdr_key
        )

        select
            *,
            case
                when is_decided or worst_now = worst_tried then verdict_now
                else ['rejected', 'held', 'accepted'][worst_tried]
            end as verdict_tried
        from judged
        """,
        {"code": question.rule.code},
    )


def asked_about(con: duckdb.DuckDBPyConnection) -> int:
    """How many CDRs the question is about."""
    row = con.execute("select count(*) from temp.asked_cdrs").fetchone()
    assert row is not None
    return row[0]


def catches(con: duckdb.DuckDBPyConnection) -> tuple[Catch, ...]:
    """Counts and money of each side, by partner and currency."""
    rows = con.execute(
        """
        with sides as (
            select 'now' as side, * from temp.compared where rank_now is not null
            union all
            select 'tried', * from temp.compared where rank_tried is not null
            union all
            select 'newly', * from temp.compared where rank_now is null
            union all
            select 'no_longer', * from temp.compared where rank_tried is null
        )

        select
            side,
            partner,
            currency,
            count(*),
            coalesce(sum(claimed_excl_vat), 0),
            count(*) filter (where proof = 'right'),
            count(*) filter (where proof = 'wrong')
        from sides
        group by side, partner, currency
        order by partner, currency, side
        """
    ).fetchall()
    return tuple(Catch(*row) for row in rows)


def moves(con: duckdb.DuckDBPyConnection) -> tuple[Move, ...]:
    """CDRs that would have another verdict."""
    rows = con.execute(
        """
        select verdict_now, verdict_tried, currency, count(*), coalesce(sum(claimed_excl_vat), 0)
        from temp.compared
        where verdict_now <> verdict_tried
        group by verdict_now, verdict_tried, currency
        order by verdict_now, verdict_tried, currency
        """
    ).fetchall()
    return tuple(Move(*row) for row in rows)


def examples(con: duckdb.DuckDBPyConnection) -> list[Example]:
    """Those newly caught that claim most."""
    rows = con.execute(
        f"""
        select
            cdr_label, partner, session_date, currency, claimed_excl_vat, observed, bound, verdict_now, verdict_tried,
            proof
        from temp.compared
        where rank_now is null
        order by claimed_excl_vat desc nulls last, cdr_label
        limit {SHOWN_EXAMPLES}
        """
    ).fetchall()
    return [Example(*row) for row in rows]


def settings_now(con: duckdb.DuckDBPyConnection, question: Question) -> dict[str, tuple[str, ...]]:
    """The values in force of the parameters tried, the default first."""
    found: dict[str, tuple[str, ...]] = {}
    for parameter in question.override.parameters:
        rows = con.execute(
            f"""
            select value
            from validation.{SETTINGS}
            where rule_code = ? and parameter = ?
            group by value
            order by min(rule_scope_no), value
            """,
            [question.rule.code, parameter],
        ).fetchall()
        found[parameter] = tuple(plain_decimal(row[0]) for row in rows)
    return found


def _rank(severity: str) -> str:
    return f"case {severity} when 'reject' then 1 when 'hold' then 2 else 3 end"
