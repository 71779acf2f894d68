"""Defects that need time or a second document: late and repeated CDRs, changed copies, duplicates, credits."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pipeline.sample.defects.fields import has_energy, has_parts
from pipeline.sample.defects.money import costs_at_least
from pipeline.sample.frame import NIGHTS, Partner, timestamp
from pipeline.sample.made import MADE_PREFIX
from pipeline.sample.schedule import Planner, new_id, shifted, without_near_tie
from pipeline.sample.world import (
    AGREEMENT_OVERLAP,
    Body,
    Item,
    Record,
    Version,
    World,
    ended_before,
    is_22,
    local_end_day,
)

CREDITABLE = ended_before(datetime(2026, 10, 26, tzinfo=UTC))
TOO_LATE_SHIFT = timedelta(weeks=15)
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


def late_moment(world: World, night: int) -> datetime:
    """Draw a moment of publication that only the pull of one delta night asks for."""
    return NIGHTS[night - 1] + timedelta(minutes=world.rng.randrange(60, 960))


def dated(world: World, partner: Partner, body: Body, at: datetime) -> Version:
    """Return a state of an object published at a moment."""
    body["last_updated"] = timestamp(at, milliseconds=partner.slug == "nl-efl")
    return Version(at, at, body)


def late(world: World, _: Planner) -> None:
    """The CDR is published more than a day after the session ended, after the first pull."""
    for number, record in enumerate(world.pick(14, "late")):
        at = late_moment(world, 1 + number % 2)
        record.cdr.versions[:] = [dated(world, record.charge.partner, record.cdr.body, at)]
        world.expect(record.cdr, "late", "cdr_late")


def too_late(world: World, _: Planner) -> None:
    """The CDR of a session of July comes on the second night; nl-sgm had no agreement then."""

    def may(record: Record) -> bool:
        moved = record.charge.end - TOO_LATE_SHIFT
        is_july = JULY <= moved < NIGHTS[1] - timedelta(days=92)
        return is_july and not record.charge.tariff["id"].startswith(MADE_PREFIX)

    for record in world.pick(6, "too_late", may):
        charge = without_near_tie(shifted(record.charge, -TOO_LATE_SHIFT))
        partner = charge.partner
        record.charge = charge
        ended = charge.end + timedelta(seconds=30)
        record.session.versions[:] = [Version(ended, ended, world.writer.session(charge, ended))]
        at = late_moment(world, 1)
        record.cdr.versions[:] = [dated(world, partner, world.writer.cdr(charge, at), at)]
        more = ("agreement_missing",) if partner.slug == AGREEMENT_OVERLAP[0] else ()
        world.expect(record.cdr, "too_late", "cdr_too_late", "cdr_late", *more)


def sent_again(world: World, _: Planner) -> None:
    """The partner sends the same CDR again on one or both of the later nights, though no window asks for it."""
    for number, record in enumerate(world.pick(10, "sent_again")):
        record.cdr.versions[0].resent_nights |= {1, 2} if number % 2 else {1}
        world.expect(record.cdr, "sent_again", "cdr_resend_identical")


def changed_under_same_id(world: World, _: Planner) -> None:
    """The same CDR id comes again on the second night with a total 1.00 higher; half of them call that newer."""
    for number, record in enumerate(world.pick(8, "duplicate_id", costs_at_least(1))):
        body = deepcopy(record.cdr.body)
        total = body["total_cost"]
        if isinstance(total, dict):
            name = "excl_vat" if "excl_vat" in total else "before_taxes"
            total[name] += 1
            if "incl_vat" in total:
                total["incl_vat"] += 1
        else:
            body["total_cost"] = total + 1
        at = late_moment(world, 1)
        if number % 2:
            record.cdr.versions.append(dated(world, record.charge.partner, body, at))
            world.expect(record.cdr, "duplicate_id", "cdr_mutated_after_receipt")
        else:
            record.cdr.versions.append(Version(at, at, body))
            world.expect(record.cdr, "duplicate_id", "cdr_duplicate_id")


def same_content(world: World, _: Planner) -> None:
    """The same session is billed again under another id, in the first pull or a day late."""
    for number, record in enumerate(world.pick(10, "duplicate_content", costs_at_least(1))):
        partner, original = record.charge.partner, record.cdr
        body = deepcopy(original.body)
        while (copy_id := new_id(world.rng, partner.slug)) <= original.object_id:
            pass
        body["id"] = copy_id
        is_late = number % 3 == 2
        at = late_moment(world, 1) if is_late else original.versions[0].published_at + timedelta(minutes=20)
        item = world.add(Item("cdrs", partner, copy_id, [dated(world, partner, body, at)]))
        world.expect(item, "duplicate_content", "cdr_duplicate_content", *(["cdr_late"] if is_late else []))


def credit_body(original: Body, suffix: str) -> Body:
    """Return a full copy of a CDR as its credit: only the total is negated."""
    body = deepcopy(original)
    total = body["total_cost"]
    for name in ("excl_vat", "incl_vat", "before_taxes"):
        if name in total:
            total[name] = -total[name]
    for tax in total.get("taxes", []):
        tax["amount"] = -tax["amount"]
    last_updated = body.pop("last_updated")
    return body | {
        "id": f"{original['id']}{suffix}",
        "credit": True,
        "credit_reference_id": original["id"],
        "last_updated": last_updated,
    }


def publish_credit(world: World, record: Record, body: Body, *, on_second_night: bool) -> Item:
    """Add a credit CDR, a day after its original or on the second night."""
    partner = record.charge.partner
    at = late_moment(world, 1) if on_second_night else record.cdr.versions[0].published_at + timedelta(hours=26)
    return world.add(Item("cdrs", partner, body["id"], [dated(world, partner, body, at)]))


def credit(world: World, _: Planner) -> None:
    """Good credits of good CDRs; a third of the originals is replaced by a new CDR with the same content."""
    for number, record in enumerate(world.pick(12, "credit", is_22, CREDITABLE, costs_at_least(1))):
        body = credit_body(record.cdr.body, "-C")
        item = publish_credit(world, record, body, on_second_night=number % 3 == 1)
        if number % 3 == 2:
            partner = record.charge.partner
            replacement = deepcopy(record.cdr.body)
            replacement["id"] = new_id(world.rng, partner.slug)
            at = item.versions[0].published_at + timedelta(minutes=5)
            world.add(Item("cdrs", partner, replacement["id"], [dated(world, partner, replacement, at)]))


def credit_without_original(world: World, _: Planner) -> None:
    """A credit that refers to a CDR that was never sent, or to none."""
    for number, record in enumerate(world.pick(6, "credit_without_original", is_22, CREDITABLE, costs_at_least(1))):
        body = credit_body(record.cdr.body, "-C")
        if number % 2:
            body["credit_reference_id"] = new_id(world.rng, record.charge.partner.slug)
        else:
            del body["credit_reference_id"]
        item = publish_credit(world, record, body, on_second_night=False)
        world.expect(item, "credit_without_original", "credit_cdr_integrity", "credit_not_priced")


def credit_of_other_amount(world: World, _: Planner) -> None:
    """A credit whose total is 0.50 short of minus the original's."""
    for record in world.pick(4, "credit_of_other_amount", is_22, CREDITABLE, costs_at_least(2), has_parts):
        body = credit_body(record.cdr.body, "-C")
        total = body["total_cost"]
        total["excl_vat" if "excl_vat" in total else "before_taxes"] += Decimal("0.50")
        if "incl_vat" in total:
            total["incl_vat"] += Decimal("0.50")
        item = publish_credit(world, record, body, on_second_night=False)
        world.expect(item, "credit_of_other_amount", "credit_cdr_integrity", "component_sum_mismatch")


def credited_twice(world: World, _: Planner) -> None:
    """A second credit of the same original, on the second night; the first one is good."""
    for record in world.pick(4, "credited_twice", is_22, CREDITABLE, costs_at_least(1)):
        publish_credit(world, record, credit_body(record.cdr.body, "-C"), on_second_night=False)
        second = publish_credit(world, record, credit_body(record.cdr.body, "-C2"), on_second_night=True)
        world.expect(second, "credited_twice", "credit_cdr_integrity")


def credit_of_other_energy(world: World, _: Planner) -> None:
    """A credit that tells a tenth less energy than its original."""
    for record in world.pick(4, "credit_of_other_energy", is_22, CREDITABLE, costs_at_least(1), has_energy):
        body = credit_body(record.cdr.body, "-C")
        body["total_energy"] = (record.charge.energy_kwh * Decimal("0.9")).quantize(record.charge.energy_kwh)
        item = publish_credit(world, record, body, on_second_night=False)
        world.expect(item, "credit_of_other_energy", "credit_cdr_integrity")


def replaced_without_credit(world: World, _: Planner) -> None:
    """A second CDR of the session with a tenth less energy, on the second night; the first one is not credited."""
    for record in world.pick(6, "replaced_without_credit", is_22, CREDITABLE, costs_at_least(1), has_energy):
        charge = record.charge
        energy = (charge.energy_kwh * Decimal("0.9")).quantize(charge.energy_kwh)
        other = replace(charge.with_energy(energy), cdr_id=new_id(world.rng, charge.partner.slug))
        at = late_moment(world, 1)
        body = world.writer.cdr(without_near_tie(other), at)
        item = world.add(Item("cdrs", charge.partner, other.cdr_id, [dated(world, charge.partner, body, at)]))
        world.expect(item, "replaced_without_credit", "replacement_without_credit", "cdr_late")


def agreements_overlap(world: World, _: Planner) -> None:
    """On one local day two agreement versions of nl-sgm are in force; each of its CDRs that ended then is unclear."""
    for record in world.records:
        if record.sent_cdr and (record.charge.partner.slug, local_end_day(record.charge)) == AGREEMENT_OVERLAP:
            world.mark(record, "agreements_overlap")
            world.expect(record.cdr, "agreements_overlap", "multiple_agreements_match")


PLANTS = (
    agreements_overlap,
    late,
    too_late,
    sent_again,
    changed_under_same_id,
    same_content,
    credit,
    credit_without_original,
    credit_of_other_amount,
    credited_twice,
    credit_of_other_energy,
    replaced_without_credit,
)
