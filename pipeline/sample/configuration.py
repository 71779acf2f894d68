"""The sample's `partners.yml` and `agreements.yml`."""

from __future__ import annotations

from pathlib import Path

from pipeline.sample.frame import OUR_COUNTRY, OUR_PARTY, PARTNERS
from pipeline.sample.world import AGREEMENT_OVERLAP

OUR_NAME = "Roamledger Mobility"
MARKUPS = {
    "nl-all": {"energy_percent": "12", "energy_per_kwh": "0.02", "parking_percent": "10", "session_fee": "0.35"},
    "nl-efl": {"energy_percent": "10", "energy_per_kwh": "0.03", "parking_percent": "5", "session_fee": "0.25"},
    "nl-sgm": {"energy_percent": "8", "energy_per_kwh": "0.025", "parking_percent": "0", "session_fee": "0.30"},
}
TERMS = """    commercial_model: wholesale_markup
    currency: EUR
    markup: {{energy_percent: "{energy_percent}", energy_per_kwh: "{energy_per_kwh}", time_percent: "0", \
parking_percent: "{parking_percent}", flat_percent: "0", session_fee: "{session_fee}"}}
    retail_vat_percent: "21"
    rounding_mode: half_up
    rounding_level: component
    payment_days: 14
    dispute_window_days: 30
"""


def partners_yml() -> str:
    """Return the partners of the sample: three operators and our own token export."""
    lines = [
        "our_parties:",
        f"  - {{country_code: {OUR_COUNTRY}, party_id: {OUR_PARTY}, roles: [EMSP], name: {OUR_NAME}}}",
        "partners:",
    ]
    for one in PARTNERS:
        lines += [
            f"  - partner: {one.slug}",
            f"    name: {one.name}",
            f"    country_code: {one.country_code}",
            f"    party_id: {one.party_id}",
            "    roles: [CPO]",
            f'    ocpi_version: "{one.version}"',
            "    modules: [locations, tariffs, sessions, cdrs]",
            f"    operator_ids: [{one.party_id}]",
            "    policies: {}",
        ]
    lines += [
        "  - partner: own",
        f"    name: {OUR_NAME} (own token export)",
        f"    country_code: {OUR_COUNTRY}",
        f"    party_id: {OUR_PARTY}",
        "    roles: [EMSP]",
        '    ocpi_version: "2.2.1"',
        "    modules: [tokens]",
        "    policies: {}",
    ]
    return "\n".join(lines) + "\n"


def agreements_yml() -> str:
    """Return one agreement a partner; that of nl-sgm begins late and its second version overlaps the first by a day."""
    slug, day = AGREEMENT_OVERLAP
    parts = ["agreements:\n"]
    for one in PARTNERS:
        spans = [(1, "2026-01-01", "null")]
        if one.slug == slug:
            spans = [(1, "2026-09-01", _next(day)), (2, day, "null")]
        for version, start, end in spans:
            parts.append(
                f"  - agreement_id: {one.slug}-2026\n    partner: {one.slug}\n    version: {version}\n"
                f"    valid_from: {start}\n    valid_to: {end}\n" + TERMS.format(**MARKUPS[one.slug])
            )
    return "".join(parts)


def _next(day: str) -> str:
    return f"{day[:-2]}{int(day[-2:]) + 1:02d}"


def write_configuration(out: Path) -> None:
    """Write both files into a folder."""
    (out / "partners.yml").write_text(partners_yml())
    (out / "agreements.yml").write_text(agreements_yml())
