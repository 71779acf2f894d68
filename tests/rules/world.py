"""A good charge in each OCPI version, every part of it fitting: what a case of a rule changes.

Each case has a number of its own and with it a Location, token, tariff, session and CDR that no other case touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Json = dict[str, Any]

PARTNERS = {"2.1.1": ("cpo-old", "OLD"), "2.2.1": ("cpo-now", "NOW"), "2.3.0": ("cpo-new", "NEW")}
OUR_COUNTRY, OUR_PARTY = "NL", "RLG"
# Everything that a CDR is compared with was seen before the first session.
FIRST_SEEN = datetime(2026, 9, 1, 1, tzinfo=UTC)
LONG_AGO = "2026-08-01T00:00:00Z"
PRICE_PER_KWH = Decimal("0.4")
VAT_PERCENT = Decimal(21)


@dataclass(frozen=True)
class Charge:
    """What happened: `energy_kwh` in `duration_s` from `started_at` on, at a 22 kW connector in Utrecht."""

    number: int
    version: str
    started_at: datetime
    duration_s: int
    energy_kwh: Decimal

    @property
    def is_old(self) -> bool:
        return self.version == "2.1.1"

    @property
    def party(self) -> Json:
        """2.1.1 names no party in its objects."""
        return {} if self.is_old else {"country_code": "NL", "party_id": PARTNERS[self.version][1]}

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(seconds=self.duration_s)

    @property
    def total_time_h(self) -> Decimal:
        return round(Decimal(self.duration_s) / 3600, 4)

    @property
    def net(self) -> Decimal:
        return round(self.energy_kwh * PRICE_PER_KWH, 4)

    @property
    def token_uid(self) -> str:
        return f"04{self.number:012X}"

    @property
    def contract_id(self) -> str:
        return f"NL-RLG-C{self.number:08d}"

    @property
    def evse_id(self) -> str:
        return f"NL*{PARTNERS[self.version][1]}*E{self.number}"

    def label(self, cdr_id: str, party_id: str = "") -> str:
        """The label of a CDR in every table."""
        return f"NL*{(party_id or PARTNERS[self.version][1]).upper()}*{cdr_id.upper()}"


def text(moment: datetime) -> str:
    """A moment as OCPI writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def price(charge: Charge, net: Decimal) -> Any:
    """An amount in the words of the version."""
    if charge.is_old:
        return net
    tax = net * VAT_PERCENT / 100
    if charge.version == "2.2.1":
        return {"excl_vat": net, "incl_vat": round(net + tax, 4)}
    return {"before_taxes": net, "taxes": [{"name": "VAT", "percentage": VAT_PERCENT, "amount": round(tax, 4)}]}


def tariff(charge: Charge) -> Json:
    component: Json = {"type": "ENERGY", "price": PRICE_PER_KWH, "step_size": 1}
    if not charge.is_old:
        component["vat"] = VAT_PERCENT
    more = {"tax_included": "NO"} if charge.version == "2.3.0" else {}
    return {
        **charge.party, "id": f"T{charge.number}", "currency": "EUR", "elements": [{"price_components": [component]}],
        **more, "last_updated": LONG_AGO,
    }  # fmt: skip


def connector(charge: Charge) -> Json:
    """22 kW: 230 V line to neutral, 32 A, three phases."""
    rated = {"voltage": 230, "amperage": 32} if charge.is_old else {"max_voltage": 230, "max_amperage": 32}
    tariffs = {"tariff_id": f"T{charge.number}"} if charge.is_old else {"tariff_ids": [f"T{charge.number}"]}
    more = {} if charge.is_old else {"max_electric_power": 22000}
    return {
        "id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", **rated, **more,
        **tariffs, "last_updated": LONG_AGO,
    }  # fmt: skip


def location(charge: Charge) -> Json:
    evse = {"uid": f"E{charge.number}", "evse_id": charge.evse_id, "status": "AVAILABLE"}
    kind = {"type": "ON_STREET"} if charge.is_old else {"publish": True}
    return {
        **charge.party, "id": f"L{charge.number}", **kind, "name": "Kade", "address": "Kade 1", "city": "Utrecht",
        "postal_code": "3511AA", "country": "NLD", "coordinates": {"latitude": "52.0907", "longitude": "5.1214"},
        "time_zone": "Europe/Amsterdam", "last_updated": LONG_AGO,
        "evses": [{**evse, "connectors": [connector(charge)], "last_updated": LONG_AGO}],
    }  # fmt: skip


def token(charge: Charge) -> Json:
    return {
        "country_code": OUR_COUNTRY, "party_id": OUR_PARTY, "uid": charge.token_uid, "type": "RFID",
        "contract_id": charge.contract_id, "issuer": "Roamledger", "valid": True, "whitelist": "ALLOWED",
        "last_updated": LONG_AGO,
    }  # fmt: skip


def _who(charge: Charge) -> Json:
    if charge.is_old:
        return {"auth_id": charge.contract_id}
    named = {"country_code": OUR_COUNTRY, "party_id": OUR_PARTY, "uid": charge.token_uid, "type": "RFID"}
    return {"cdr_token": {**named, "contract_id": charge.contract_id}}


def session(charge: Charge) -> Json:
    start, end = ("start_datetime", "end_datetime") if charge.is_old else ("start_date_time", "end_date_time")
    place = (
        {"location": location(charge)}
        if charge.is_old
        else {"location_id": f"L{charge.number}", "evse_uid": f"E{charge.number}", "connector_id": "1"}
    )
    return {
        **charge.party, "id": f"S{charge.number}", start: text(charge.started_at), end: text(charge.ended_at),
        "kwh": charge.energy_kwh, **_who(charge), "auth_method": "WHITELIST", **place, "currency": "EUR",
        "total_cost": price(charge, charge.net), "status": "COMPLETED", "last_updated": text(charge.ended_at),
    }  # fmt: skip


def cdr(charge: Charge) -> Json:
    place = location(charge)
    if charge.is_old:
        embedded: Json = {"location": place}
        energy_cost: Json = {}
    else:
        evse = place["evses"][0]
        embedded = {
            "session_id": f"S{charge.number}",
            "cdr_location": {
                **{name: place[name] for name in ("id", "name", "address", "city", "postal_code", "country")},
                "coordinates": place["coordinates"], "evse_uid": evse["uid"], "evse_id": evse["evse_id"],
                "connector_id": "1", "connector_standard": "IEC_62196_T2", "connector_format": "SOCKET",
                "connector_power_type": "AC_3_PHASE",
            },
        }  # fmt: skip
        energy_cost = {"total_energy_cost": price(charge, charge.net)}
    volumes = {"ENERGY": charge.energy_kwh, "TIME": charge.total_time_h}
    period = {
        "start_date_time": text(charge.started_at),
        "dimensions": [{"type": name, "volume": volume} for name, volume in volumes.items()],
    }
    end = "stop_date_time" if charge.is_old else "end_date_time"
    return {
        **charge.party, "id": f"C{charge.number}", "start_date_time": text(charge.started_at),
        end: text(charge.ended_at), **_who(charge), "auth_method": "WHITELIST", **embedded, "currency": "EUR",
        "tariffs": [tariff(charge)], "charging_periods": [period], "total_cost": price(charge, charge.net),
        **energy_cost, "total_energy": charge.energy_kwh, "total_time": charge.total_time_h,
        "last_updated": text(charge.ended_at + timedelta(seconds=60)),
    }  # fmt: skip
