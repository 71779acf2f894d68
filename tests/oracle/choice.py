"""Which component prices which volume: the first element per dimension that has it and whose restrictions hold.

OCPI mod_tariffs, Tariff object and TariffRestrictions; mod_cdrs, ChargingPeriod. Everything is judged at the start of
a period with the values reached so far; a period is never split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.oracle.exact import ONE, ZERO
from tests.oracle.policies import Policies
from tests.oracle.restrictions import Moment, hold
from tests.oracle.session import VOLUMES, Period, Session
from tests.oracle.tariff import Component, Element, Tariff

_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_LEAST_KWH = Decimal("0.000001")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER_S = 900


@dataclass(frozen=True, slots=True)
class Charge:
    """A volume of a period and the component that prices it; FLAT has quantity 1."""

    period: Period
    dimension: str
    tariff: Tariff
    element: Element
    component: Component
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """All charges in order of period, and the findings met while choosing."""

    charges: tuple[Charge, ...]
    findings: frozenset[str]


def choose(session: Session, tariffs: Sequence[Tariff | None], zone: ZoneInfo | None, policies: Policies) -> Choice:
    """Charges of a session; `tariffs` holds the tariff of each period."""
    charges: list[Charge] = []
    findings: set[str] = set()
    flat_done = {True: False, False: False}
    for period, moment, last in _moments(session, zone, policies):
        tariff = tariffs[period.index]
        if tariff is None:
            continue
        for reserved in (True, False):
            if not flat_done[reserved] and _flat_is_due(period, session, reserved=reserved):
                flat = _winner(tariff, "FLAT", moment, session, policies, reserved=reserved)
                if flat is not None:
                    flat_done[reserved] = True
                    charges.append(Charge(period, "FLAT", tariff, *flat, quantity=ONE))
        for dimension in VOLUMES:
            if dimension not in period.volumes:
                continue
            reserved = dimension == "RESERVATION_TIME"
            priced_by = "TIME" if reserved else dimension
            found = _winner(tariff, priced_by, moment, session, policies, reserved=reserved)
            if found is not None:
                charges.append(Charge(period, dimension, tariff, *found, quantity=period.volumes[dimension]))
            then = _winner(tariff, priced_by, last, session, policies, reserved=reserved)
            if period.end > period.start and _terms(found) != _terms(then) and not _is_undivided(session):
                findings.add("period_spans_price_change")
            pricing = [each for each in tariff.elements if _prices(each, priced_by, reserved=reserved)]
            findings.update(_oddities(pricing, found is not None, period))
    return Choice(tuple(charges), frozenset(findings))


def _is_undivided(session: Session) -> bool:
    """Whether the session is shorter than a quarter of an hour and lies within one, so that no meter tells it apart."""
    started_s, duration_s = (session.start - _EPOCH) // _SECOND, (session.end - session.start) // _SECOND
    last_s = started_s + max(duration_s, 1) - 1
    return 0 <= duration_s < _QUARTER_S and started_s // _QUARTER_S == last_s // _QUARTER_S


def _oddities(pricing: Sequence[Element], is_priced: bool, period: Period) -> Iterator[str]:
    """What is odd about a volume, of a period, that some elements of its tariff could price."""
    # A tariff that prices a dimension nowhere does not mean to price it.
    if pricing and not is_priced:
        yield "volume_without_component"
    if _is_settled(pricing):
        return
    if any(_lacks_bound(element, period) for element in pricing):
        yield "restriction_dimension_missing"
    if any(_swings(element, period) for element in pricing):
        yield "restriction_bound_swings"


def _is_settled(pricing: Sequence[Element]) -> bool:
    """Whether the element asked first always holds: then no restriction of another one matters."""
    first = min(pricing, key=lambda each: each.restrictions.reservation != "RESERVATION_EXPIRES", default=None)
    return first is None or (not first.restrictions.values and first.restrictions.reservation != "RESERVATION_EXPIRES")


def _prices(element: Element, dimension: str, *, reserved: bool) -> bool:
    return dimension in element.components and (element.restrictions.reservation is not None) == reserved


def _terms(winner: tuple[Element, Component] | None) -> tuple[Decimal | None, ...]:
    """What makes a price another price: amount, rate or step."""
    return () if winner is None else (winner[1].price, winner[1].vat, winner[1].step_size)


def _lacks_bound(element: Element, period: Period) -> bool:
    """Whether an element restricts current or power of a period that carries neither side of it."""
    return any(
        any(f"{side}_{kind}" in element.restrictions.values for side in ("min", "max"))
        and not {f"MIN_{kind.upper()}", f"MAX_{kind.upper()}"} & period.bounds.keys()
        for kind in ("current", "power")
    )


def _swings(element: Element, period: Period) -> bool:
    """Whether current or power lies below a bound at one time of the period and not below it at another."""
    for name, bound in element.restrictions.values.items():
        kind = name[4:].upper()
        low, high = period.bounds.get(f"MIN_{kind}"), period.bounds.get(f"MAX_{kind}")
        if low is not None and high is not None and low < bound <= high:
            return True
    return False


def _flat_is_due(period: Period, session: Session, *, reserved: bool) -> bool:
    """The fee of a reservation belongs to a period with reserved time.

    The fee of the session belongs to a period that is more than reserved time, and to no expired reservation.
    """
    if reserved:
        return period.is_reserved
    return not period.is_reservation_only and not session.expired


def _winner(
    tariff: Tariff, dimension: str, moment: Moment, session: Session, policies: Policies, *, reserved: bool
) -> tuple[Element, Component] | None:
    """The first element with the dimension whose restrictions hold.

    An expired reservation asks the RESERVATION_EXPIRES elements first, then the RESERVATION ones.
    """
    kinds: tuple[str | None, ...] = (None,)
    if reserved:
        kinds = ("RESERVATION_EXPIRES", "RESERVATION") if session.expired else ("RESERVATION",)
    for kind in kinds:
        for element in tariff.elements:
            if (
                element.restrictions.reservation == kind
                and dimension in element.components
                and hold(element.restrictions, moment, policies)
            ):
                return element, element.components[dimension]
    return None


def _moments(session: Session, zone: ZoneInfo | None, policies: Policies) -> Iterator[tuple[Period, Moment, Moment]]:
    """Each period with the state at its start and the state just before its end."""
    kwh = ZERO
    for period in session.periods:
        clock = clock_start(session, period, policies)
        energy = period.volumes.get("ENERGY", ZERO)
        last = max(period.start, period.end - _SECOND)
        before_end = kwh + energy - _LEAST_KWH if energy > 0 else kwh + energy
        yield (
            period,
            moment_at(period, period.start, clock, kwh, zone),
            moment_at(period, last, clock, before_end, zone),
        )
        kwh += energy


def moment_at(period: Period, instant: datetime, clock: datetime, kwh: Decimal, zone: ZoneInfo | None) -> Moment:
    """The state at an instant of a period; durations count real seconds, also over a change of clocks."""
    bounds = period.bounds
    return Moment(
        local=None if zone is None else instant.astimezone(zone),
        # A period that begins before its clock has used up nothing yet.
        elapsed=max(Decimal((instant - clock) // _MICROSECOND).scaleb(-6), ZERO),
        kwh=kwh,
        min_current=bounds.get("MIN_CURRENT"),
        max_current=bounds.get("MAX_CURRENT"),
        min_power=bounds.get("MIN_POWER"),
        max_power=bounds.get("MAX_POWER"),
    )


def clock_start(session: Session, period: Period, policies: Policies) -> datetime:
    """Where min_duration and max_duration begin to count for a period.

    The CDR starts with the reservation; by default charging has a clock of its own.
    """
    if policies.duration_clock == "cdr_start":
        return session.start
    if period.is_reservation_only:
        return session.periods[0].start
    return next(each.start for each in session.periods if not each.is_reservation_only)
