"""Reads identity cases and their evidence from the published warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.masking import masked, masking_key
from pipeline.published import open_published
from pipeline.settings import Paths, UserError

# A shorter beginning of a key could be meant for many.
_LEAST_KEY_LENGTH = 6
_OF_PARTNER = "($partner is null or list_contains(string_split(partners, ','), $partner))"
_SUSPECTED_FIRST = "order by is_suspected desc, score desc, last_at desc, case_key"


@dataclass(frozen=True)
class Case:
    """One row of `validation.fct_identity_cases`; `values` are its columns as they stand there."""

    values: dict[str, Any]

    @property
    def key(self) -> str:
        return self.values["case_key"]

    @property
    def token(self) -> str:
        """The token as published tables show it."""
        if self.values["token_uid"]:
            return f"{self.values['token_type'] or 'token'} {self.values['token_uid']}"
        return f"contract {self.values['contract_id']}"


@dataclass(frozen=True)
class Charge:
    """One charge that an evidence names: who billed it, when and where it was."""

    cdr_key: str
    cdr_label: str
    partner: str
    started_at: datetime
    ended_at: datetime
    started_local_at: datetime | None
    ended_local_at: datetime | None
    time_zone: str | None
    evse_id: str | None
    location_id: str | None
    latitude: Decimal | None
    longitude: Decimal | None


@dataclass(frozen=True)
class Evidence:
    """One row of `validation.fct_identity_evidence`."""

    values: dict[str, Any]
    earlier: Charge | None
    later: Charge | None

    @property
    def charges(self) -> list[Charge]:
        return [charge for charge in (self.earlier, self.later) if charge]


def read_cases(paths: Paths, *, partner: str | None, with_others: bool) -> list[Case]:
    """The suspected cases, with `with_others` all of them; of a partner those in which it billed a charge."""
    sql = f"""
        select * from validation.fct_identity_cases
        where (is_suspected or $with_others) and {_OF_PARTNER}
        {_SUSPECTED_FIRST}
    """
    return _cases(paths, sql, {"partner": partner, "with_others": with_others})


def find_cases(paths: Paths, text: str, *, partner: str | None) -> list[Case]:
    """The cases that `text` names: the beginning of a key, or a uid or contract, as it is or as it is published.

    Raises UserError when there is none.
    """
    text = text.strip()
    forms = {text.upper(), text.lower()}
    if not text.startswith("m-"):
        forms.add(masked(text, masking_key(paths)))
    sql = f"""
        select * from validation.fct_identity_cases
        where
            (
                (length($text) >= {_LEAST_KEY_LENGTH} and starts_with(case_key, lower($text)))
                or list_contains($forms, token_uid) or list_contains($forms, contract_id)
            )
            and {_OF_PARTNER}
        {_SUSPECTED_FIRST}
    """
    found = _cases(paths, sql, {"text": text, "forms": sorted(forms), "partner": partner})
    if not found:
        by_whom = f" of {partner}" if partner else ""
        raise UserError(
            f"There is no case{by_whom} with that key, and none of a token with that uid or contract; "
            "`roamledger cases --all` lists all cases."
        )
    return found


def read_evidence(paths: Paths, case: Case) -> list[Evidence]:
    """Everything that speaks for a case, in order of time."""
    rows = _rows(
        paths,
        "select * from validation.fct_identity_evidence where case_key = $key order by evidence_number",
        {"key": case.key},
    )
    return [Evidence(row, _charge(row, "a"), _charge(row, "b")) for row in rows]


def _charge(row: dict[str, Any], side: str) -> Charge | None:
    if row[f"cdr_key_{side}"] is None:
        return None
    return Charge(**{name: row[f"{name}_{side}"] for name in Charge.__dataclass_fields__})


def _cases(paths: Paths, sql: str, parameters: dict[str, Any]) -> list[Case]:
    return [Case(row) for row in _rows(paths, sql, parameters)]


def _rows(paths: Paths, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with open_published(paths) as con:
        try:
            cursor = con.execute(sql, parameters)
        except duckdb.CatalogException as error:
            raise UserError(
                f"The published file {paths.published_file} has no cases; run `roamledger run` first."
            ) from error
        columns: Sequence[str] = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, map(_plain_time, row), strict=True)) for row in cursor.fetchall()]


def _plain_time(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
