"""Defects of amounts that no single figure shows: cents off, a lost decimal point, limits and taxes that do not fit."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

from pipeline.sample.defects.money import bill_of, costs_at_least, set_claim
from pipeline.sample.documents import Claim, claim
from pipeline.sample.frame import NIGHTS
from pipeline.sample.rating import rounded
from pipeline.sample.schedule import Planner
from pipeline.sample.world import Record, World, ended_before, is_22

FOUR_CENTS = Decimal("0.04")
LIMIT_GAP = Decimal("0.05")
FOREIGN_RATE = 17


def has_limits(record: Record) -> bool:
    """Say whether the tariff has a minimum or maximum price."""
    return bool(record.charge.tariff.get("min_price") or record.charge.tariff.get("max_price"))


def is_unlimited(record: Record) -> bool:
    """Say whether no price limit can be touched by another total."""
    return not has_limits(record)


def has_tax(record: Record) -> bool:
    """Say whether at least a few cents of tax are due."""
    return bill_of(record).incl - bill_of(record).excl >= Decimal("0.20")


def right_claim(record: Record) -> Claim:
    """Return what the partner should claim."""
    return claim(bill_of(record), record.charge.partner.money_decimals)


def some_cents(world: World, _: Planner) -> None:
    """The total is four cents too high: more than rounding, too little to hold the CDR; the tax follows."""
    for record in world.pick(6, "some_cents", is_unlimited, costs_at_least(1)):
        right, decimals = right_claim(record), record.charge.partner.money_decimals
        incl = rounded(right.incl * (right.excl + FOUR_CENTS) / right.excl, decimals)
        set_claim(record, right.moved(right.excl + FOUR_CENTS, incl))
        world.expect(record.cdr, "some_cents", "recalc_total_mismatch")


def point_lost(world: World, _: Planner) -> None:
    """Every amount is a hundred times too high, as if sent in cents."""

    def may(record: Record) -> bool:
        # A hundred times a rounded tax is no longer what its percentage gives, which 2.3.0 shows.
        return record.charge.partner.version != "2.3.0" and is_unlimited(record)

    for record in world.pick(6, "point_lost", may, costs_at_least(4)):
        right = right_claim(record)
        parts = {kind: (excl * 100, incl * 100) for kind, (excl, incl) in right.parts.items()}
        set_claim(record, Claim(right.excl * 100, right.incl * 100, parts))
        world.expect(record.cdr, "point_lost", "cost_out_of_range", "recalc_total_mismatch")


def free_of_charge(world: World, _: Planner) -> None:
    """The CDR asks nothing, though the tariff is not free."""
    for record in world.pick(6, "free_of_charge", is_unlimited, costs_at_least(1)):
        right, nothing = right_claim(record), Decimal(0)
        set_claim(record, Claim(nothing, nothing, dict.fromkeys(right.parts, (nothing, nothing))))
        world.expect(record.cdr, "free_of_charge", "price_zero_with_energy", "recalc_total_mismatch")


def unlimited_claim(record: Record) -> Claim:
    """Return what the lines come to without minimum and maximum price."""
    bill, decimals = bill_of(record), record.charge.partner.money_decimals
    sums = (sum((getattr(line, side) for line in bill.lines), Decimal(0)) for side in ("excl", "incl"))
    return Claim(*(rounded(amount, decimals) for amount in sums), {})


def limit_forgotten(world: World, _: Planner) -> None:
    """The total is what the session would cost without the minimum or maximum price of its tariff."""

    def may(record: Record) -> bool:
        return bill_of(record).is_limited and abs(unlimited_claim(record).excl - bill_of(record).excl) >= LIMIT_GAP

    for record in world.pick(4, "limit_forgotten", may):
        set_claim(record, unlimited_claim(record))
        world.expect(record.cdr, "limit_forgotten", "min_max_price_breached")


def tax_contradicts(world: World, _: Planner) -> None:
    """The tax of the total is half of its own percentage (2.3.0), or was taken off instead of put on (2.2.1)."""
    for record in world.pick(8, "tax_contradicts", is_22, has_tax, is_unlimited):
        total = record.cdr.body["total_cost"]
        if "taxes" in total:
            total["taxes"][0]["amount"] = rounded(total["taxes"][0]["amount"] / 2, 2)
        else:
            total["incl_vat"] = 2 * total["excl_vat"] - total["incl_vat"]
        world.expect(record.cdr, "tax_contradicts", "tax_arithmetic")


def rate_of_elsewhere(world: World, _: Planner) -> None:
    """The embedded tariff and all amounts have 17 % VAT, which the Netherlands do not know, before our first pull."""

    def may(record: Record) -> bool:
        return record.charge.partner.version == "2.3.0" and is_unlimited(record) and has_tax(record)

    for record in world.pick(4, "rate_of_elsewhere", may, ended_before(NIGHTS[0])):
        tariff = deepcopy(record.charge.tariff)
        for element in tariff["elements"]:
            for component in element["price_components"]:
                component["vat"] = Decimal(FOREIGN_RATE)
        world.rebuild(record, replace(record.charge, tariff=tariff))
        set_claim(record, right_claim(record), FOREIGN_RATE)
        world.expect(record.cdr, "rate_of_elsewhere", "tax_rate_unexpected")


PLANTS = (some_cents, point_lost, free_of_charge, limit_forgotten, tax_contradicts, rate_of_elsewhere)
