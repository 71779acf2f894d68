"""Real Dutch tariffs with made sessions: each tariff embedded in a CDR of each profile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle.generator import Case
from tests.oracle.language import dump, load, partners

Json = dict[str, Any]

PULLS = ("tariffs_2026-06-02.json.gz", "tariffs_2026-06-07.json.gz")
PROFILES = Path(__file__).with_name("profiles")
# What a price depends on; ids, texts and timestamps do not count.
_PRICING = ("currency", "elements", "min_price", "max_price", "start_date_time", "end_date_time")


def read_tariffs(corpus: Path, *, alike_once: bool) -> list[Json]:
    """The distinct tariffs of both pulls, numbers as Decimal; of those that price alike only one when asked."""
    found: dict[str, Json] = {}
    for pull in PULLS:
        with gzip.open(corpus / "real" / "ndw_dotnl_2026" / pull, "rt", encoding="utf-8") as file:
            for tariff in load(file.read()):
                content = {name: tariff[name] for name in _PRICING} if alike_once else tariff
                found.setdefault(dump(content), tariff)
    return list(found.values())


def read_profiles() -> dict[str, Json]:
    return {path.stem: load(path.read_text()) for path in sorted(PROFILES.glob("*.json"))}


def cases(tariffs: list[Json]) -> Iterator[Case]:
    """A CDR of every tariff and profile, at one EVSE of a partner in Amsterdam's time zone with default policies."""
    partner = partners(1)[0]
    party = {"country_code": partner.country_code, "party_id": partner.party_id}
    token = {"country_code": "NL", "party_id": "EMP", "uid": "T1", "type": "RFID", "contract_id": "NL-EMP-C1-1"}
    place: Json = {"id": "LOC1", "address": "Kade 1", "city": "Stad", "country": "NLD", "evse_uid": "1"}
    place |= {"evse_id": "NL*ORA*E1", "connector_id": "1", "connector_standard": "IEC_62196_T2"}
    place |= {"connector_format": "SOCKET", "connector_power_type": "AC_3_PHASE"}
    place |= {"coordinates": {"latitude": "52.0", "longitude": "4.0"}}
    profiles = read_profiles()
    for number, tariff in enumerate(tariffs):
        for name, profile in profiles.items():
            session = {key: value for key, value in profile.items() if key != "about"}
            cdr = {
                "id": f"{name}-{number:05d}",
                **party,
                **session,
                "cdr_token": token,
                "auth_method": "WHITELIST",
                "cdr_location": place,
                "currency": tariff["currency"],
                "tariffs": [tariff],
                "total_cost": {"excl_vat": 0},
                "last_updated": profile["end_date_time"],
            }
            yield Case(number, "2.2.1", "Europe/Amsterdam", partner, dump(cdr))


def described(case: Case) -> str:
    """The profile and the tariff of a case, for a message."""
    return f"{case.cdr['id'].rpartition('-')[0]} by {json.dumps(case.cdr['tariffs'][0]['id'])}"
