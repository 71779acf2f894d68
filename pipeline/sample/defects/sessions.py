"""Defects of sessions and of the match of sessions and CDRs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pipeline.sample.charge import Charge, periods
from pipeline.sample.defects.fields import has_energy
from pipeline.sample.defects.times import is_plain, lasts
from pipeline.sample.frame import NIGHTS, ZONE, timestamp
from pipeline.sample.rating import rate
from pipeline.sample.schedule import Planner, shifted
from pipeline.sample.world import Record, World, ended_before, is_22, local_end_day

SETTLED = ended_before(datetime(2026, 10, 24, tzinfo=UTC))
"""The wait of 72 hours has long passed when the last night is judged."""


def end_name(body: dict) -> str:
    """Return the name of a Session's end in its version."""
    return "end_datetime" if "start_datetime" in body else "end_date_time"


def without_cdr(world: World, _: Planner) -> None:
    """A completed session whose CDR never comes."""
    for record in world.pick(12, "session_without_cdr", SETTLED, has_energy):
        world.drop(record.cdr)
        record.sent_cdr = None
        world.expect(record.session, "session_without_cdr", "session_without_cdr")


def without_session(world: World, _: Planner) -> None:
    """A CDR whose session the partner never sends."""
    for record in world.pick(12, "cdr_without_session", SETTLED, has_energy):
        world.drop(record.session)
        record.sent_session = None
        world.expect(record.cdr, "cdr_without_session", "cdr_without_session")


def empty(charge: Charge) -> Charge:
    """Return the charge as a short stay without energy."""
    end = charge.start + timedelta(seconds=min(charge.seconds, 120 + charge.seconds % 300))
    return replace(charge, charge_end=end, end=end, energy_kwh=Decimal(0))


def empty_cost(record: Record) -> Decimal:
    """Return what a short stay without energy would cost under the record's tariff."""
    charge = empty(record.charge)
    return rate(charge.tariff, periods(charge)).excl


def has_no_limits(record: Record) -> bool:
    """Say whether the tariff has no minimum price, which would make an empty session cost something."""
    return not record.charge.tariff.get("min_price")


def zero_energy(world: World, _: Planner) -> None:
    """A completed session without energy, with a CDR that costs nothing."""
    for record in world.pick(10, "zero_energy_session", has_no_limits, lambda r: empty_cost(r) == 0):
        world.rebuild(record, empty(record.charge))
        world.expect(record.session, "zero_energy_session", "session_zero_energy")


def zero_energy_billed(world: World, _: Planner) -> None:
    """A session without energy whose CDR bills a start fee or time."""
    dear = Decimal("0.10")
    for record in world.pick(8, "zero_energy_billed", has_no_limits, lambda r: empty_cost(r) >= dear):
        world.rebuild(record, empty(record.charge))
        world.expect(record.cdr, "zero_energy_billed", "zero_energy_billed")
        world.expect(record.session, "zero_energy_billed", None, "session_zero_energy")


def invalid(world: World, _: Planner) -> None:
    """The partner marked the session INVALID and sends no CDR."""
    for record in world.pick(10, "session_invalid"):
        world.drop(record.cdr)
        record.sent_cdr = None
        record.session.body["status"] = "INVALID"
        world.expect(record.session, "session_invalid", "session_invalid_status")


def field_missing(world: World, _: Planner) -> None:
    """The session lacks its kWh, or its currency."""
    for number, record in enumerate(world.pick(8, "session_field_missing", has_energy)):
        name = "kwh" if number % 2 else "currency"
        record.session.body[name] = None
        world.expect(record.session, "session_field_missing", "session_required_fields_missing")


def ends_before_start(world: World, _: Planner) -> None:
    """The session ends half an hour before it starts; its CDR is right."""
    for record in world.pick(6, "session_end_before_start", lasts(10)):
        body = record.session.body
        form = len(body["last_updated"]) > 20
        body[end_name(body)] = timestamp(record.charge.start - timedelta(minutes=30), milliseconds=form)
        world.expect(record.session, "session_end_before_start", "session_end_before_start")
        world.expect(record.cdr, "session_end_before_start", None, "session_cdr_mismatch")


def updated_in_future(world: World, _: Planner) -> None:
    """`last_updated` of the session lies hours after the first pull."""
    for record in world.pick(6, "session_updated_in_future"):
        version = record.session.versions[0]
        version.last_updated = NIGHTS[0] + timedelta(minutes=world.rng.randrange(60, 600))
        version.body["last_updated"] = timestamp(version.last_updated)
        world.expect(record.session, "session_updated_in_future", "session_timestamp_in_future")


def energy_in_wh(world: World, _: Planner) -> None:
    """The session's kWh are Wh; its CDR is right."""
    for record in world.pick(6, "session_energy_in_wh", has_energy):
        record.session.body["kwh"] = (record.charge.energy_kwh * 1000).quantize(Decimal(1))
        world.expect(record.session, "session_energy_in_wh", "session_energy_invalid")
        world.expect(record.cdr, "session_energy_in_wh", None, "session_cdr_mismatch")


def differs_from_cdr(world: World, _: Planner) -> None:
    """The session tells a tenth less energy than the CDR, or ended a quarter of an hour earlier."""
    for number, record in enumerate(world.pick(10, "session_cdr_mismatch", has_energy, lasts(30))):
        body = record.session.body
        if number % 2:
            body["kwh"] = (record.charge.energy_kwh * Decimal("0.9")).quantize(record.charge.energy_kwh)
        else:
            form = len(body["last_updated"]) > 20
            body[end_name(body)] = timestamp(record.charge.end - timedelta(minutes=15), milliseconds=form)
        world.expect(record.cdr, "session_cdr_mismatch", "session_cdr_mismatch")


def local_offset(charge: Charge) -> timedelta | None:
    """Return how far local time is ahead of UTC during a session; none where that changes within it."""
    offsets = {moment.astimezone(ZONE).utcoffset() for moment in (charge.start, charge.end)}
    return offsets.pop() if len(offsets) == 1 else None


def local_time_as_utc(world: World, _: Planner) -> None:
    """The CDR writes local time as if it were UTC; the session tells the right times."""

    def may(record: Record) -> bool:
        offset = local_offset(record.charge)
        if offset is None or not is_22(record) or not is_plain(record):
            return False
        wrong = shifted(record.charge, offset)
        is_same_day = local_end_day(wrong) == local_end_day(record.charge)
        return is_same_day and not any(
            other is not record
            and other.charge.outlet.evse_uid == wrong.outlet.evse_uid
            and other.charge.start < wrong.end
            and wrong.start < other.charge.end
            for other in world.records
        )

    for record in world.pick(6, "local_time_as_utc", SETTLED, may):
        wrong = shifted(record.charge, local_offset(record.charge) or timedelta())
        for version in record.cdr.versions:
            version.body = world.writer.cdr(wrong, version.last_updated)
        world.expect(record.cdr, "local_time_as_utc", "timestamp_not_utc_or_shifted")


PLANTS = (
    without_cdr,
    without_session,
    zero_energy,
    zero_energy_billed,
    invalid,
    field_missing,
    ends_before_start,
    updated_in_future,
    energy_in_wh,
    differs_from_cdr,
    local_time_as_utc,
)
