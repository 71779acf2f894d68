"""Three nights of pulls: which state of which object each night's window asks for, written as OCPI pages."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.sample import dialect, jsontext
from pipeline.sample.catalogue import CHANGED_AT, CHANGED_LATER_AT, Catalogue
from pipeline.sample.charge import Token
from pipeline.sample.frame import NIGHTS, OUR_COUNTRY, OUR_PARTY, PARTNERS, WINDOW_OVERLAP, Partner, timestamp
from pipeline.sample.world import Item, Version, World

Body = dict[str, Any]
PAGE_SIZE = 500
STATUS_CHANGES = 6
BLOCKED_AT = NIGHTS[1] - timedelta(hours=3)


@dataclass(frozen=True)
class Sent:
    """One state of one object in the pull of one night (0-based)."""

    night: int
    item: Item
    version: Version


def window_start(night: int) -> datetime | None:
    """Return `date_from` of a night's pull of sessions and CDRs; the first pull asks for everything."""
    return NIGHTS[night - 1] - WINDOW_OVERLAP if night else None


def sent(items: list[Item]) -> Iterator[Sent]:
    """Yield what each night receives: the newest state published by then, if its `last_updated` is in the window."""
    for night, pulled_at in enumerate(NIGHTS):
        asked_from = window_start(night)
        for item in items:
            known = [version for version in item.versions if version.published_at <= pulled_at]
            if not known:
                continue
            is_asked = asked_from is None or known[-1].last_updated >= asked_from
            if is_asked or any(night in version.resent_nights for version in known):
                yield Sent(night, item, known[-1])


def expect_resends(world: World) -> None:
    """Write down every CDR that arrives again unchanged, whether by an overlapping window or by plan."""
    seen: set[tuple[str, int]] = set()
    for one in sent([item for item in world.items if item.module == "cdrs"]):
        key = (one.item.label, id(one.version))
        if key in seen:
            is_planted = any(e.object_label == one.item.label and e.kind == "primary" for e in world.expected.values())
            primary, more = (None, ["cdr_resend_identical"]) if is_planted else ("cdr_resend_identical", [])
            world.expect(one.item, "window_overlap", primary, *more)
        seen.add(key)


def write_pulls(world: World, out: Path) -> None:
    """Write all pulls below `out/pulls/<night>/<partner>/<version>/<module>/`."""
    for partner in PARTNERS:
        mine = [item for item in world.items if item.partner == partner]
        for module in ("sessions", "cdrs"):
            pages: list[list[Sent]] = [[] for _ in NIGHTS]
            for one in sent([item for item in mine if item.module == module]):
                pages[one.night].append(one)
            for night, some in enumerate(pages):
                some.sort(key=lambda one: (one.version.last_updated, one.item.object_id))
                bodies = [one.version.body for one in some]
                _write_module(out, night, partner.slug, partner.version, module, bodies, is_full=night == 0)
        for night in range(len(NIGHTS)):
            places = locations(world.catalogue, partner, night)
            _write_module(out, night, partner.slug, partner.version, "locations", places, is_full=True)
            prices = tariffs(world.catalogue, partner, night)
            _write_module(out, night, partner.slug, partner.version, "tariffs", prices, is_full=True)
    for night in range(len(NIGHTS)):
        bodies = [token(one, is_blocked=night > 0 and one.uid in world.blocked) for one in world.tokens]
        _write_module(out, night, "own", "2.2.1", "tokens", bodies, is_full=True)


def locations(catalogue: Catalogue, partner: Partner, night: int) -> list[Body]:
    """Return the partner's locations of a night: bodies of 2 June first, of 7 June after, then some in use."""
    found = []
    for place_id, body in catalogue.locations[partner.party_id].items():
        body = catalogue.earlier.get(place_id, body) if night == 0 else body
        if night == 2 and len([one for one in found if "_changed" in one]) < STATUS_CHANGES // len(PARTNERS):
            body = _in_use(body)
        found.append(dialect.location(partner, body))
    return found


def _in_use(body: Body) -> Body:
    changed = deepcopy(body)
    at = timestamp(NIGHTS[2] - timedelta(minutes=47))
    changed["evses"][0] |= {"status": "CHARGING", "last_updated": at}
    return {**changed, "last_updated": at, "_changed": "status of the first EVSE changed for the sample"}


def tariffs(catalogue: Catalogue, partner: Partner, night: int) -> list[Body]:
    """Return the partner's tariffs as they stand on a night."""
    found = []
    for tariff_id, body in catalogue.tariffs[partner.party_id].items():
        if NIGHTS[night] >= CHANGED_AT:
            body = (catalogue.changed | catalogue.changed_silently).get(tariff_id, body)
        if NIGHTS[night] >= CHANGED_LATER_AT:
            body = catalogue.changed_later.get(tariff_id, body)
        found.append(dialect.tariff(partner, body))
    return found


def token(one: Token, *, is_blocked: bool = False) -> Body:
    """Return one of our tokens as OCPI 2.2.1."""
    return {
        "country_code": OUR_COUNTRY,
        "party_id": OUR_PARTY,
        "uid": one.uid,
        "type": one.kind,
        "contract_id": one.contract_id,
        "issuer": "Roamledger Mobility",
        "valid": not is_blocked,
        "whitelist": "ALLOWED" if one.kind == "RFID" else "NEVER",
        "last_updated": timestamp(BLOCKED_AT) if is_blocked else "2026-08-25T08:00:00Z",
    }


def _write_module(
    out: Path, night: int, partner: str, version: str, module: str, bodies: list[Body], *, is_full: bool
) -> None:
    received_at = timestamp(NIGHTS[night])
    folder = out / "pulls" / NIGHTS[night].date().isoformat() / partner / version / module
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, max(len(bodies), 1), PAGE_SIZE), start=1):
        envelope = {
            "data": bodies[start : start + PAGE_SIZE],
            "status_code": 1000,
            "status_message": "Success",
            "timestamp": received_at,
        }
        page = gzip.compress(jsontext.dumps(envelope).encode(), 9, mtime=0)
        (folder / f"page-{number:04d}.json.gz").write_bytes(page)
    sidecar = {
        "partner": partner,
        "module": module,
        "ocpi_version": version,
        "received_at": received_at,
        "full": is_full,
    }
    (folder / "manifest.json").write_text(jsontext.dumps(sidecar) + "\n")
