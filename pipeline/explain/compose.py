"""Composes the page of an explanation: what a billing clerk may send to a partner, hence nothing about the driver."""

from __future__ import annotations

from pipeline.explain.advice import ADVICE
from pipeline.explain.comparison import comparison_blocks, verdict
from pipeline.explain.numbers import amount, local_moment, number, told_quantity, utc_moment
from pipeline.explain.page import Block, Facts, Heading, Notes, Page, Row, Say, Table
from pipeline.explain.period_blocks import period_blocks
from pipeline.explain.records import Explanation, Original
from pipeline.explain.tariff_blocks import tariff_blocks
from pipeline.explain.total_blocks import total_blocks

FOOTER = (
    "Computed by Roamledger from the CDR and its tariff as received, by the rules of OCPI. Amounts are exact until the "
    "total is rounded. Periods and elements are counted from 1 here; OCPI objects and tables count them from 0."
)
_ZONE_SOURCES = {
    "cdr": "as the CDR says",
    "location": "as the location says",
    "country": "the only one of the country",
    "partner": "as configured for the partner",
    "given": "as given for this page",
}
# Policies that speak of one OCPI version only.
_VERSIONS = {"step_size_211": "2.1", "vat_absent_221": "2.2", "vat_absent_230": "2.3"}


def compose(explanation: Explanation) -> Page:
    """Lay out the page of one CDR."""
    cdr = explanation.cdr
    blocks: list[Block] = [
        *_lead(explanation),
        *(Say(note, "quiet") for note in explanation.notes),
        Heading("Session"),
        Facts(tuple(_session(explanation))),
    ]
    if explanation.original:
        blocks += _original(explanation.original)
    if explanation.tariffs:
        blocks += tariff_blocks(explanation)
    if explanation.periods:
        blocks += period_blocks(explanation)
    blocks += total_blocks(explanation)
    blocks += comparison_blocks(explanation)
    blocks += [*_findings(explanation), *_policies(explanation)]
    return Page(
        title=f"CDR {cdr.cdr_label}",
        subtitle="How its price comes about",
        blocks=tuple(blocks),
        footer=FOOTER,
    )


def _lead(explanation: Explanation) -> list[Block]:
    blocker = explanation.blocker
    if explanation.cdr.is_credit or not blocker:
        return [Say(verdict(explanation), "plain")]
    text = f"Not priced: {blocker.title}. {blocker.explanation}"
    if blocker.detail:
        text += f" Here: {blocker.detail}."
    advice = ADVICE.get(blocker.code)
    return [Say(text, "alert"), *([Say(f"What to do: {advice}")] if advice else [])]


def _session(explanation: Explanation) -> list[tuple[str, str]]:
    cdr = explanation.cdr
    cpo = f"{cdr.country_code}*{cdr.party_id}" if cdr.country_code and cdr.party_id else "not named"
    zone = cdr.time_zone or "not known"
    source = _ZONE_SOURCES.get(cdr.time_zone_source or "")
    place = [
        f"location {cdr.location_id}" if cdr.location_id else "",
        cdr.location_country or "",
        f"EVSE {cdr.evse_id or cdr.evse_uid}" if cdr.evse_id or cdr.evse_uid else "",
        f"connector {cdr.connector_id}" if cdr.connector_id else "",
        (cdr.connector_power_type or "").replace("_", " "),
    ]
    volumes = [
        told_quantity(value, unit) + name
        for value, unit, name in (
            (cdr.total_energy_kwh, "kWh", ""),
            (cdr.total_time_h, "h", ""),
            (cdr.total_parking_time_h, "h", " parking"),
        )
        if value
    ]
    if cdr.time_zone:
        begin, end = (local_moment(at, cdr.time_zone) for at in (cdr.started_local_at, cdr.ended_local_at))
    else:
        begin, end = utc_moment(cdr.started_at), utc_moment(cdr.ended_at)
    rows = [
        ("Operator (CPO)", f"{cdr.partner_name} ({cpo})" if cdr.partner_name else cpo),
        ("CDR", f"{cdr.cdr_label}, OCPI {cdr.ocpi_version}"),
        ("Session", cdr.session_id or ""),
        ("Place", ", ".join(part for part in place if part)),
        ("Begin", begin),
        ("End", end),
        ("Time zone", f"{zone}, {source}" if source and cdr.time_zone else zone),
        ("Volumes claimed", ", ".join(volumes)),
    ]
    return [(name, text) for name, text in rows if text]


def _original(original: Original) -> list[Block]:
    total = f"{original.currency} {amount(original.claimed_excl_vat)} without VAT"
    if original.claimed_incl_vat is not None:
        total += f", {amount(original.claimed_incl_vat)} with VAT"
    facts = [
        ("Original", original.cdr_label),
        ("Begin", local_moment(original.started_local_at, original.time_zone)),
        ("End", local_moment(original.ended_local_at, original.time_zone)),
        ("Claimed", total),
        ("Credits of it", f"this is number {original.credit_number}"),
    ]
    if original.total_energy_kwh is not None:
        facts.insert(3, ("Energy", f"{number(original.total_energy_kwh)} kWh"))
    return [Heading("What it takes back"), Facts(tuple(facts))]


def _findings(explanation: Explanation) -> list[Block]:
    if not explanation.findings:
        return []
    items = []
    for finding in explanation.findings:
        where = "" if finding.period_index is None else f" (period {finding.period_index + 1})"
        detail = f" Here: {finding.detail}." if finding.detail else ""
        items.append(f"{finding.title}{where}: {finding.explanation}{detail}")
    return [Heading("Findings"), Notes(tuple(items))]


def _policies(explanation: Explanation) -> list[Block]:
    # No policy bears on a credit CDR.
    if explanation.cdr.is_credit or not explanation.policies:
        return []
    version = explanation.cdr.ocpi_version
    shown = [policy for policy in explanation.policies if version.startswith(_VERSIONS.get(policy.policy, ""))]
    own = [policy for policy in shown if policy.is_override]
    told = (
        f"{len(own)} of them agreed with this partner, the others are defaults."
        if own
        else "All of them are defaults; OCPI leaves these questions open."
    )
    rows = tuple(
        Row((policy.meaning, policy.policy, policy.policy_value + (" (agreed)" if policy.is_override else "")))
        for policy in shown
    )
    return [
        Heading("Policies in force"),
        Say(told, "quiet"),
        Table(("Question", "Policy", "Answer"), rows, text_columns=frozenset({0, 1, 2})),
    ]
