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

# ISO 15118 or DIN 91286 form of an EVSE id; upper and lower case are equal (rule R10).
EVSE_ID = r"(?i)^(?:[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}|\+?[0-9]{1,3}\*[0-9]{3,6}\*[0-9*]{1,32})$"
# ISO or DIN form of a contract id; the check digit is optional (rule R15).
CONTRACT_ID = (
    r"(?i)^(?:[A-Z]{2}(-?)[A-Z0-9]{3}\1[A-Z0-9]{9}(?:\1[A-Z0-9])?|[A-Z]{2}[*-]?[A-Z0-9]{3}[*-]?[A-Z0-9]{6}[*-]?[0-9X])$"
)
# 4, 7 or 10 bytes in hexadecimal digits (rule R17).
RFID_UID = r"(?i)^(?:[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$"
# 2017-01-01T00:00:00Z in seconds: earlier means that a clock was never set (rule R22).
CLOCK_FLOOR_S = 1_483_228_800
# Above this a value in kWh was meant in Wh (rule R32).
MAX_ENERGY_KWH = 1000


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


def in_form(code: str, column: str, regex: str) -> Expectation:
    """Expect the identifier, where there is one, to have the form."""
    return ExpectColumnValuesToMatchRegex(column=column, regex=regex, meta=rule(code, column))


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
    with (DBT_PROJECT_DIR / "seeds" / "countries.csv").open(encoding="utf-8", newline="") as file:
        return [row["country_alpha3"] for row in csv.DictReader(file)]


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
