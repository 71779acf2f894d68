"""Explains a CDR out of a file, priced in a temporary database by the models of the night."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.adhoc.answers import failures
from pipeline.adhoc.engine import priced
from pipeline.adhoc.sources import Terms
from pipeline.explain.read import explain
from pipeline.explain.records import Explanation, Finding
from pipeline.settings import UserError

_SHOWN_IDS = 5
_OTHER_TARIFFS = "The periods of the CDR name none of the tariffs given, which price it all the same."


@dataclass(frozen=True)
class _Chosen:
    """A CDR of the file, as it was sent; without key it cannot be priced."""

    line_no: int
    cdr_key: str | None
    country_code: str | None
    party_id: str | None
    cdr_id: str | None
    ignores_tariff_ids: bool


def explain_file(path: Path, cdr_id: str | None, terms: Terms) -> Explanation:
    """Explain the CDR with that id, or the only one, of the file.

    Raises UserError when the file cannot be read, when it holds no such CDR or several to choose from.
    """
    with priced([path], terms) as con:
        chosen = _chosen(con, path, cdr_id)
        findings = _intake_findings(con, chosen.line_no)
        if chosen.cdr_key is None:
            why = f": {findings[0].detail or findings[0].title}" if findings else "."
            raise UserError(f"{path}: the CDR cannot be read{why}")
        explanation = explain(con, chosen.cdr_key)
    # What the intake made up so that it could price the CDR is nobody's name.
    parts = (chosen.country_code, chosen.party_id, chosen.cdr_id or "without id")
    cdr = replace(
        explanation.cdr,
        cdr_label="*".join(part for part in parts if part),
        country_code=chosen.country_code,
        party_id=chosen.party_id,
        partner_name=None,
        time_zone_source="given" if terms.time_zone else explanation.cdr.time_zone_source,
        tariff_source="given" if terms.tariffs else explanation.cdr.tariff_source,
    )
    told = (_OTHER_TARIFFS,) if chosen.ignores_tariff_ids else ()
    return replace(explanation, cdr=cdr, findings=(*findings, *explanation.findings), notes=told)


def _intake_findings(con: duckdb.DuckDBPyConnection, line_no: int) -> list[Finding]:
    """What was odd before pricing: a CDR without id, and the like."""
    rows = con.execute(
        """
        select found.code, codes.severity, cast(null as integer), found.detail, codes.title, codes.explanation, null
        from adhoc.findings as found
        inner join seeds.codes as codes on found.code = codes.code
        where found.line_no = ?
        order by found.code
        """,
        [line_no],
    ).fetchall()
    return [Finding(*row) for row in rows]


def _chosen(con: duckdb.DuckDBPyConnection, path: Path, cdr_id: str | None) -> _Chosen:
    rows = con.execute(
        """
        select line_no, cdr_key, country_code, party_id, cdr_id, ignores_tariff_ids
        from adhoc.cdrs
        where line_no is not null and ($cdr_id is null or upper(cdr_id) = upper($cdr_id))
        order by line_no
        """,
        {"cdr_id": cdr_id.strip() if cdr_id else None},
    ).fetchall()
    if not rows:
        failed = [failure.detail for failure in failures(con)]
        if cdr_id and not failed:
            raise UserError(f"{path} holds no CDR with the id {cdr_id}.")
        raise UserError(f"{path} holds no CDR that can be explained{': ' + failed[0] if failed else '.'}")
    if len(rows) > 1:
        ids = ", ".join(row[4] or "without id" for row in rows[:_SHOWN_IDS]) + (
            ", ..." if len(rows) > _SHOWN_IDS else ""
        )
        many = f"{path} holds {len(rows)} CDRs"
        raise UserError(
            f"{many} with the id {cdr_id}; explain one file with one of them."
            if cdr_id
            else f"{many}: {ids}. Say which one to explain: --id ID."
        )
    return _Chosen(*rows[0])
