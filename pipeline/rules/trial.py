"""Asks the working warehouse what a rule would have found with another bound or severity; nothing is written.

The override is added to a copy of those in force, and the models between them and the rule's hits are run again with
their own compiled SQL in the temporary database of the connection. Everything else is read as the last night left it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.adhoc.models import Judge
from pipeline.masking import mask_texts
from pipeline.rules import comparing
from pipeline.rules.comparing import Catch, Example, Move
from pipeline.rules.lineage import OVERRIDES, SEVERITIES, Lineage, redirected
from pipeline.rules.question import Question
from pipeline.settings import Paths, UserError
from pipeline.warehouse import open_warehouse, run_lock

_TRIED = "temp"


@dataclass(frozen=True)
class Trial:
    """What the rule found as it is and as it was tried, among the CDRs that the question is about."""

    question: Question
    as_of: datetime
    # What the parameters tried are now, for whoever is asked about; several where overrides differ.
    now: dict[str, tuple[str, ...]]
    cdr_count: int
    catches: tuple[Catch, ...]
    moves: tuple[Move, ...]
    examples: tuple[Example, ...]

    def side(self, side: str) -> list[Catch]:
        """The catches of one side: now, tried, newly or no_longer; one per partner and currency."""
        return [catch for catch in self.catches if catch.side == side]


def run_trial(paths: Paths, question: Question) -> Trial:
    """Try it on the history that the working warehouse holds.

    Raises UserError when a run is at work, when there is no whole build to ask, and for a partner nobody knows or a
    parameter that is the same for everybody.
    """
    if not paths.warehouse.exists():
        raise UserError(f"There is no warehouse at {paths.warehouse} yet; run `roamledger run` first.")
    # Between its steps a run leaves the file alone; to open it then would stop the next step.
    with run_lock(paths), open_warehouse(paths, read_only=True) as con:
        as_of = _last_build(con)
        lineage = Lineage.compiled()
        _refuse(lineage, question)
        with _old_warehouse(paths):
            _refuse_unknown_partner(con, question)
            again = _ask_again(con, lineage, question, as_of)
            hits = comparing.hits_sql(con, lineage, question.rule)
            comparing.compare(con, question, now=hits, tried=redirected(hits, again, _TRIED))
            examples = comparing.examples(con)
            texts = mask_texts(con, paths, [text for example in examples for text in example.texts])
            return Trial(
                question=question,
                as_of=as_of,
                now=comparing.settings_now(con, question),
                cdr_count=comparing.asked_about(con),
                catches=comparing.catches(con),
                moves=comparing.moves(con),
                examples=tuple(example.masked(texts) for example in examples),
            )


def _ask_again(con: duckdb.DuckDBPyConnection, lineage: Lineage, question: Question, as_of: datetime) -> list[Judge]:
    """Make the models that depend on the override anew, in the temporary database; give those that are there."""
    _write_overrides(con, question)
    names = lineage.scopes()
    if question.override.parameters:
        names += lineage.asked_again(question.rule)
    made = [lineage.judges[OVERRIDES]]
    for name in names:
        judge = lineage.judges[name]
        kind = "view" if judge.is_view else "table"
        con.execute(f'create temp {kind} "{name}" as\n{redirected(judge.sql_at(as_of), made, _TRIED)}')
        made.append(judge)
    return made


def _write_overrides(con: duckdb.DuckDBPyConnection, question: Question) -> None:
    """The overrides in force and the one to try, in whose place and scope no other stands."""
    override = question.override
    con.execute(
        f"""
        create temp table "{OVERRIDES}" as
        select * from staging."{OVERRIDES}"
        where not (
            rule_code = $rule
            and partner is not distinct from $partner
            and power_class is not distinct from $power_class
            and (list_contains($parameters, parameter) or (parameter is null and $severity is not null))
        )
        """,
        {
            "rule": override.rule,
            "partner": override.partner,
            "power_class": override.power_class,
            "parameters": list(override.parameters),
            "severity": override.severity,
        },
    )
    changes: Sequence[tuple[object, ...]] = [(name, value, None) for name, value in override.parameters.items()]
    if override.severity is not None:
        changes = [*changes, (None, None, override.severity)]
    for parameter, value, severity in changes:
        con.execute(
            f"""
            insert into temp."{OVERRIDES}" by name
            select
                (select coalesce(max(override_no), 0) + 1 from temp."{OVERRIDES}") as override_no,
                $rule as rule_code,
                $parameter as parameter,
                cast($value as decimal(18, 6)) as value,
                $severity as severity,
                $partner as partner,
                $power_class as power_class,
                $valid_from as valid_from_date,
                $valid_to as valid_to_date,
                'a trial' as reason
            """,
            {
                "rule": override.rule,
                "parameter": parameter,
                "value": value,
                "severity": severity,
                "partner": override.partner,
                "power_class": override.power_class,
                "valid_from": override.valid_from,
                "valid_to": override.valid_to,
            },
        )


def _last_build(con: duckdb.DuckDBPyConnection) -> datetime:
    try:
        row = con.execute("select as_of, is_complete from meta.last_build").fetchone()
    except duckdb.CatalogException:
        row = None
    if row is None or not row[1]:
        raise UserError("The last build is not whole, so there is no history to try a rule on; run `roamledger run`.")
    return row[0]


def _refuse(lineage: Lineage, question: Question) -> None:
    rule = question.rule
    if not lineage.holders(rule) or SEVERITIES not in lineage.judges:
        raise UserError(f"No model holds rule {rule.name} yet, so it cannot be tried.")
    fixed = sorted(set(question.override.parameters) - lineage.settings_read(rule))
    if fixed or (question.override.parameters and not lineage.asked_again(rule)):
        raise UserError(
            f"{', '.join(fixed)} of rule {rule.name} is the same for everybody and cannot be overridden; "
            "it is changed in seeds/rule_parameters.csv. A --severity can be tried."
        )


def _refuse_unknown_partner(con: duckdb.DuckDBPyConnection, question: Question) -> None:
    known = [row[0] for row in con.execute("select distinct partner from core.fct_cdrs order by partner").fetchall()]
    if question.override.partner is not None and question.override.partner not in known:
        names = ", ".join(known) or "nobody"
        raise UserError(f"No CDR is from a partner {question.override.partner!r}; there are CDRs of {names}.")


@contextmanager
def _old_warehouse(paths: Paths) -> Iterator[None]:
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise UserError(
            f"The warehouse {paths.warehouse} holds no findings, or those of another version of Roamledger; "
            "run `roamledger run` first."
        ) from error
