"""The error pack of a partner: each CDR of theirs that is not billed as it stands, why, and what would mend it.

Two files with the same content: `errors.csv` for a spreadsheet, `errors.json` for a program. The same published version
gives the same bytes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from pipeline.desk.read import Wanted, read_exceptions
from pipeline.partners import load_config
from pipeline.plain_values import plain
from pipeline.published import open_published
from pipeline.rule_overrides import seed_rows
from pipeline.settings import Paths, UserError

# What we ask for, by family of rules; one request that fits every rule of the family.
REQUESTS = {
    "structure": "Send the CDR again under a new id with the fields as OCPI has them, after a credit of this one.",
    "identity": "Send the Location that the CDR names, or credit the CDR and send it with the right names.",
    "time": "Credit the CDR and send it with the times of the session, in UTC.",
    "energy": "Check the meter values; credit the CDR and send it with the energy that was delivered.",
    "location": "Check where the charge took place; mend the Location, or credit the CDR and send it again.",
    "tariff": "Send the tariff that applied at the start, or credit the CDR and send it with that tariff.",
    "configuration": "Nothing is asked of you: our agreement does not tell how to settle this CDR.",
    "money": "Price the session by the tariff again; credit the CDR and send it with that total.",
    "tax": "Check the tax rate and the amounts with and without tax; credit the CDR and send it with the right tax.",
    "credit": "Send a credit that names its original and repeats it with minus its total.",
    "match": "Send the Session of this CDR, or credit the CDR and send it with the figures of the Session.",
    "sharing": "Nothing is asked of you: we clear with the driver who charged.",
}
_FIELDS = (
    "cdr_label", "ocpi_version", "cdr_id", "session_id", "started_at", "ended_at", "currency", "claimed_excl_vat",
    "verdict", "status", "reason_code", "rule_code", "rule_version", "title", "explanation", "observed", "bound",
    "other_reason_codes", "money_at_stake_excl_vat", "request", "opened_at", "sla_due_date", "auto_reject_at",
)  # fmt: skip
# What a spreadsheet would run instead of show.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_pack(paths: Paths, partner: str, folder: Path) -> tuple[list[Path], int]:
    """Write both files of a partner into the folder; returns them and how many CDRs they hold.

    Raises UserError for an unknown partner, or when the folder cannot be written.
    """
    config = load_config(paths)
    entry = config.partner(partner)
    if entry is None:
        known = ", ".join(sorted(each.partner for each in config.partners)) or "none"
        raise UserError(f"There is no partner {partner!r}; configured are {known}.")
    errors = _errors(paths, partner)
    terms = entry.exception_terms
    content = {
        "partner": partner,
        "version_id": _version_id(paths),
        "terms": {
            "sla_business_days": terms.sla_business_days,
            "sla_business_days_by_family": dict(sorted(terms.sla_business_days_by_family.items())),
            "auto_reject_days": terms.auto_reject_days,
            "calendar": terms.country or entry.country_code,
        },
        "errors": errors,
    }
    texts = {
        "errors.csv": _csv(errors),
        "errors.json": json.dumps(content, ensure_ascii=False, indent=2) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.") from error
    return [folder / name for name in texts], len(errors)


def _errors(paths: Paths, partner: str) -> list[dict[str, Any]]:
    """One object a CDR that is held or rejected today, the oldest first; values as text or null."""
    found = read_exceptions(
        paths,
        Wanted(partner=partner, statuses=("open", "waiting", "disputed", "rejected", "auto_rejected"), order="age"),
    )
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    cdrs = _cdrs(paths, [row["cdr_key"] for row in rows])
    rules = {row["rule_code"]: row for row in seed_rows("rules")}
    explanations = {row["code"]: row["explanation"] for row in seed_rows("codes")}
    errors = []
    for row in rows:
        others = [code for code in (row["reason_codes"] or "").split(",") if code != row["rule_code"]]
        told = cdrs[row["cdr_key"]] | row
        told["explanation"] = explanations.get(row["rule_code"], "")
        told["other_reason_codes"] = ",".join(rules[code]["reason_code"] for code in others if code in rules)
        told["request"] = REQUESTS[row["family"]]
        errors.append({name: plain(told[name]) for name in _FIELDS})
    return errors


def _cdrs(paths: Paths, keys: list[str]) -> dict[str, dict[str, Any]]:
    with open_published(paths) as con:
        cursor = con.execute(
            """
            select cdr_key, ocpi_version, cdr_id, session_id, started_at, ended_at from core.fct_cdrs
            where list_contains($keys, cdr_key)
            """,
            {"keys": keys},
        )
        columns = [column[0] for column in cursor.description or ()]
        return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}


def _version_id(paths: Paths) -> str:
    with open_published(paths) as con:
        ((version_id,),) = con.execute("select version_id from meta.published_version").fetchall()
    return str(version_id)


def _csv(errors: Iterable[Mapping[str, Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_FIELDS)
    writer.writerows([_cell(error[name]) for name in _FIELDS] for error in errors)
    return text.getvalue()


def _cell(value: Any) -> str:
    """The value as a spreadsheet shows it and never runs it; a number stays one, also when it is negative."""
    text = "" if value is None else str(value)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not is_number else text
