"""Words shared by the suites: which rule an expectation stands for, required fields, identifier forms, bounds."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations import (
    ExpectColumnValuesToBeBetween,
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToBeNull,
    ExpectColumnValuesToMatchRegex,
    ExpectColumnValuesToNotBeInSet,
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from pipeline.quality import parameters
from pipeline.quality.parameters import seed

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


def present(code: str, column: str, *, observed: str) -> Expectation:
    """Expect the column to be filled; what was sent stands in another one."""
    return ExpectColumnValuesToNotBeNull(column=column, meta=rule(code, observed))


def in_form(code: str, column: str, form: str, *, observed: str) -> Expectation:
    """Expect the identifier, where there is one, to have the form as a whole; upper and lower case are equal."""
    # No group is captured: pandas warns about groups. A line break at the end is no part of a form.
    regex = rf"(?i)\A(?:{form.replace('(', '(?:')})\Z"
    return ExpectColumnValuesToMatchRegex(column=column, regex=regex, meta=rule(code, observed))


def in_range(
    code: str, column: str, *, least: float | None = None, most: float | None = None, observed: str
) -> Expectation:
    """Expect the number, where there is one, to lie within the bounds, both included."""
    return ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most, meta=rule(code, observed))


def at_most_parameter(code: str, name: str, column: str, *, observed: str) -> Expectation:
    """Expect the number, where there is one, not to exceed a parameter of the rule."""
    return in_range(code, column, most=parameter(code, name), observed=observed)


def at_least_parameter(code: str, name: str, column: str, *, observed: str) -> Expectation:
    """Expect the number, where there is one, to reach a parameter of the rule."""
    return in_range(code, column, least=parameter(code, name), observed=observed)


def one_of(code: str, column: str, values: Sequence[str]) -> Expectation:
    """Expect the code, where there is one, to be of the list."""
    return ExpectColumnValuesToBeInSet(column=column, value_set=list(values), meta=rule(code, column))


def none_of(code: str, column: str, values: Sequence[str]) -> Expectation:
    """Expect the code not to be of the list."""
    return ExpectColumnValuesToNotBeInSet(column=column, value_set=list(values), meta=rule(code, column))


def listed(name: str, column: str) -> list[str]:
    """List a column of a seed that the SQL rules use too, such as the codes of ISO 3166."""
    return [row[column] for row in seed(name)]


def parameter(code: str, name: str) -> float:
    """Look up the bound of a rule in the seed that the SQL rules use too."""
    return float(parameters.parameter(code, name))


def absent(code: str, column: str) -> Expectation:
    """Expect the column, which names what is wrong, to be empty."""
    return ExpectColumnValuesToBeNull(column=column, meta=rule(code, column))
