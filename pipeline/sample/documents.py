"""Write a charge as Session and CDR in the dialect of its partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.sample import dialect
from pipeline.sample.catalogue import Catalogue
from pipeline.sample.charge import Charge, hours, periods
from pipeline.sample.frame import OUR_COUNTRY, OUR_PARTY, timestamp
from pipeline.sample.rating import Bill, Period, rate, rounded

Body = dict[str, Any]
PART_NAMES = {
    "FLAT": "total_fixed_cost",
    "ENERGY": "total_energy_cost",
    "TIME": "total_time_cost",
    "PARKING_TIME": "total_parking_cost",
}


@dataclass
class Claim:
    """Amounts of a CDR after rounding, excluding and including VAT; parts add up to the totals."""

    excl: Decimal
    incl: Decimal
    parts: dict[str, tuple[Decimal, Decimal]]

    def moved(self, excl: Decimal, incl: Decimal) -> Claim:
        """Return the claim with other totals; the largest part takes the difference."""
        parts = dict(self.parts)
        if parts:
            name = max(parts, key=lambda one: parts[one][0])
            before, after = parts[name]
            parts[name] = (before + excl - self.excl, after + incl - self.incl)
        return Claim(excl, incl, parts)


def claim(bill: Bill, decimals: int) -> Claim:
    """Round a bill once at the end; no parts where a price limit changed the total."""
    excl, incl = rounded(bill.excl, decimals), rounded(bill.incl, decimals)
    if bill.is_limited:
        return Claim(excl, incl, {})
    parts = {kind: (rounded(a, decimals), rounded(b, decimals)) for kind, (a, b) in bill.parts.items()}
    sums = [sum((part[i] for part in parts.values()), Decimal(0)) for i in (0, 1)]
    return Claim(sums[0], sums[1], parts).moved(excl, incl)


class Writer:
    """Builds bodies for the charges of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def cdr(
        self,
        charge: Charge,
        created_at: datetime,
        *,
        cut: list[Period] | None = None,
        bill: Bill | None = None,
        claimed: Claim | None = None,
    ) -> Body:
        """Return the CDR of a charge; periods, bill and claimed amounts may be given."""
        if claimed is None:
            bill = bill or (charge.bill if cut is None else rate(charge.tariff, cut))
            claimed = claim(bill, charge.partner.money_decimals)
        cut = periods(charge) if cut is None else cut
        if charge.partner.version == "2.1.1":
            return self._cdr_211(charge, created_at, cut, claimed)
        return self._cdr_22(charge, created_at, cut, claimed)

    def session(self, charge: Charge, at: datetime, *, status: str = "COMPLETED", kwh: Decimal | None = None) -> Body:
        """Return the Session of a charge as it stands at a moment; only a completed one has an end and a cost."""
        kwh = charge.energy_kwh if kwh is None else kwh
        if charge.partner.version == "2.1.1":
            return self._session_211(charge, at, status, kwh)
        return self._session_22(charge, at, status, kwh)

    def _cdr_211(self, charge: Charge, created_at: datetime, cut: list[Period], claimed: Claim) -> Body:
        return {
            "id": charge.cdr_id,
            "start_date_time": self._time(charge, charge.start),
            "stop_date_time": self._time(charge, charge.end),
            "auth_id": charge.token.contract_id,
            "auth_method": "WHITELIST" if charge.token.kind == "RFID" else "AUTH_REQUEST",
            "location": self._place_211(charge),
            "currency": "EUR",
            "tariffs": [dialect.tariff(charge.partner, charge.tariff)],
            "charging_periods": [self._period(charge, period) for period in cut],
            "total_cost": claimed.excl,
            "total_energy": charge.energy_kwh,
            "total_time": hours(charge.seconds),
            "total_parking_time": hours((charge.end - charge.charge_end).total_seconds()),
            "last_updated": self._time(charge, created_at),
        }

    def _cdr_22(self, charge: Charge, created_at: datetime, cut: list[Period], claimed: Claim) -> Body:
        body: Body = {
            "country_code": charge.partner.country_code,
            "party_id": charge.partner.party_id,
            "id": charge.cdr_id,
            "start_date_time": self._time(charge, charge.start),
            "end_date_time": self._time(charge, charge.end),
            "session_id": charge.session_id,
            "cdr_token": self._token(charge),
            "auth_method": self._auth_method(charge),
        }
        if charge.authorization_reference:
            body["authorization_reference"] = charge.authorization_reference
        body |= {
            "cdr_location": self._place_22(charge),
            "currency": "EUR",
            "tariffs": [dialect.tariff(charge.partner, charge.tariff)],
            "charging_periods": [self._period(charge, period) for period in cut],
            "total_cost": price(charge, claimed.excl, claimed.incl),
        }
        for kind, name in PART_NAMES.items():
            if kind in claimed.parts:
                body[name] = price(charge, *claimed.parts[kind])
        return body | {
            "total_energy": charge.energy_kwh,
            "total_time": hours(charge.seconds),
            "total_parking_time": hours((charge.end - charge.charge_end).total_seconds()),
            "last_updated": self._time(charge, created_at),
        }

    def _session_211(self, charge: Charge, at: datetime, status: str, kwh: Decimal) -> Body:
        body: Body = {
            "id": charge.session_id,
            "start_datetime": self._time(charge, charge.start),
            "kwh": kwh,
            "auth_id": charge.token.contract_id,
            "auth_method": "WHITELIST" if charge.token.kind == "RFID" else "AUTH_REQUEST",
            "location": self._place_211(charge),
            "currency": "EUR",
            "status": status,
            "last_updated": self._time(charge, at),
        }
        if status == "COMPLETED":
            body["end_datetime"] = self._time(charge, charge.end)
        return body

    def _session_22(self, charge: Charge, at: datetime, status: str, kwh: Decimal) -> Body:
        body: Body = {
            "country_code": charge.partner.country_code,
            "party_id": charge.partner.party_id,
            "id": charge.session_id,
            "start_date_time": self._time(charge, charge.start),
            "kwh": kwh,
            "cdr_token": self._token(charge),
            "auth_method": self._auth_method(charge),
            "location_id": charge.outlet.location_id,
            "evse_uid": charge.outlet.evse_uid,
            "connector_id": charge.outlet.connector_id,
            "currency": "EUR",
            "status": status,
            "last_updated": self._time(charge, at),
        }
        if charge.authorization_reference:
            body["authorization_reference"] = charge.authorization_reference
        if status == "COMPLETED":
            total = claim(charge.bill, charge.partner.money_decimals)
            body["end_date_time"] = self._time(charge, charge.end)
            body["total_cost"] = price(charge, total.excl, total.incl)
        return body

    def _place_211(self, charge: Charge) -> Body:
        place = self.catalogue.locations[charge.outlet.party_id][charge.outlet.location_id]
        place = {**place, "evses": [e for e in place["evses"] if e["uid"] == charge.outlet.evse_uid]}
        return dialect.location(charge.partner, place)

    def _place_22(self, charge: Charge) -> Body:
        place = self.catalogue.locations[charge.outlet.party_id][charge.outlet.location_id]
        evse = next(e for e in place["evses"] if e["uid"] == charge.outlet.evse_uid)
        connector = next(c for c in evse["connectors"] if c["id"] == charge.outlet.connector_id)
        return {
            "id": place["id"],
            "name": place["name"],
            "address": place["address"],
            "city": place["city"],
            "postal_code": place["postal_code"],
            "country": place["country"],
            "coordinates": place["coordinates"],
            "evse_uid": evse["uid"],
            "evse_id": evse["evse_id"],
            "connector_id": connector["id"],
            "connector_standard": connector["standard"],
            "connector_format": connector["format"],
            "connector_power_type": connector["power_type"],
        }

    def _token(self, charge: Charge) -> Body:
        return {
            "country_code": OUR_COUNTRY,
            "party_id": OUR_PARTY,
            "uid": charge.token.uid,
            "type": charge.token.kind,
            "contract_id": charge.token.contract_id,
        }

    def _auth_method(self, charge: Charge) -> str:
        return "WHITELIST" if charge.token.kind == "RFID" else "COMMAND"

    def _period(self, charge: Charge, period: Period) -> Body:
        dimensions = [{"type": kind, "volume": volume} for kind, volume in period.volumes.items()]
        body: Body = {"start_date_time": self._time(charge, period.start), "dimensions": dimensions}
        if charge.partner.version != "2.1.1":
            body["tariff_id"] = charge.tariff["id"]
        return body

    def _time(self, charge: Charge, moment: datetime) -> str:
        return timestamp(moment, milliseconds=charge.partner.slug == "nl-efl")


def price(charge: Charge, excl: Decimal, incl: Decimal, rate_percent: int = 21) -> Body:
    """Write an amount as 2.2.1 `Price`, or as 2.3.0 `Price` with its one tax."""
    if charge.partner.version == "2.2.1":
        return {"excl_vat": excl, "incl_vat": incl}
    return {"before_taxes": excl, "taxes": [{"name": "VAT", "percentage": rate_percent, "amount": incl - excl}]}
