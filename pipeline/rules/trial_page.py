"""The page of a trial: what would be caught, at whom, what it proved to be, and how to put it into force."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.explain.numbers import MISSING, amount, number
from pipeline.explain.page import Block, Facts, Heading, Page, Row, Say, Table
from pipeline.plain_values import plain_decimal
from pipeline.rules.comparing import Catch
from pipeline.rules.trial import Trial

SIDES = {"now": "As it is", "tried": "As tried", "newly": "Newly caught", "no_longer": "No longer caught"}


def trial_page(trial: Trial) -> Page:
    """The whole page, without the entry for rules.yml."""
    rule, override = trial.question.rule, trial.question.override
    until = f" to before {override.valid_to}" if override.valid_to else ""
    blocks: list[Block] = [Facts(tuple(_facts(trial))), Heading("Caught"), _caught(trial.catches)]
    if len({catch.partner for catch in trial.catches}) > 1:
        blocks += [Heading("By partner"), _by_partner(trial.catches)]
    blocks += [Heading("Verdicts"), _moves(trial)]
    if trial.examples:
        blocks += [Heading("Newly caught, the dearest first"), _examples(trial)]
    return Page(
        f"Trial of {rule.name}: {rule.title}",
        f"{number(trial.cdr_count)} CDRs of sessions from {override.valid_from}{until}, as of {trial.as_of:%Y-%m-%d}",
        tuple(blocks),
        "Right: credited by the CPO, or rejected by hand. Wrong: accepted by hand as it stood. Nothing was changed.",
    )


def _facts(trial: Trial) -> list[tuple[str, str]]:
    rule, override = trial.question.rule, trial.question.override
    units = {parameter.name: parameter.unit for parameter in rule.parameters}
    facts = [
        (name, f"{plain_decimal(value)} {units[name]}, now {' or '.join(trial.now[name])}")
        for name, value in override.parameters.items()
    ]
    if override.severity:
        facts.append(("Severity", f"{override.severity}, by the catalogue {rule.severity}"))
    facts.append(("Partner", override.partner or "all"))
    facts.append(("Power class", override.power_class or "all"))
    return facts


def _caught(catches: Sequence[Catch]) -> Table:
    rows = []
    for side, label in SIDES.items():
        mine = [catch for catch in catches if catch.side == side]
        currencies = sorted({catch.currency for catch in mine})
        rows += [
            Row((label, *_cells([catch for catch in mine if catch.currency == each], each))) for each in currencies
        ]
        if not currencies:
            rows.append(Row((label, MISSING, "0", MISSING, "0", "0", "0")))
    columns = ("", "Currency", "CDRs", "Claimed", "Right", "Wrong", "Undecided")
    return Table(columns, tuple(rows), frozenset({0, 1}))


def _cells(catches: Sequence[Catch], currency: str) -> tuple[str, ...]:
    return (
        currency,
        number(sum(catch.cdr_count for catch in catches)),
        amount(sum((catch.claimed_excl_vat for catch in catches), Decimal(0))),
        number(sum(catch.proved_right for catch in catches)),
        number(sum(catch.proved_wrong for catch in catches)),
        number(sum(catch.undecided for catch in catches)),
    )


def _by_partner(catches: Sequence[Catch]) -> Table:
    places = sorted({(catch.partner, catch.currency) for catch in catches})
    rows = []
    for partner, currency in places:
        sides = {catch.side: catch for catch in catches if (catch.partner, catch.currency) == (partner, currency)}
        counts = [number(sides[side].cdr_count) if side in sides else "0" for side in SIDES]
        newly, gone = sides.get("newly"), sides.get("no_longer")
        money = [amount(side.claimed_excl_vat) if side else MISSING for side in (newly, gone)]
        rows.append(Row((partner, currency, *counts, *money)))
    columns = ("Partner", "Currency", *SIDES.values(), "Newly claimed", "No longer claimed")
    return Table(columns, tuple(rows), frozenset({0, 1}))


def _moves(trial: Trial) -> Block:
    if not trial.moves:
        return Say("None would change, given the other findings and what was decided by hand.")
    rows = tuple(
        Row((f"{m.verdict_now} to {m.verdict_tried}", m.currency, number(m.cdr_count), amount(m.claimed_excl_vat)))
        for m in trial.moves
    )
    return Table(("Verdict", "Currency", "CDRs", "Claimed"), rows, frozenset({0, 1}))


def _examples(trial: Trial) -> Table:
    rows = tuple(
        Row(
            (
                example.cdr_label,
                str(example.session_date),
                example.currency,
                amount(example.claimed_excl_vat),
                example.observed or MISSING,
                example.bound or MISSING,
                f"{example.verdict_now} to {example.verdict_tried}",
                example.proof or "undecided",
            )
        )
        for example in trial.examples
    )
    columns = ("CDR", "Session", "Currency", "Claimed", "Observed", "Bound", "Verdict", "Proved")
    return Table(columns, rows, frozenset({0, 1, 2, 4, 5, 6, 7}))
