"""Finds the one CDR that somebody names, in any connection that has `core.fct_cdrs`."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.settings import UserError


@dataclass(frozen=True)
class NamedCdr:
    """A CDR that was found by its name."""

    cdr_key: str
    cdr_label: str


def find_cdr(con: duckdb.DuckDBPyConnection, text: str, *, where: str) -> NamedCdr:
    """Find the CDR that `text` names: its key, its label `CC*PPP*id`, or its id where only one CDR has it.

    `where` says what is searched, such as "published". Raises UserError when the name is unknown or ambiguous, and
    duckdb.CatalogException when there are no CDRs at all.
    """
    wanted = text.strip()
    rows = con.execute(
        """
        select cdr_key, cdr_label
        from core.fct_cdrs
        where cdr_key = lower(?) or upper(cdr_label) = upper(?) or upper(cdr_id) = upper(?)
        order by cdr_label
        """,
        [wanted, wanted, wanted],
    ).fetchall()
    if not rows:
        raise UserError(
            f"No {where} CDR is called {wanted!r}. Give its cdr_key, its label such as NL*CPI*1234, or its id; "
            "CDRs landed since the last run are known after `roamledger run`."
        )
    if len(rows) > 1:
        labels = ", ".join(str(row[1]) for row in rows[:5]) + (", ..." if len(rows) > 5 else "")
        raise UserError(f"{wanted!r} names {len(rows)} CDRs: {labels}. Give the label or the cdr_key of one of them.")
    return NamedCdr(*rows[0])
