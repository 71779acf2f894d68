"""Defects of time: ends before starts, clocks in the future or never set, disordered periods, overlapping stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pipeline.sample.charge import hours
from pipeline.sample.defects.fields import has_energy
from pipeline.sample.frame import NIGHTS, timestamp
from pipeline.sample.schedule import Planner, new_id, without_near_tie
from pipeline.sample.world import Record, World, is_22

LASTING = ("start_date",)
"""Restrictions that hold through every session of the sample."""


def is_plain(record: Record) -> bool:
    """Say whether the tariff prices the whole session alike, whatever the time, duration or energy."""
    for element in record.charge.tariff["elements"]:
        limits = {k for k, v in (element.get("restrictions") or {}).items() if v not in (None, [])}
        if limits - set(LASTING):
            return False
    return True


def has_two_periods(record: Record) -> bool:
    """Say whether the CDR has charging and parking periods."""
    return len(record.cdr.body["charging_periods"]) == 2


def lasts(minutes: int):
    """Build a test: the session lasted at least so many minutes."""
    return lambda record: record.charge.seconds >= minutes * 60


def end_name(body: dict) -> str:
    """Return the name of a CDR's end in its version."""
    return "stop_date_time" if "stop_date_time" in body else "end_date_time"


def end_before_start(world: World, _: Planner) -> None:
    """The CDR ends before it starts, by a second or by an hour; the session is right."""
    for number, record in enumerate(world.pick(10, "end_before_start", is_plain, lasts(15))):
        early = timedelta(seconds=1) if number % 2 else timedelta(hours=1)
        form = len(record.cdr.body["start_date_time"]) > 20
        end = timestamp(record.charge.start - early, milliseconds=form)
        record.cdr.body[end_name(record.cdr.body)] = end
        world.expect(record.cdr, "end_before_start", "end_before_start", "session_cdr_mismatch")


def updated_in_future(world: World, _: Planner) -> None:
    """`last_updated` lies hours after the first pull; the next window asks for the CDR once more."""
    for record in world.pick(8, "updated_in_future"):
        version = record.cdr.versions[0]
        version.last_updated = NIGHTS[0] + timedelta(minutes=world.rng.randrange(60, 600))
        record.cdr.body["last_updated"] = timestamp(version.last_updated)
        world.expect(record.cdr, "updated_in_future", "timestamp_in_future")


def clock_never_set(world: World, _: Planner) -> None:
    """`last_updated` is 1970: a placeholder."""
    for record in world.pick(6, "clock_never_set"):
        version = record.cdr.versions[0]
        version.last_updated = datetime(1970, 1, 1, tzinfo=UTC)
        record.cdr.body["last_updated"] = timestamp(version.last_updated)
        world.expect(record.cdr, "clock_never_set", "timestamp_epoch_placeholder")


def start_never_set(world: World, _: Planner) -> None:
    """The session's start is 1970 in the CDR, while the session and the charging periods tell the real one."""

    def may(record: Record) -> bool:
        return is_22(record) and is_plain(record) and not record.charge.tariff.get("start_date_time")

    for record in world.pick(4, "start_never_set", may):
        record.cdr.body["start_date_time"] = timestamp(datetime(1970, 1, 1, tzinfo=UTC))
        world.expect(record.cdr, "start_never_set", "timestamp_epoch_placeholder", "session_cdr_mismatch")


def total_time_in_minutes(world: World, _: Planner) -> None:
    """`total_time` is in minutes."""
    for record in world.pick(8, "total_time_in_minutes", lasts(10)):
        record.cdr.body["total_time"] = (Decimal(record.charge.seconds) / 60).quantize(Decimal("0.0001"))
        consequences = ("time_sum_mismatch",) if tells_time_of(record, "TIME") else ()
        world.expect(record.cdr, "total_time_in_minutes", "duration_total_time_mismatch", *consequences)


def tells_time_of(record: Record, dimension: str) -> bool:
    """Whether every period of the CDR carries a time and one of them this one, so that there is a sum to compare."""
    periods = [{each["type"] for each in period["dimensions"]} for period in record.cdr.body["charging_periods"]]
    return all(period & {"TIME", "PARKING_TIME"} for period in periods) and any(dimension in each for each in periods)


def parking_too_long(world: World, _: Planner) -> None:
    """`total_parking_time` exceeds `total_time` by half an hour."""
    for record in world.pick(6, "parking_too_long"):
        record.cdr.body["total_parking_time"] = hours(record.charge.seconds) + Decimal("0.5")
        consequences = ("parking_sum_mismatch",) if tells_time_of(record, "PARKING_TIME") else ()
        world.expect(record.cdr, "parking_too_long", "parking_exceeds_total", *consequences)


def periods_swapped(world: World, _: Planner) -> None:
    """The two charging periods come in reverse order."""
    for record in world.pick(6, "periods_swapped", is_plain, has_two_periods):
        record.cdr.body["charging_periods"].reverse()
        world.expect(record.cdr, "periods_swapped", "charging_periods_disorder", "periods_unordered")


def period_after_end(world: World, _: Planner) -> None:
    """The parking period begins five minutes after the end of the session."""
    for record in world.pick(6, "period_after_end", is_plain, has_two_periods):
        start = record.charge.end + timedelta(minutes=5)
        period = record.cdr.body["charging_periods"][1]
        period["start_date_time"] = timestamp(start, milliseconds=len(period["start_date_time"]) > 20)
        world.expect(record.cdr, "period_after_end", "charging_periods_disorder", "period_outside_session")


def overlap(world: World, planner: Planner) -> None:
    """A second CDR of another driver lies within the stay of a first one at the same EVSE; both are in doubt."""
    for record in world.pick(6, "overlap", lasts(60), has_energy):
        first = record.charge
        others = [token for token in world.tokens if token.contract_id != first.token.contract_id]
        start = first.start + timedelta(seconds=first.seconds * 2 // 5)
        end = start + timedelta(seconds=first.seconds * 2 // 5)
        energy = (first.energy_kwh / 4).quantize(first.energy_kwh)
        second = replace(
            first,
            token=world.rng.choice(others),
            start=start,
            charge_end=end,
            end=end,
            energy_kwh=energy,
            session_id=new_id(world.rng, first.partner.slug),
            cdr_id=new_id(world.rng, first.partner.slug),
            authorization_reference=None,
        )
        other = planner.document(without_near_tie(second))
        other.defect = "overlap"
        for one in (record, other):
            world.expect(one.cdr, "overlap", "session_overlap_same_evse")


PLANTS = (
    end_before_start,
    updated_in_future,
    clock_never_set,
    start_never_set,
    total_time_in_minutes,
    parking_too_long,
    periods_swapped,
    period_after_end,
    overlap,
)
