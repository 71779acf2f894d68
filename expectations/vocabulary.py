"""Words shared by the suites: which rule an expectation stands for, required fields, identifier forms, bounds."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from great_expectations.expectations import (
    ExpectColumnPairValuesAToBeGreaterThanB,
    ExpectColumnValuesToBeBetween,
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToBeNull,
    ExpectColumnValuesToMatchRegex,
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from pipeline.settings import DBT_PROJECT_DIR

_SEEDS = DBT_PROJECT_DIR / "seeds"

# ISO 15118 or DIN 91286 form of an EVSE id (rule R10). The three forms are those of `macros/rules.sql`.
EVSE_ID = r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}|\+?[0-9]{1,3}\*[0-9]{3,6}\*[0-9*]{1,32}"
# ISO or DIN form of a contract id, with or without separators and check digit (rule R15).
CONTRACT_ID = (
    r"[A-Z]{2}[A-Z0-9]{3}[A-Z0-9]{9}[A-Z0-9]?|[A-Z]{2}-[A-Z0-9]{3}-[A-Z0-9]{9}(-[A-Z0-9])?"
    r"|[A-Z]{2}[*-]?[A-Z0-9]{3}[*-]?[A-Z0-9]{6}[*-]?[0-9X]"
)
# 4, 7 or 10 bytes in hexadecimal digits (rule R17).
RFID_UID = r"[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20}"


def rule(code: str, observed: str) -> dict[str, str]:
    """Name the rule of the catalogue and the column whose text is kept as observed."""
    return {"rule_code": code, "observed": observed}


def required(code: str, fields: Sequence[str], *, only_when: str | None = None) -> list[Expectation]:
    """Expect each field to be there; `only_when` names a boolean column, such as one that tells the OCPI version."""
    condition = None if only_when is None else Column(only_when) == True  # noqa: E712
    return [
        ExpectColumnValuesToNotBeNull(
            column=field, row_condition=condition, meta={"rule_code": code, "observed_text": field}
        )
        for field in fields
    ]


def in_form(code: str, column: str, form: str, *, observed: str) -> Expectation:
    """Expect the identifier, where there is one, to have the form as a whole; upper and lower case are equal."""
    # No group is captured: pandas warns about groups.
    regex = f"(?i)^(?:{form.replace('(', '(?:')})$"
    return ExpectColumnValuesToMatchRegex(column=column, regex=regex, meta=rule(code, observed))


def in_range(
    code: str, column: str, *, least: float | None = None, most: float | None = None, observed: str
) -> Expectation:
    """Expect the number, where there is one, to lie within the bounds, both included."""
    return ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most, meta=rule(code, observed))


def one_of(code: str, column: str, values: Sequence[str]) -> Expectation:
    """Expect the code, where there is one, to be of the list."""
    return ExpectColumnValuesToBeInSet(column=column, value_set=list(values), meta=rule(code, column))


def known_countries() -> list[str]:
    """List the ISO 3166 alpha-3 codes of the seed that the SQL rules use too."""
    return [row["country_alpha3"] for row in _seed("countries")]


def parameter(code: str, name: str) -> float:
    """Look up the bound of a rule in the seed that the SQL rules use too."""
    return next(
        float(row["value"]) for row in _seed("rule_parameters") if row["rule_code"] == code and row["parameter"] == name
    )


def _seed(name: str) -> list[dict[str, str]]:
    with (_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def not_before(code: str, later: str, earlier: str, *, observed: str) -> Expectation:
    """Expect one time not to lie before the other, where both are there."""
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later,
        column_B=earlier,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        meta=rule(code, observed),
    )


def absent(code: str, column: str) -> Expectation:
    """Expect the column, which names what is wrong, to be empty."""
    return ExpectColumnValuesToBeNull(column=column, meta=rule(code, column))
