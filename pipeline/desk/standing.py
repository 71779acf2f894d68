"""What may be done about one CDR now: what is published of it, and what the ledger has said since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from pipeline import cdr_names
from pipeline.ledger.event import Event
from pipeline.ledger.store import read
from pipeline.published import open_published
from pipeline.rule_overrides import seed_rows
from pipeline.settings import Paths, UserError

ACTIONS = ("accept", "reject", "retry", "dispute", "reassign")
# Of a CDR that somebody settled, or whose days were over.
_ONCE_SETTLED = ("retry", "dispute")
_VERBS = {"accept": "accepted", "reject": "rejected"}


@dataclass(frozen=True)
class Standing:
    """One CDR as the desk sees it; `settled` says who settled it and how, None while nobody has."""

    cdr_key: str
    cdr_label: str
    verdict: str | None
    newest_version_hash: str | None
    rule_code: str | None
    family: str | None
    severity: str | None
    reason_code: str | None
    currency: str | None
    claimed_excl_vat: Decimal | None
    settled: str | None
    is_disputed: bool

    @property
    def legal_actions(self) -> tuple[str, ...]:
        """What `decide` takes of this CDR."""
        open_actions = actions_of(self.family, self.severity)
        legal = (
            (*_ONCE_SETTLED, *(("reassign",) if "reassign" in open_actions else ())) if self.settled else open_actions
        )
        return tuple(action for action in legal if action != "dispute" or not self.is_disputed)

    def must_allow(self, action: str) -> None:
        """Raise UserError, which names what may be done instead, when the action is not legal now."""
        if action in self.legal_actions:
            return
        options = ", ".join(f"--{'reassign-to' if name == 'reassign' else name}" for name in self.legal_actions)
        instead = f" What may be done: {options}." if options else ""
        raise UserError(f"{self._why_not(action)}{instead} Nothing was written.")

    def _why_not(self, action: str) -> str:
        if action == "dispute" and self.is_disputed:
            return f"{self.cdr_label} is disputed already."
        if self.settled:
            return f"{self.cdr_label} is closed: {self.settled}. --retry takes that back."
        if self.rule_code is None or self.severity is None:
            return f"No rule holds or rejects {self.cdr_label}, so there is nothing to {action}."
        done = {"hold": "holds", "reject": "rejects"}[self.severity]
        return f"{self.rule_code} ({self.family}) {done} {self.cdr_label}, which nobody can {action}."


def actions_of(family: str | None, severity: str | None) -> tuple[str, ...]:
    """Legal actions by `seeds/rule_actions.csv`; those of `none` where no rule holds or rejects."""
    wanted = (family, severity) if family and severity else ("none", "none")
    return next(
        (
            tuple(row["actions"].split())
            for row in seed_rows("rule_actions")
            if (row["family"], row["severity"]) == wanted
        ),
        (),
    )


def standing_of(paths: Paths, name: str) -> Standing:
    """The CDR that `name` names: its key, its label `CC*PPP*id`, or its id where only one CDR has it.

    Raises UserError when the name is unknown or ambiguous, or nothing with exceptions is published.
    """
    with open_published(paths) as con:
        try:
            named = cdr_names.find_cdr(con, name, where="published")
            published = _published(con, named)
            ((position,),) = con.execute("select ledger_position from meta.published_version").fetchall()
        except duckdb.CatalogException as error:
            raise UserError(
                f"The published file {paths.published_file} has no CDRs to decide on; run `roamledger run` first."
            ) from error
    since = (event for event in read(paths) if event.seq > position and event.object_key == named.cdr_key)
    return _after(published, since)


def _published(con: duckdb.DuckDBPyConnection, named: cdr_names.NamedCdr) -> Standing:
    rows = con.execute(
        """
        select
            verdicts.verdict, verdicts.newest_version_hash, exceptions.rule_code, exceptions.family,
            exceptions.severity, exceptions.reason_code, verdicts.currency, verdicts.claimed_excl_vat,
            case
                when verdicts.decided_by = 'age' then 'rejected because nobody decided in time'
                when verdicts.decided_by <> 'rule' then concat(verdicts.verdict, ' by ', verdicts.decided_by)
            end,
            verdicts.is_disputed
        from verdicts.fct_cdr_verdicts as verdicts
        left join verdicts.fct_exceptions as exceptions on verdicts.cdr_key = exceptions.cdr_key
        where verdicts.cdr_key = ?
        """,
        [named.cdr_key],
    ).fetchall()
    values: tuple[Any, ...] = rows[0] if rows else (*([None] * 9), False)
    return Standing(named.cdr_key, named.cdr_label, *values)


def _after(standing: Standing, events: Iterable[Event]) -> Standing:
    """The same once the next run will have applied the events."""
    for event in events:
        if event.event_type == "dispute_opened":
            standing = replace(standing, is_disputed=True)
        elif event.event_type == "cdr_decided":
            verb = _VERBS.get(str(event.payload["decision"]))
            standing = replace(standing, settled=f"{verb} by {event.user_name}" if verb else None)
    return standing
