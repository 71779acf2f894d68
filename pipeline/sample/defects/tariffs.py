"""Defects around the tariff: an old version applied, an unknown one named, periods not cut, volumes without a price."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.sample.catalogue import Outlet
from pipeline.sample.charge import Charge, periods
from pipeline.sample.frame import NIGHTS, PARTNERS, Partner
from pipeline.sample.rating import Period, prices_somewhere, rate, winner
from pipeline.sample.schedule import PULL_MARGIN, Planner, without_near_tie
from pipeline.sample.world import Record, World, is_22

STALE_COUNT = 4


def after_second_night(planner: Planner, partner: Partner, places: list[Outlet]) -> Charge:
    """Draw a charge that begins after the second pull and ends well before the third."""
    while True:
        start = NIGHTS[1] + timedelta(minutes=planner.rng.randrange(360, 1080))
        made = planner.charge(partner, outlet=planner.rng.choice(places), start=start)
        if made and made.end < NIGHTS[2] - PULL_MARGIN[0]:
            return made


def stale_tariff(world: World, planner: Planner) -> None:
    """Sessions after the second night still priced by the tariff version that it replaced."""
    for partner in PARTNERS:
        changed = [o for o in planner.outlets[partner.party_id] if o.tariff_id in world.catalogue.changed]
        for _ in range(STALE_COUNT):
            made = after_second_night(planner, partner, changed)
            old = world.catalogue.tariffs[partner.party_id][made.outlet.tariff_id]
            record = planner.document(without_near_tie(replace(made, tariff=old)))
            world.mark(record, "stale_tariff")
            world.expect(record.cdr, "stale_tariff", "tariff_stale_or_unsynced")


def silent_price(world: World, planner: Planner) -> None:
    """Sessions priced by a version whose prices rose while the tariff kept its `last_updated`."""
    silent = world.catalogue.changed_silently
    for partner in PARTNERS:
        places = [o for o in planner.outlets[partner.party_id] if o.tariff_id in silent]
        for _ in range(STALE_COUNT if places else 0):
            planner.document(after_second_night(planner, partner, places))
    for record in world.records:
        if record.sent_cdr and record.charge.tariff in silent.values():
            world.mark(record, "silent_price")
            world.expect(record.cdr, "silent_price", "tariff_mutated_in_place")


def tariff_not_embedded_by_name(world: World, _: Planner) -> None:
    """Every period names a tariff that is not among the tariffs of the CDR, so nothing can be priced."""
    for record in world.pick(6, "tariff_unknown", is_22):
        for period in record.cdr.body["charging_periods"]:
            period["tariff_id"] = "TARIFF-NOT-SENT"
        world.expect(record.cdr, "tariff_unknown", "tariff_unknown")


def spans_change(charge: Charge, cut: list[Period]) -> bool:
    """Say whether in some period a priced volume ends at another price than it began."""
    for period, after in zip(cut, [*cut[1:], None], strict=True):
        last = (after.start if after else charge.end) - timedelta(seconds=1)
        for kind in period.volumes:
            prices = set()
            for moment in (period.start, last):
                elapsed = (moment - charge.start).total_seconds()
                component = winner(charge.tariff, kind, moment, elapsed, charge.energy_at(moment))
                prices.add(str(component["price"]) if component else None)
            if None not in prices and len(prices) == 2:
                return True
    return False


def period_not_cut(world: World, _: Planner) -> None:
    """A price changes within a period; the partner bills the whole period at the price of its start."""

    def may(record: Record) -> bool:
        coarse = periods(record.charge, split=False)
        kinds = {kind for period in coarse for kind in period.volumes}
        is_same = kinds == {kind for period in periods(record.charge) for kind in period.volumes}
        return is_same and not rate(record.charge.tariff, coarse).is_limited and spans_change(record.charge, coarse)

    for record in world.pick(8, "period_not_cut", may):
        charge = steady(record.charge, split=False)
        world.rebuild(record, charge, cut=periods(charge, split=False))
        world.expect(record.cdr, "period_not_cut", "period_spans_price_change")


def volume_without_price(world: World, _: Planner) -> None:
    """The partner lists charging time that its tariff prices only after five hours of a session."""

    def may(record: Record) -> bool:
        charge = record.charge
        full = periods(charge, keep_unpriced=True)
        has_more = full != periods(charge)
        return has_more and prices_somewhere(charge.tariff, "TIME") and not spans_change(charge, full)

    for record in world.pick(8, "volume_without_price", may):
        charge = steady(record.charge, keep_unpriced=True)
        world.rebuild(record, charge, cut=periods(charge, keep_unpriced=True))
        world.expect(record.cdr, "volume_without_price", "volume_without_component")


def steady(charge: Charge, **options: bool) -> Charge:
    """Move the energy off rounding ties for periods cut in another way."""
    return without_near_tie(charge, **options)


PLANTS = (stale_tariff, silent_price, tariff_not_embedded_by_name, period_not_cut, volume_without_price)
