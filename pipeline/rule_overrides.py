"""rules.yml: what an agreement with a partner, or a kind of connector, changes of a rule, and from when to when.

What can be changed is what `seeds/rules.csv` and `seeds/rule_parameters.csv` name of rules on CDRs.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.entry import Entry, Slug
from pipeline.settings import DBT_PROJECT_DIR

PowerClass = Literal["ac", "ac_above_22", "dc_below_50", "dc_50_to_149", "dc_150_and_up"]
Value = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]

# Read once for all CDRs, so that an override of them would change nothing: how finely a claim shows its amounts, and
# what pricing says of its own sums.
SAME_FOR_EVERYBODY = frozenset(
    {
        ("recalc_total_mismatch", "most_decimals"),
        ("time_sum_mismatch", "tolerance_s"),
        ("time_sum_mismatch", "tolerance_h_per_period"),
        ("parking_sum_mismatch", "tolerance_s"),
        ("parking_sum_mismatch", "tolerance_h_per_period"),
        ("charging_and_parking_overlap", "tolerance_s"),
    }
)


@cache
def rule_parameters() -> dict[str, dict[str, Decimal]]:
    """The defaults of each rule on CDRs, by rule code and parameter; a rule without parameters has none."""
    parameters: dict[str, dict[str, Decimal]] = {
        row["rule_code"]: {} for row in seed_rows("rules") if row["object_type"] == "cdr"
    }
    for row in seed_rows("rule_parameters"):
        if row["rule_code"] in parameters:
            parameters[row["rule_code"]][row["parameter"]] = Decimal(row["value"])
    return parameters


class RuleOverride(Entry):
    """One change of a rule, for the sessions that end on the local dates [valid_from, valid_to)."""

    rule: str
    partner: Slug | None = None
    power_class: PowerClass | None = None
    valid_from: date
    valid_to: date | None = None
    parameters: dict[str, Value] = Field(default_factory=dict)
    severity: Literal["reject", "hold", "warn", "off"] | None = None
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_the_catalogue(self) -> RuleOverride:
        known = rule_parameters().get(self.rule)
        if known is None:
            raise ValueError(f"rule {self.rule!r} is not known, or judges no CDRs; `roamledger rules` lists them")
        for parameter in self.parameters:
            if parameter not in known:
                names = ", ".join(known) or "none"
                raise ValueError(f"rule {self.rule} has no parameter {parameter!r}; it has: {names}")
            if (self.rule, parameter) in SAME_FOR_EVERYBODY:
                raise ValueError(f"parameter {parameter!r} of rule {self.rule} is the same for everybody")
        if not self.parameters and self.severity is None:
            raise ValueError("give parameters or a severity; this entry changes nothing")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from (it is the first day no longer covered)")
        return self


class RulesFile(Entry):
    """rules.yml as a whole."""

    overrides: list[RuleOverride] = Field(default_factory=list)


def override_rows(overrides: list[RuleOverride]) -> list[tuple[object, ...]]:
    """Rows of `config.rule_overrides`: one a parameter changed, and one where the severity is; numbers from 1."""
    rows: list[tuple[object, ...]] = []
    for override in overrides:
        changes: list[tuple[str | None, Decimal | None, str | None]] = [
            (parameter, value, None) for parameter, value in override.parameters.items()
        ]
        if override.severity is not None:
            changes.append((None, None, override.severity))
        where = (override.partner, override.power_class, override.valid_from, override.valid_to, override.reason)
        rows += [(len(rows) + number, override.rule, *change, *where) for number, change in enumerate(changes, start=1)]
    return rows


def seed_rows(name: str) -> list[dict[str, str]]:
    """Rows of a seed as text."""
    with (DBT_PROJECT_DIR / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
