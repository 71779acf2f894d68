"""The catalogue as the seeds hold it, and the rule that somebody names in it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from pipeline.rule_overrides import RuleOverride, seed_rows
from pipeline.settings import DBT_PROJECT_DIR, UserError


@dataclass(frozen=True)
class Parameter:
    """A bound of a rule, as it holds where nothing is overridden."""

    name: str
    value: Decimal
    unit: str
    source: str


@dataclass(frozen=True)
class Rule:
    """One code of the catalogue; `rule_id` is empty for those beyond the sixty."""

    code: str
    rule_id: str
    version: int
    title: str
    severity: str
    family: str
    object_type: str
    layer: str
    judges: str
    reason_code: str
    awaits: str
    completed_with: str
    explanation: str
    source: str
    parameters: tuple[Parameter, ...]
    actions: tuple[str, ...]

    @property
    def name(self) -> str:
        """What people call it: `R28 cdr_late`."""
        return f"{self.rule_id} {self.code}".strip()


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule: the sixty in their order, then the others in that of the seed."""
    codes = {row["code"]: row for row in seed_rows("codes")}
    parameters: dict[str, list[Parameter]] = {}
    for row in seed_rows("rule_parameters"):
        parameter = Parameter(row["parameter"], Decimal(row["value"]), row["unit"], row["source"])
        parameters.setdefault(row["rule_code"], []).append(parameter)
    actions = _actions()
    found = [
        Rule(
            code=row["rule_code"],
            rule_id=row["rule_id"],
            version=int(row["rule_version"]),
            title=codes[row["rule_code"]]["title"],
            severity=codes[row["rule_code"]]["severity"],
            family=row["family"],
            object_type=row["object_type"],
            layer=row["layer"],
            judges=row["judges"],
            reason_code=row["reason_code"],
            awaits=row["awaits"],
            completed_with=row["completed_with"],
            explanation=codes[row["rule_code"]]["explanation"],
            source=codes[row["rule_code"]]["source"],
            parameters=tuple(parameters.get(row["rule_code"], ())),
            actions=actions.get((row["family"], codes[row["rule_code"]]["severity"]), ()),
        )
        for row in seed_rows("rules")
    ]
    return tuple(sorted(found, key=lambda rule: rule.rule_id or "R99"))


def named(text: str) -> tuple[Rule, ...]:
    """The rules that a code or an R-number names; several codes may share a number.

    Raises UserError when there is none.
    """
    wanted = text.strip()
    found = tuple(rule for rule in rules() if wanted.lower() == rule.code or wanted.upper() == rule.rule_id)
    if found:
        return found
    names = [name for rule in rules() for name in (rule.code, rule.rule_id) if name]
    near = difflib.get_close_matches(wanted.lower(), names, n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`roamledger rules` lists them."
    raise UserError(f"There is no rule {wanted!r}. {hint}")


def overrides_of(rule: Rule, overrides: list[RuleOverride], on: date | None = None) -> tuple[RuleOverride, ...]:
    """The overrides of a rule; with a date, those that hold for sessions that end on it."""
    return tuple(
        override
        for override in overrides
        if override.rule == rule.code
        and (on is None or (override.valid_from <= on and (override.valid_to is None or on < override.valid_to)))
    )


def _actions() -> dict[tuple[str, str], tuple[str, ...]]:
    """What may be done about a finding, by family and severity."""
    if not (DBT_PROJECT_DIR / "seeds" / "rule_actions.csv").exists():
        return {}
    return {(row["family"], row["severity"]): tuple(row["actions"].split()) for row in seed_rows("rule_actions")}
