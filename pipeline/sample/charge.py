"""A charging session as it happened, and how a partner's back office cuts it into charging periods."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from pipeline.sample.catalogue import Outlet
from pipeline.sample.frame import ZONE, Partner
from pipeline.sample.rating import Bill, Period, prices_somewhere, rate, winner

HOUR_DECIMALS = Decimal("0.0001")


@dataclass(frozen=True)
class Token:
    """A token of ours that a driver uses."""

    uid: str
    kind: str
    contract_id: str


@dataclass(frozen=True)
class Charge:
    """What happened at a connector: times in UTC with whole seconds, energy with the partner's digits."""

    partner: Partner
    outlet: Outlet
    token: Token
    start: datetime
    charge_end: datetime
    end: datetime
    energy_kwh: Decimal
    session_id: str
    cdr_id: str
    authorization_reference: str | None = None
    tariff: dict[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())

    @cached_property
    def bill(self) -> Bill:
        """What the tariff makes of the session, exact."""
        return rate(self.tariff, periods(self))

    def energy_at(self, moment: datetime) -> Decimal:
        """Return the meter's kWh since the start; power is even while the car charges."""
        if moment >= self.charge_end:
            return self.energy_kwh
        share = Decimal((moment - self.start).total_seconds()) / Decimal((self.charge_end - self.start).total_seconds())
        return (self.energy_kwh * share).quantize(Decimal(1).scaleb(-self.partner.energy_decimals), ROUND_HALF_UP)

    def with_energy(self, energy_kwh: Decimal) -> Charge:
        return replace(self, energy_kwh=energy_kwh)


def hours(seconds: float) -> Decimal:
    """Return seconds as hours with the four decimals of an OCPI number."""
    return (Decimal(seconds) / 3600).quantize(HOUR_DECIMALS, ROUND_HALF_UP)


def periods(charge: Charge, *, split: bool = True, keep_unpriced: bool = False) -> list[Period]:
    """Cut a session into charging periods, a new one wherever another component becomes active.

    A volume is left out of a period when the tariff prices its dimension elsewhere but not there (the back office
    lists what is relevant for the bill), unless `keep_unpriced`. Without `split` only the end of charging begins a
    new period.
    """
    edges = _cuts(charge) if split else {charge.start: Decimal(0)}
    if charge.start < charge.charge_end < charge.end:
        edges[charge.charge_end] = charge.energy_kwh
    starts = sorted(edges)
    found: list[tuple[tuple[Any, ...], Period]] = []
    for at in starts:
        state = _state(charge, at, edges[at])
        if found and found[-1][0] == state and split:
            continue
        found.append((state, Period(at, {})))
    kept = [period for _, period in found]
    meter = {period.start: edges[period.start] for period in kept}
    for period, after in zip(kept, [*kept[1:], None], strict=True):
        until = after.start if after else charge.end
        used = (meter[after.start] if after else charge.energy_kwh) - meter[period.start]
        is_charging = period.start < charge.charge_end
        length = hours((until - period.start).total_seconds())
        volumes = {"ENERGY": used, "TIME": length} if is_charging else {"PARKING_TIME": length}
        elapsed = (period.start - charge.start).total_seconds()
        for kind, volume in volumes.items():
            priced = winner(charge.tariff, kind, period.start, elapsed, meter[period.start])
            if priced or keep_unpriced or not prices_somewhere(charge.tariff, kind):
                period.volumes[kind] = volume
        if not period.volumes:
            period.volumes["ENERGY"] = Decimal(0)
    return kept


def _state(charge: Charge, at: datetime, kwh: Decimal) -> tuple[Any, ...]:
    """Describe what is active at a moment: charging or not, and the components that price what happens then."""
    elapsed = (at - charge.start).total_seconds()
    is_charging = at < charge.charge_end
    kinds = ("ENERGY", "TIME") if is_charging else ("PARKING_TIME",)
    return (is_charging, *(id(winner(charge.tariff, kind, at, elapsed, kwh)) for kind in kinds))


def _cuts(charge: Charge) -> dict[datetime, Decimal]:
    """Return every moment where a restriction of the tariff begins or ends to hold, with the meter there."""
    moments = {charge.start}
    thresholds: dict[datetime, Decimal] = {}
    clocks, energies = {time(0)}, set[Decimal]()
    for element in charge.tariff["elements"]:
        limits = {k: v for k, v in (element.get("restrictions") or {}).items() if v not in (None, [])}
        clocks |= {time.fromisoformat(limits[k]) for k in ("start_time", "end_time") if k in limits}
        energies |= {Decimal(limits[k]) for k in ("min_kwh", "max_kwh") if k in limits}
        moments |= {
            charge.start + timedelta(seconds=limits[k]) for k in ("min_duration", "max_duration") if k in limits
        }
    day = charge.start.astimezone(ZONE).date()
    while day <= charge.end.astimezone(ZONE).date():
        moments |= {datetime.combine(day, clock, ZONE).astimezone(UTC) for clock in clocks}
        day += timedelta(days=1)
    for kwh in energies:
        if 0 < kwh < charge.energy_kwh:
            seconds = (charge.charge_end - charge.start).total_seconds() * float(kwh / charge.energy_kwh)
            thresholds[charge.start + timedelta(seconds=round(seconds))] = kwh
    inside = {at: charge.energy_at(at) for at in moments if charge.start <= at < charge.end}
    return {**inside, **{at: kwh for at, kwh in thresholds.items() if charge.start < at < charge.charge_end}}
