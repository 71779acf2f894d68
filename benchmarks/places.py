"""The locations of the stream: some EVSEs each, all alike, whose connectors name the location's tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from benchmarks.operators import Operator
from benchmarks.tariffs import LAST_UPDATED, TARIFFS_PER_OPERATOR

Json = dict[str, Any]

LEAST_LOCATIONS = 75
# So that their EVSEs are free most of the time.
TEMPLATES_PER_LOCATION = 8
_STREETS = ("Station", "Market", "Harbour", "Mill", "Church", "School", "Bridge", "Park", "Castle", "Garden")


@dataclass(frozen=True)
class Place:
    """A location: `evses` are (uid, EVSE id), `tariffs` the places of its tariffs among the operator's."""

    operator: Operator
    location_id: str
    name: str
    address: str
    city: str
    postal_code: str
    latitude: str
    longitude: str
    power_kw: int
    evses: tuple[tuple[str, str], ...]
    tariffs: tuple[int, ...]

    @property
    def is_dc(self) -> bool:
        return self.power_kw >= 50

    @property
    def address_fields(self) -> Json:
        """What Location and CdrLocation share."""
        return {
            "name": self.name,
            "address": self.address,
            "city": self.city,
            "postal_code": self.postal_code,
            "country": self.operator.country,
            "coordinates": {"latitude": self.latitude, "longitude": self.longitude},
        }


def draw_places(seed: str, operator: Operator, templates: int) -> list[Place]:
    """All locations of an operator with that many templates; every tariff is named by some connector."""
    count = max(LEAST_LOCATIONS, templates // TEMPLATES_PER_LOCATION)
    return [_place(Random(f"{seed} place {operator.partner} {at}"), operator, at) for at in range(count)]


def _place(rng: Random, operator: Operator, at: int) -> Place:
    city, street, number = rng.choice(operator.cities), rng.choice(_STREETS), rng.randint(1, 240)
    party = f"{operator.country_code}*{operator.party_id}"
    tariffs = (at % TARIFFS_PER_OPERATOR,)
    # A connector of 2.1.1 names one tariff at most.
    if operator.ocpi_version != "2.1.1" and rng.random() < 0.1:
        tariffs = (*tariffs, (at + 7) % TARIFFS_PER_OPERATOR)
    return Place(
        operator=operator,
        location_id=f"{operator.party_id}-LOC-{at:06d}",
        name=f"{operator.name} {city}, {street} street {number}",
        address=f"{street} street {number}",
        city=city,
        postal_code=f"{rng.randint(1000, 9999)}",
        latitude=f"{operator.latitude + rng.random():.6f}",
        longitude=f"{operator.longitude + rng.random():.6f}",
        power_kw=rng.choice((11, 11, 11, 22, 22, 50, 150)),
        evses=tuple(
            (f"{operator.party_id}-{at:04d}-{each}", f"{party}*E{at:06d}*{each}")
            for each in range(1, rng.randint(3, 9))
        ),
        tariffs=tariffs,
    )


def location(place: Place, tariff_ids: list[str], evses: tuple[tuple[str, str], ...] | None = None) -> Json:
    """The Location object, whole or, as a CDR of 2.1.1 embeds it, with the given EVSE only."""
    operator = place.operator
    is_21 = operator.ocpi_version == "2.1.1"
    head: Json = {} if is_21 else {"country_code": operator.country_code, "party_id": operator.party_id}
    kind: Json = {"type": "ON_STREET"} if is_21 else {"publish": True, "parking_type": "ON_STREET"}
    connector = {"id": "1", **connector_fields(place)}
    if is_21:
        connector |= {**_volts_21(place), "tariff_id": tariff_ids[0]}
    else:
        volts, amperes = (900, place.power_kw * 2) if place.is_dc else (230, 16 if place.power_kw == 11 else 32)
        connector |= {"max_voltage": volts, "max_amperage": amperes, "max_electric_power": place.power_kw * 1000}
        connector["tariff_ids"] = tariff_ids
    connector["last_updated"] = LAST_UPDATED
    return {
        **head,
        "id": place.location_id,
        **kind,
        **place.address_fields,
        "operator": {"name": operator.name},
        "time_zone": operator.time_zone,
        "opening_times": {"twentyfourseven": True},
        "evses": [
            {
                "uid": uid,
                "evse_id": evse_id,
                "status": "AVAILABLE",
                "capabilities": ["REMOTE_START_STOP_CAPABLE", "RFID_READER"],
                "connectors": [connector],
                "last_updated": LAST_UPDATED,
            }
            for uid, evse_id in evses or place.evses
        ],
        "last_updated": LAST_UPDATED,
    }


def connector_fields(place: Place) -> Json:
    """Standard, format and power type, as a Connector calls them."""
    if place.is_dc:
        return {"standard": "IEC_62196_T2_COMBO", "format": "CABLE", "power_type": "DC"}
    return {"standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE"}


def _volts_21(place: Place) -> Json:
    if place.is_dc:
        return {"voltage": 900, "amperage": place.power_kw * 2}
    return {"voltage": 230, "amperage": 16 if place.power_kw == 11 else 32}


def drawn_power(rng: Random, place: Place) -> Decimal:
    """What a car draws there on average, in kW."""
    return (Decimal(place.power_kw) * rng.randint(35, 95) / 100).quantize(Decimal("0.1"))
