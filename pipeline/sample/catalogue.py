"""The places and prices of the sample: the committed slice of the Dutch feed, plus the made tariffs."""

from __future__ import annotations

import gzip
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pipeline.sample import jsontext
from pipeline.sample.frame import PARTNERS, SAMPLE_DIR
from pipeline.sample.made import MADE_TARIFFS

EARLIER, LATER = "2026-06-02", "2026-06-07"
CHANGED_AT = datetime(2026, 10, 31, 0, 10, tzinfo=UTC)
CHANGED_LATER_AT = datetime(2026, 11, 1, 0, 10, tzinfo=UTC)
MADE_EVSE_COUNT = {"EFL": 30, "SGM": 36}
PRICE_RISE = Decimal("0.03")
SILENT_PARTY = "EFL"


@dataclass(frozen=True)
class Outlet:
    """A connector where sessions may take place, with the tariff that it names."""

    party_id: str
    location_id: str
    evse_uid: str
    evse_id: str
    connector_id: str
    tariff_id: str
    power_kw: float
    is_dc: bool


@dataclass
class Catalogue:
    """Locations and tariffs by party as the feed has them, in the versions of the nights."""

    locations: dict[str, dict[str, dict[str, Any]]]
    earlier: dict[str, dict[str, Any]]
    tariffs: dict[str, dict[str, dict[str, Any]]]
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed_later: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed_silently: dict[str, dict[str, Any]] = field(default_factory=dict)
    made_outlets: set[tuple[str, str]] = field(default_factory=set)

    def tariff(self, party_id: str, tariff_id: str, at: datetime) -> dict[str, Any]:
        """Return the body of a tariff that holds at a moment."""
        for changed in (self.changed, self.changed_silently):
            if tariff_id in changed and at >= CHANGED_AT:
                return changed[tariff_id]
        return self.tariffs[party_id][tariff_id]


def read_source(name: str) -> list[dict[str, Any]]:
    """Read one file of the slice."""
    return jsontext.loads(gzip.decompress((SAMPLE_DIR / "source" / name).read_bytes()))


def party_of(location: dict[str, Any]) -> str:
    """Read the operator of a location from its first EVSE id."""
    return location["evses"][0]["evse_id"].replace("*", "")[2:5]


def load() -> Catalogue:
    """Read the slice, add the made tariffs and put them on some connectors, prepare the changed tariffs."""
    parties = [partner.party_id for partner in PARTNERS]
    locations: dict[str, dict[str, dict[str, Any]]] = {party: {} for party in parties}
    tariffs: dict[str, dict[str, dict[str, Any]]] = {party: {} for party in parties}
    for one in read_source(f"locations_{LATER}.json.gz"):
        locations[party_of(one)][one["id"]] = one
    for one in read_source(f"tariffs_{LATER}.json.gz"):
        tariffs[one["party_id"]][one["id"]] = one
    earlier = {one["id"]: one for one in read_source(f"locations_{EARLIER}.json.gz")}
    for one in MADE_TARIFFS:
        tariffs[one["party_id"]][one["id"]] = one
    catalogue = Catalogue(locations, earlier, tariffs)
    _name_made_tariffs(catalogue)
    _change_tariffs(catalogue)
    return catalogue


def is_usable(tariff: dict[str, Any]) -> bool:
    """Say whether sessions of the sample may be priced by a tariff: static, energy has a price, VAT known to SGM."""
    kinds = {(c["type"], c["vat"]) for e in tariff["elements"] for c in e["price_components"]}
    has_vat = tariff["party_id"] != "SGM" or all(vat is not None for _, vat in kinds)
    return len(tariff["elements"]) <= 8 and has_vat and any(kind == "ENERGY" for kind, _ in kinds)


def connector_power_kw(connector: dict[str, Any]) -> float:
    """Return the power in kW that a connector can give at most (voltage is line to neutral, at most 230 for AC)."""
    if connector["max_electric_power"]:
        return min(connector["max_electric_power"] / 1000, 350)
    voltage, amperage = connector["max_voltage"], connector["max_amperage"]
    if connector["power_type"] == "DC":
        return min(voltage * amperage / 1000, 150)
    return min(voltage, 230) * amperage * (3 if connector["power_type"] == "AC_3_PHASE" else 1) / 1000


def outlets(catalogue: Catalogue) -> list[Outlet]:
    """List one outlet for each EVSE that has a usable tariff of its own party and a plausible power."""
    found = []
    for party, places in catalogue.locations.items():
        for place in places.values():
            for evse in place["evses"]:
                for connector in evse["connectors"][:1]:
                    power = connector_power_kw(connector)
                    for name in (connector["tariff_ids"] or [])[:1]:
                        body = catalogue.tariffs[party].get(name)
                        if body and is_usable(body) and power >= 3.5:
                            is_dc = connector["power_type"] == "DC"
                            ids = (party, place["id"], evse["uid"], evse["evse_id"], connector["id"])
                            found.append(Outlet(*ids, name, power, is_dc))
    return found


def _name_made_tariffs(catalogue: Catalogue) -> None:
    """Let some connectors, whose own tariff the sample cannot use, name a made tariff instead (marked)."""
    for party, count in MADE_EVSE_COUNT.items():
        names = [t["id"] for t in MADE_TARIFFS if t["party_id"] == party]
        given = 0
        for place in catalogue.locations[party].values():
            own = {t for e in place["evses"] for c in e["connectors"] for t in c["tariff_ids"] or []}
            known = [catalogue.tariffs[party][t] for t in own if t in catalogue.tariffs[party]]
            is_plain = all(len(t["elements"]) == 1 for t in known)
            if given >= count or not is_plain or (party == "SGM" and any(is_usable(t) for t in known)):
                continue
            name = names[given % len(names)]
            for body in (place, catalogue.earlier.get(place["id"])):
                for evse in body["evses"] if body else []:
                    for connector in evse["connectors"]:
                        connector["tariff_ids"] = [name]
                        connector["_made"] = ["tariff_ids"]
            given += len(place["evses"])


def _change_tariffs(catalogue: Catalogue) -> None:
    """Raise the energy price of the most used tariff of each party, known to us with the second night.

    One more tariff of one party rises then and keeps its `last_updated`.
    """
    for party in catalogue.locations:
        used: dict[str, int] = {}
        for outlet in outlets(catalogue):
            if outlet.party_id == party and not outlet.tariff_id.startswith("MADE-"):
                used[outlet.tariff_id] = used.get(outlet.tariff_id, 0) + 1
        ranked = sorted(used, key=lambda name: (-used[name], name))
        catalogue.changed[ranked[0]] = _raised(catalogue.tariffs[party][ranked[0]], CHANGED_AT)
        catalogue.changed_later[ranked[1]] = _raised(catalogue.tariffs[party][ranked[1]], CHANGED_LATER_AT)
        if party == SILENT_PARTY:
            body = catalogue.tariffs[party][ranked[2]]
            catalogue.changed_silently[ranked[2]] = _raised(body, CHANGED_AT) | {"last_updated": body["last_updated"]}


def _raised(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    body = deepcopy(body)
    for element in body["elements"]:
        for component in element["price_components"]:
            if component["type"] == "ENERGY":
                component["price"] += PRICE_RISE
    body["last_updated"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    body["_changed"] = f"energy price raised by {PRICE_RISE} for the sample"
    return body
