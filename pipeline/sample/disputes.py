"""Twenty disputes that we opened against CDRs of the sample, as ledger events without place in the chain."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.sample import jsontext
from pipeline.sample.frame import NIGHTS, OUR_COUNTRY, OUR_PARTY, timestamp
from pipeline.sample.world import Item, World

DISPUTED = (
    ("total_off", 6, "The total does not follow from the embedded tariff."),
    ("vat_wrong", 3, "The VAT is not the one that the tariff names."),
    ("duplicate_content", 4, "The session was already billed under another CDR id."),
    ("zero_energy_billed", 2, "Nothing was charged, a fee is billed."),
    ("evse_unknown", 2, "The EVSE is in none of your locations."),
    ("rounding_by_line", 1, "Please round once, at the end."),
)
COMPLAINTS = 2
USER = "analyst@roamledger.example"


def object_key(item: Item) -> str:
    """Return the stable key of an object that a partner sent to us."""
    partner = item.partner
    text = f"{OUR_COUNTRY}*{OUR_PARTY}|{partner.country_code}*{partner.party_id}|{item.object_id}"
    return hashlib.md5(text.upper().encode(), usedforsecurity=False).hexdigest()


def disputes(world: World) -> list[dict[str, Any]]:
    """Choose CDRs of the first pull and dispute them during the two days after it."""
    by_label = {item.label: item for item in world.items if item.module == "cdrs"}
    chosen: list[tuple[Item, str, str]] = []
    for defect, count, note in DISPUTED:
        found = [e for e in world.expected.values() if e.defect == defect and e.kind == "primary"]
        items = [by_label[e.object_label] for e in sorted(found, key=lambda e: e.object_label)]
        early = [item for item in items if item.versions[0].published_at < NIGHTS[0]]
        chosen += [(item, found[0].code, note) for item in early[:count]]
    clean = [r.cdr for r in world.records if r.sent_cdr and r.defect is None and r.charge.bill.excl > 20]
    early = [item for item in clean if item.versions[0].published_at < NIGHTS[0]]
    chosen += [(item, "driver_complaint", "The driver says that the car was gone.") for item in early[:COMPLAINTS]]
    return [_event(number, *one) for number, one in enumerate(chosen, start=1)]


def _event(number: int, item: Item, reason_code: str, note: str) -> dict[str, Any]:
    total = item.versions[0].body["total_cost"]
    if isinstance(total, dict):
        total = total["excl_vat"] if "excl_vat" in total else total["before_taxes"]
    key = object_key(item)
    return {
        "event_id": uuid.uuid5(uuid.NAMESPACE_URL, f"dispute/{key}").hex,
        "event_type": "dispute_opened",
        "event_at": timestamp(NIGHTS[0] + timedelta(hours=7, minutes=23 * number)),
        "user_name": USER,
        "object_type": item.object_type,
        "object_key": key,
        "object_label": item.label,
        "payload": {
            "dispute_id": f"D-2026-{number:04d}",
            "reason_code": reason_code,
            "claimed_amount_excl_vat": format(Decimal(total), "f"),
            "currency": "EUR",
            "note": note,
        },
    }


def write_disputes(world: World, out: Path) -> None:
    """Write the disputes as NDJSON below `out/ledger`."""
    folder = out / "ledger"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [jsontext.dumps(event) + "\n" for event in disputes(world)]
    (folder / "disputes.ndjson").write_text("".join(lines), encoding="utf-8")
