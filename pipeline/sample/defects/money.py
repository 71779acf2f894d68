"""Defects of money: totals that do not follow from the tariff, rounding elsewhere, wrong VAT."""

from __future__ import annotations

from decimal import Decimal

from pipeline.sample.documents import PART_NAMES, Claim, claim, price
from pipeline.sample.rating import Bill, rounded
from pipeline.sample.schedule import Planner
from pipeline.sample.world import Record, World, is_22

CENT = Decimal("0.01")
WRONG_RATE = Decimal(9)
ADDED_RATE = Decimal(21)


def bill_of(record: Record) -> Bill:
    """Return what the tariff makes of a record's session."""
    return record.charge.bill


def costs_at_least(amount: int):
    """Build a test: the session costs at least so much before VAT."""
    return lambda record: bill_of(record).excl >= amount


def set_claim(record: Record, claimed: Claim, percent: int = 21) -> None:
    """Write claimed amounts into the CDR of a record."""
    body, charge = record.cdr.body, record.charge
    if charge.partner.version == "2.1.1":
        body["total_cost"] = claimed.excl
        return
    body["total_cost"] = price(charge, claimed.excl, claimed.incl, percent)
    for kind, part in claimed.parts.items():
        body[PART_NAMES[kind]] = price(charge, *part, percent)


def total_off(world: World, _: Planner) -> None:
    """The total is 8 % too high (or, every third, 5 % too low); VAT and subtotals follow the wrong total."""
    for number, record in enumerate(world.pick(15, "total_off", costs_at_least(2))):
        bill, decimals = bill_of(record), record.charge.partner.money_decimals
        factor = Decimal("0.95") if number % 3 == 2 else Decimal("1.08")
        wrong = rounded(bill.excl * factor, decimals), rounded(bill.incl * factor, decimals)
        set_claim(record, claim(bill, decimals).moved(*wrong))
        world.expect(record.cdr, "total_off", "recalc_total_mismatch")


def rounded_by_line(bill: Bill) -> Claim:
    """Round each line to cents before summing, as some back offices do."""
    parts: dict[str, tuple[Decimal, Decimal]] = {}
    for line in bill.lines:
        before, after = parts.get(line.kind, (Decimal(0), Decimal(0)))
        parts[line.kind] = (before + rounded(line.excl, 2), after + rounded(line.incl, 2))
    sums = [sum((part[i] for part in parts.values()), Decimal(0)) for i in (0, 1)]
    return Claim(sums[0], sums[1], parts)


def has_rounding_gap(record: Record) -> bool:
    """Say whether rounding each line moves the total by exactly one cent, and the tax by no more than that."""
    bill = bill_of(record)
    if bill.is_limited or bill.excl < 1:
        return False
    claimed = rounded_by_line(bill)
    tax_gap = (claimed.incl - claimed.excl) - (bill.incl - bill.excl)
    is_far = abs(claimed.excl - bill.excl) < Decimal("0.0195")
    return abs(claimed.excl - rounded(bill.excl, 2)) == CENT and abs(tax_gap) <= Decimal("0.015") and is_far


def rounding_by_line(world: World, _: Planner) -> None:
    """The partner rounded each line to cents before summing: one cent away from the total rounded once."""
    for record in world.pick(12, "rounding_by_line", has_rounding_gap):
        set_claim(record, rounded_by_line(bill_of(record)))
        world.expect(record.cdr, "rounding_by_line", "rounding_gap")


def vat_wrong(world: World, _: Planner) -> None:
    """9 % VAT where the tariff says 21 %, or 21 % where it says none; amounts before VAT are right."""
    for record in world.pick(12, "vat_wrong", is_22, costs_at_least(3)):
        bill, decimals = bill_of(record), record.charge.partner.money_decimals
        percent = WRONG_RATE if bill.incl > bill.excl else ADDED_RATE
        right = claim(bill, decimals)
        factor = 1 + percent / 100
        parts = {kind: (excl, rounded(excl * factor, decimals)) for kind, (excl, _) in right.parts.items()}
        summed = Claim(right.excl, sum((part[1] for part in parts.values()), Decimal(0)), parts)
        set_claim(record, summed.moved(right.excl, rounded(right.excl * factor, decimals)), int(percent))
        world.expect(record.cdr, "vat_wrong", "vat_mismatch")


PLANTS = (total_off, rounding_by_line, vat_wrong)
