"""Tokens that more than one uses, or that must not be used any more."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from pipeline.sample.charge import Charge
from pipeline.sample.frame import NIGHTS
from pipeline.sample.schedule import Planner
from pipeline.sample.world import Record, World, is_22, is_calm

# Twice as long as anybody drives through the country at 150 km/h, so that no other use adds evidence of its own.
APART = timedelta(hours=4)
# So long before and after, the driver charges nowhere else.
QUIET = timedelta(days=1)
TOGETHER = timedelta(minutes=15)
FAR_KM = 40
# Two of them take much less than what a car takes in a day.
MOST_KWH = Decimal(75)


def is_card(record: Record) -> bool:
    """Say whether a card was used and energy taken, as far as the documents tell both."""
    return is_22(record) and record.charge.token.kind == "RFID" and 0 < record.charge.energy_kwh < MOST_KWH


def coordinates(world: World, charge: Charge) -> tuple[float, float]:
    """Return latitude and longitude of the charge's location."""
    place = world.catalogue.locations[charge.partner.party_id][charge.outlet.location_id]["coordinates"]
    return float(place["latitude"]), float(place["longitude"])


def distance_km(world: World, one: Charge, other: Charge) -> float:
    """Return how far apart two charges took place."""
    (north, east), (north_too, east_too) = coordinates(world, one), coordinates(world, other)
    part = sin(radians(north_too - north) / 2) ** 2
    part += cos(radians(north)) * cos(radians(north_too)) * sin(radians(east_too - east) / 2) ** 2
    return 2 * 6371 * asin(sqrt(part))


def uses_by_contract(world: World) -> dict[str, list[Charge]]:
    """Return the charges of each contract in order of time."""
    uses: dict[str, list[Charge]] = {}
    for record in sorted(world.records, key=lambda record: record.charge.start):
        uses.setdefault(record.charge.token.contract_id, []).append(record.charge)
    return uses


def is_unhurried(uses: list[Charge]) -> bool:
    """Say whether a driver always has the time to get from one charge to the next, wherever they are."""
    return all(later.start - earlier.end >= APART for earlier, later in pairwise(uses))


def is_alone(uses: list[Charge], charge: Charge, until: datetime) -> bool:
    """Say whether the driver charges nowhere else around a charge."""
    return all(other is charge or other.end < charge.start - QUIET or other.start > until + QUIET for other in uses)


def finder(world: World) -> Callable[[Record], Record | None]:
    """Build what finds for a record another one at the same time, far away, whose token may be exchanged."""
    uses = uses_by_contract(world)
    others = sorted((r for r in world.records if is_calm(r) and is_card(r)), key=lambda r: r.charge.start)
    starts = [record.charge.start for record in others]

    def find(record: Record) -> Record | None:
        charge = record.charge
        mine = uses[charge.token.contract_id]
        if not is_unhurried(mine):
            return None
        for other in others[bisect_left(starts, charge.start + TOGETHER) : bisect_left(starts, charge.end - TOGETHER)]:
            there = other.charge
            if (
                other.defect is None
                and there.end - there.start > TOGETHER
                and is_alone(mine, charge, max(charge.end, there.end))
                and distance_km(world, charge, there) > FAR_KM
            ):
                return other
        return None

    return find


def token_shared(world: World, _: Planner) -> None:
    """A card charges at two stations far apart at the same time; both CDRs and sessions name it."""
    find = finder(world)
    for first in world.pick(2, "token_shared", is_card, lambda record: find(record) is not None):
        second = find(first)
        if second is None:
            raise ValueError("the other charge was taken meanwhile")
        world.mark(second, "token_shared")
        world.rebuild(second, replace(second.charge, token=first.charge.token, authorization_reference=None))
        for record in (first, second):
            world.expect(record.cdr, "token_shared", "token_sharing_suspected")


def token_blocked(world: World, _: Planner) -> None:
    """A card that our export of the second night calls not valid charges once on the day after."""

    def may(record: Record) -> bool:
        charge = record.charge
        later = [use for use in uses[charge.token.contract_id] if use.start >= NIGHTS[1]]
        return record.defect is None and is_card(record) and charge.start >= NIGHTS[1] and later == [charge]

    uses = uses_by_contract(world)
    pool = [record for record in world.records if record.sent_cdr and record.sent_session and may(record)]
    for record in world.rng.sample(pool, 4):
        world.mark(record, "token_blocked")
        world.blocked.add(record.charge.token.uid)
        world.expect(record.cdr, "token_blocked", "token_sharing_suspected")


PLANTS = (token_shared, token_blocked)
