"""`roamledger decide`: an analyst settles one CDR by hand; the next run applies it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Literal

import duckdb

from pipeline import cdr_names as lookup
from pipeline.commands.output import out
from pipeline.ledger import NewEvent, append
from pipeline.published import ask, open_published
from pipeline.settings import Paths, UserError

Decision = Literal["accept", "reject"]


@dataclass(frozen=True)
class FoundCdr:
    """A CDR as the published warehouse knows it."""

    cdr_key: str
    cdr_label: str
    verdict: str | None
    deciding_code: str | None
    newest_version_hash: str | None


def decide(paths: Paths, cdr: str, decision: Decision, reason: str, user: str | None) -> None:
    """Append a `cdr_decided` event for the one CDR that `cdr` names.

    Raises UserError, and writes nothing, when the CDR is unknown or ambiguous or the reason is empty.
    """
    if not reason.strip():
        raise UserError("A decision needs a reason: --reason TEXT.")
    found = find_cdr(paths, cdr)
    events = append(
        paths,
        [
            NewEvent(
                event_type="cdr_decided",
                user_name=user or _user_name(),
                object_type="cdr",
                object_key=found.cdr_key,
                object_label=found.cdr_label,
                payload={"decision": decision, "reason": reason, "cdr_version_hash": found.newest_version_hash},
            )
        ],
    )
    was = f", which was {found.verdict}" if found.verdict else ""
    because = f" ({found.deciding_code})" if found.verdict and found.deciding_code else ""
    out().print(
        f"Recorded as event {events[0].seq} of the ledger: {decision} {found.cdr_label}{was}{because}.\n"
        "The next `roamledger run` applies it."
    )


def find_cdr(paths: Paths, text: str) -> FoundCdr:
    """Find the CDR that `text` names: its key, its label `CC*PPP*id`, or its id where only one CDR has it."""
    with open_published(paths) as con:
        try:
            named = lookup.find_cdr(con, text, where="published")
            rows = ask(
                con,
                "select verdict, deciding_code, newest_version_hash from verdicts.fct_cdr_verdicts where cdr_key = ?",
                [named.cdr_key],
            ).rows
        except duckdb.CatalogException as error:
            raise UserError(
                f"The published file {paths.published_file} has no CDRs to decide on; run `roamledger run` first."
            ) from error
    return FoundCdr(named.cdr_key, named.cdr_label, *(rows[0] if rows else (None, None, None)))


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UserError("Your user name is not known here; say who decides: --user NAME.") from error
