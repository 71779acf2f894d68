"""`roamledger rules`: the catalogue, one rule, and what a rule would have found with another bound."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.settings import Paths

if TYPE_CHECKING:
    from pipeline.rule_overrides import RuleOverride
    from pipeline.rules.catalogue import Rule
    from pipeline.rules.performance import Found, History
    from pipeline.rules.trial import Trial


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    markdown = "markdown"


class TrialFormat(StrEnum):
    """How a trial is written."""

    table = "table"
    json = "json"


app = typer.Typer(
    name="rules", help="The rules on what partners send: what they are, what they are worth, other bounds."
)

Form = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
RuleName = Annotated[str, typer.Argument(metavar="RULE", help="Its code, or its number such as R28.")]


@app.callback(invoke_without_command=True)
def rules(context: typer.Context, form: Form = Format.table) -> None:
    """List all rules with their bounds, overrides in force and what they found."""
    from pipeline.commands.output import print_json
    from pipeline.commands.pages import print_page
    from pipeline.partners import load_config
    from pipeline.rules.catalogue import overrides_of
    from pipeline.rules.catalogue import rules as catalogue
    from pipeline.rules.pages import list_page
    from pipeline.rules.performance import read_history

    if context.invoked_subcommand:
        return
    paths: Paths = context.obj
    config, history = load_config(paths), read_history(paths)
    today = _today(history)
    in_force = {rule.code: overrides_of(rule, config.rule_overrides, today) for rule in catalogue()}
    if form is Format.json:
        print_json([_record(rule, in_force[rule.code], history) for rule in catalogue()])
    else:
        print_page(list_page(catalogue(), in_force, history), is_markdown=form is Format.markdown)


@app.command()
def show(context: typer.Context, rule: RuleName, form: Form = Format.table) -> None:
    """Show everything of one rule, or of those that share a number."""
    from pipeline.commands.output import print_json
    from pipeline.commands.pages import print_page
    from pipeline.partners import load_config
    from pipeline.rules.catalogue import named, overrides_of
    from pipeline.rules.pages import rule_page
    from pipeline.rules.performance import read_history, read_performance

    found = named(rule)
    paths: Paths = context.obj
    config, history = load_config(paths), read_history(paths)
    records = []
    for each in found:
        overrides, performance = overrides_of(each, config.rule_overrides), read_performance(paths, each.code)
        if form is Format.json:
            record = _record(each, overrides, history)
            records.append(record | {"performance": [asdict(row) for row in performance]})
        else:
            print_page(rule_page(each, overrides, history, performance), is_markdown=form is Format.markdown)
    if form is Format.json:
        print_json(records)


@app.command("try")
def try_rule(
    context: typer.Context,
    rule: RuleName,
    since: Annotated[str, typer.Option(metavar="DATE", help="Sessions that ended on that local date or later.")],
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Another value of a parameter; may be repeated.")
    ] = None,
    severity: Annotated[str | None, typer.Option(help="Another severity: reject, hold, warn or off.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only for this partner, as named in partners.yml.")] = None,
    power_class: Annotated[
        str | None, typer.Option(help="Only for this kind of connector, such as dc_50_to_149.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Sessions that ended before that date.")] = None,
    form: Annotated[TrialFormat, typer.Option("--format", help="How the answer is written.")] = TrialFormat.table,
) -> None:
    """Ask history what a rule would have found with another bound or severity; nothing is changed."""
    from pipeline.commands.output import print_json
    from pipeline.commands.pages import print_page
    from pipeline.commands.price import tell_compiling
    from pipeline.rules.question import question
    from pipeline.rules.trial import run_trial
    from pipeline.rules.trial_page import trial_page

    asked = question(
        rule, param or [], severity=severity, partner=partner, power_class=power_class, since=since, until=until
    )
    tell_compiling()
    trial = run_trial(context.obj, asked)
    entry = asked.entry(trial.as_of.astimezone(UTC).date())
    if form is TrialFormat.json:
        print_json(_trial_record(trial) | {"rules_yml": entry})
        return
    print_page(trial_page(trial))
    sys.stdout.write(f"\nTo put it into force, add this to rules.yml in the data directory:\n\n{entry}")


def _today(history: History | None) -> date:
    return history.as_of if history else datetime.now(UTC).date()


def _record(rule: Rule, overrides: tuple[RuleOverride, ...], history: History | None) -> dict[str, Any]:
    record = asdict(rule)
    found = history.found.get(rule.code) if history else None
    return {
        "rule_code": record.pop("code"),
        **record,
        "overrides": [override.model_dump() for override in overrides],
        "found": _found_record(found) if found else ({"object_count": 0} if history else None),
    }


def _found_record(found: Found) -> dict[str, Any]:
    return {
        "object_count": found.object_count,
        "money_at_stake": [{"currency": currency, "amount": amount} for currency, amount in found.at_stake.items()],
        "proved_right": found.proved_right,
        "proved_wrong": found.proved_wrong,
    }


def _trial_record(trial: Trial) -> dict[str, Any]:
    override = trial.question.override
    return {
        "rule_code": override.rule,
        "parameters": override.parameters,
        "parameters_now": {name: list(values) for name, values in trial.now.items()},
        "severity": override.severity,
        "partner": override.partner,
        "power_class": override.power_class,
        "since": override.valid_from,
        "until": override.valid_to,
        "as_of": trial.as_of,
        "cdr_count": trial.cdr_count,
        "catches": [asdict(catch) | {"undecided": catch.undecided} for catch in trial.catches],
        "verdict_changes": [asdict(move) for move in trial.moves],
        "newly_caught": [asdict(example) for example in trial.examples],
    }
