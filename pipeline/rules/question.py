"""What somebody wants to try: a rule, other bounds or another severity, for whom and over which days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import get_args

import yaml
from pydantic import ValidationError

from pipeline.plain_values import plain_decimal
from pipeline.rule_overrides import PowerClass, RuleOverride
from pipeline.rules.catalogue import Rule, named
from pipeline.settings import UserError

_SEVERITIES = ("reject", "hold", "warn", "off")


@dataclass(frozen=True)
class Question:
    """A rule and the override to try on sessions that ended on the local dates [valid_from, valid_to)."""

    rule: Rule
    override: RuleOverride

    def entry(self, valid_from: date) -> str:
        """The entry of rules.yml that puts it into force from a date on."""
        override = self.override
        fields: dict[str, object] = {"rule": override.rule}
        fields |= {"partner": override.partner} if override.partner else {}
        fields |= {"power_class": override.power_class} if override.power_class else {}
        fields["valid_from"] = valid_from
        if override.parameters:
            fields["parameters"] = {name: _Number(plain_decimal(value)) for name, value in override.parameters.items()}
        fields |= {"severity": override.severity} if override.severity else {}
        fields["reason"] = "say here who agreed to it, and why"
        return yaml.dump({"overrides": [fields]}, Dumper=_Dumper, sort_keys=False, width=120)


def question(
    rule: str,
    params: Sequence[str],
    *,
    severity: str | None,
    partner: str | None,
    power_class: str | None,
    since: str,
    until: str | None,
) -> Question:
    """Read what a user gave.

    Raises UserError for whatever does not fit the catalogue.
    """
    parameters = dict(_parameter(param) for param in params)
    if len(parameters) < len(params):
        raise UserError("A parameter is given twice; keep one value of it.")
    chosen = _the_one(rule, set(parameters), severity)
    if severity is not None and severity not in _SEVERITIES:
        raise UserError(f"There is no severity {severity!r}; use {', '.join(_SEVERITIES)}.")
    if power_class is not None and power_class not in get_args(PowerClass):
        raise UserError(f"There is no power class {power_class!r}; use {', '.join(get_args(PowerClass))}.")
    first, end = _day(since), _day(until) if until is not None else None
    if end is not None and end <= first:
        raise UserError(
            f"--until {end} is the first day no longer looked at, so it must be later than --since {first}."
        )
    try:
        override = RuleOverride.model_validate(
            {
                "rule": chosen.code,
                "partner": partner,
                "power_class": power_class,
                "valid_from": first,
                "valid_to": end,
                "parameters": parameters,
                "severity": severity,
                "reason": "a trial",
            }
        )
    except ValidationError as error:
        raise UserError("\n".join(_sentence(item) for item in error.errors())) from error
    return Question(chosen, override)


def _the_one(name: str, parameters: set[str], severity: str | None) -> Rule:
    """The rule on CDRs that is meant; a number of several codes means the one that has the parameters."""
    found = [rule for rule in named(name) if rule.object_type == "cdr"]
    if not found:
        other = named(name)[0]
        raise UserError(f"Rule {other.name} judges a {other.object_type}; only rules on CDRs can be tried.")
    fitting = [rule for rule in found if parameters <= {parameter.name for parameter in rule.parameters}]
    if len(found) > 1 and len(fitting) != 1:
        codes = ", ".join(rule.code for rule in found)
        raise UserError(f"{name} stands for several rules; name one of them: {codes}.")
    chosen = fitting[0] if len(found) > 1 else found[0]
    known = [parameter.name for parameter in chosen.parameters]
    for parameter in sorted(parameters - set(known)):
        names = ", ".join(known) if known else "none"
        raise UserError(f"Rule {chosen.name} has no parameter {parameter!r}; it has: {names}.")
    if not parameters and severity is None:
        how = (
            f"--param NAME=VALUE ({', '.join(known)}) or --severity"
            if known
            else "--severity, for it has no parameters"
        )
        raise UserError(f"Say what to try of rule {chosen.name}: {how}.")
    return chosen


def _parameter(text: str) -> tuple[str, Decimal]:
    name, is_given, value = text.partition("=")
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        number = None
    if not is_given or not name.strip() or number is None or not number.is_finite():
        raise UserError(f"--param {text!r} is not understood; write it like after_h=48.")
    return name.strip(), number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(f"{text!r} is not a date; write it like 2026-11-01.") from error


def _sentence(item: object) -> str:
    assert isinstance(item, dict)
    where = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


class _Number(str):
    """A decimal that is written as it stands, without quotes."""


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as the example does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _write_number(dumper: yaml.SafeDumper, value: _Number) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float", str(value))


_Dumper.add_representer(_Number, _write_number)
