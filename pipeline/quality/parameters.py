"""Bounds of rules, from the seed that the SQL rules use too: the catalogue's defaults, whatever a partner agreed."""

from __future__ import annotations

import csv
import re
from functools import cache

from pipeline.settings import DBT_PROJECT_DIR

_NAMED = re.compile(r"@(\w+)[.](\w+)")


@cache
def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed as text."""
    with (DBT_PROJECT_DIR / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parameter(code: str, name: str) -> str:
    """The digits of one bound. Raises KeyError when the seed has none of that name."""
    for row in seed("rule_parameters"):
        if row["rule_code"] == code and row["parameter"] == name:
            return row["value"]
    raise KeyError(f"rule_parameters.csv has no {name} of {code}")


def with_parameters(sql: str) -> str:
    """Put the digits in the place of each `@rule_code.parameter`."""
    return _NAMED.sub(lambda found: parameter(found[1], found[2]), sql)
