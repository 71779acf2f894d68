"""The page of one case: what speaks for it, where and when, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.cases.read import Case, Charge, Evidence
from pipeline.cases.sketch import place_of, sketch
from pipeline.explain.page import Block, Drawing, Facts, Heading, Page, Row, Say, Table

# More is for `--format json`.
SHOWN_EVIDENCE = 40
NAMES = {
    "simultaneous_use": "Used at two EVSEs at once",
    "impossible_travel": "Farther apart than anybody drives",
    "two_contracts": "One uid under two contracts",
    "energy_in_24_h": "More energy in 24 hours than one car takes",
    "charges_a_day": "More charges on a day than one driver makes",
    "after_invalid": "Used after it was no longer valid",
    "near_equal_uid": "Another card has nearly the same uid",
}


def compose(case: Case, evidence: Sequence[Evidence]) -> Page:
    """Put the page together; identifiers are those of the published file, as a rule masked."""
    values = case.values
    blocks: list[Block] = [_verdict(case), Facts(tuple(_facts(case)))]
    drawing = sketch(evidence)
    if drawing:
        blocks += [
            Heading("Where"),
            Drawing(drawing, "Places to scale, north is up; numbers are those of the evidence."),
        ]
    blocks.append(Heading("Evidence"))
    for each in evidence[:SHOWN_EVIDENCE]:
        blocks += _evidence(each)
    if len(evidence) > SHOWN_EVIDENCE:
        more = len(evidence) - SHOWN_EVIDENCE
        blocks.append(Say(f"{more} more pieces of evidence are in roamledger cases {case.key} --format json.", "quiet"))
    blocks += [Heading("What to do"), Say(_advice(case))]
    return Page(
        title=f"Case {case.key[:8]}: {case.token}",
        subtitle=f"{values['partners']}, {_moment(values['first_at'])} to {_moment(values['last_at'])} UTC",
        blocks=tuple(blocks),
        footer=f"Roamledger, case {case.key}. Evidence, not proof: nothing was blocked.",
    )


def _verdict(case: Case) -> Say:
    values = case.values
    points = f"{values['score']} points of {values['least_score']}"
    if values["is_suspected"]:
        return Say(f"Suspected to be shared or misused: {points}.", "alert")
    return Say(f"Not suspected: {points}.")


def _facts(case: Case) -> list[tuple[str, str]]:
    values = case.values
    known = "one of ours" if values["is_known_token"] else "not among our tokens"
    facts = [("Token", f"{case.token} ({known})")]
    if values["token_uid"] and values["contract_id"]:
        facts.append(("Contract", values["contract_id"]))
    return [
        *facts,
        ("Found", "; ".join(NAMES.get(name, name) for name in values["heuristics"].split(", "))),
        ("CDRs", str(values["cdr_count"])),
        ("Claimed", f"{values['claimed_text']} without VAT" if values["claimed_text"] else "unknown"),
    ]


def _evidence(each: Evidence) -> list[Block]:
    values = each.values
    speed = f", {values['speed_km_h']} km/h" if values["speed_km_h"] is not None else ""
    blocks: list[Block] = [
        Heading(f"{values['evidence_number']}. {NAMES.get(values['heuristic'], values['heuristic'])}", 3),
        Say(f"{values['statement']}{speed} ({values['points']} points)."),
    ]
    if each.charges:
        blocks.append(_charges(each))
    return blocks


def _charges(each: Evidence) -> Table:
    """One column a charge, so that also a narrow sheet shows two beside each other."""
    sides = (("Earlier charge", each.earlier), ("Later charge" if each.earlier else "Charge", each.later))
    named = [(name, _told(charge)) for name, charge in sides if charge]
    rows = zip(*(told for _, told in named), strict=True)
    titles = ("CDR", "Partner", "EVSE", "Place", "Local time", "UTC")
    return Table(
        ("", *(name for name, _ in named)),
        tuple(Row((title, *cells)) for title, cells in zip(titles, rows, strict=True)),
        frozenset({0, 1, 2}),
    )


def _told(charge: Charge) -> tuple[str, ...]:
    place = place_of(charge)
    where = f"{place[0]:.5f}, {place[1]:.5f}" if place else "unknown"
    local = _span(charge.started_local_at, charge.ended_local_at)
    zone = f" {charge.time_zone}" if charge.time_zone else ""
    utc = _span(charge.started_at, charge.ended_at)
    return charge.cdr_label, charge.partner, charge.evse_id or "unknown", where, f"{local}{zone}", utc


def _span(start: datetime | None, end: datetime | None) -> str:
    if start is None or end is None:
        return "unknown"
    return (
        f"{_moment(start)} to {end:%H:%M:%S}" if start.date() == end.date() else f"{_moment(start)} to {_moment(end)}"
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _advice(case: Case) -> str:
    if not case.values["is_suspected"]:
        return "Nothing: the points are kept, and count when more is found within a week."
    return (
        "Ask the holder of the contract and the partners above; the card may be copied, lent, or named by mistake. "
        "The claims stay as they are. Who pays is decided for each CDR, with roamledger decide CDR --reassign-to."
    )
