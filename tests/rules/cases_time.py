"""Cases of clocks, durations, periods and lateness (R20 to R22, R24 to R29)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.rules.case import Case
from tests.rules.cases_energy import DC_CDR, at_dc
from tests.rules.world import text

D = Decimal
ORDER, FUTURE, EPOCH = "end_before_start", "timestamp_in_future", "timestamp_epoch_placeholder"
TOTAL, PERIODS, PARKED = "duration_total_time_mismatch", "charging_periods_disorder", "parking_exceeds_total"
RANGE, LATE, TOO_LATE = "duration_out_of_range", "cdr_late", "cdr_too_late"
OFFSET, OUTSIDE = "timestamp_with_offset", "period_outside_session"
STARTED = datetime(2026, 11, 2, 10, tzinfo=UTC)


def after_end(**span: int) -> Any:
    return lambda charge: text(charge.ended_at + timedelta(**span))


def after_start(seconds: int) -> Any:
    return lambda charge: text(charge.started_at + timedelta(seconds=seconds))


def second_period(seconds: int) -> dict[str, Any]:
    """A period without volumes of energy that begins so long after the start."""
    return {
        "charging_periods.1": {"dimensions": [{"type": "TIME", "volume": 0}]},
        "charging_periods.1.start_date_time": after_start(seconds),
    }


def timed(hours: str) -> dict[str, Any]:
    """What the CDR says of its time, all through."""
    return {"total_time": D(hours), "charging_periods.0.dimensions.1.volume": D(hours)}


CLOCKS = [
    Case(ORDER, "ends when it starts", duration_s=0, energy_kwh="0",
         expect_other=(("session", "session_zero_energy"),)),
    Case(FUTURE, "updated five minutes after it came", cdr={"last_updated": after_end(minutes=15)}),
    Case(FUTURE, "a second more", (FUTURE,), severity="reject", cdr={"last_updated": after_end(minutes=15, seconds=1)}),
    Case(FUTURE, "ends 4:59 after it came", received_at=STARTED + timedelta(hours=1, seconds=-299),
         cdr={"last_updated": text(STARTED)}),
    Case(FUTURE, "ends 5:01 after it came", (FUTURE,), received_at=STARTED + timedelta(hours=1, seconds=-301),
         cdr={"last_updated": text(STARTED)}, expect_other=(("session", "session_timestamp_in_future"),)),
    Case(EPOCH, "last updated at the beginning of 2017", cdr={"last_updated": "2017-01-01T00:00:00Z"}),
    Case(EPOCH, "last updated before", (EPOCH,), severity="hold", cdr={"last_updated": "2016-12-31T23:59:59Z"}),
    Case(EPOCH, "started in 1970", (EPOCH, "cdr_without_session"), session=None,
         cdr={"start_date_time": "1970-01-01T00:00:00Z"}),
    Case(OFFSET, "a zone in 2.2.1", (OFFSET,), cdr={"end_date_time": "2026-11-02T12:00:00+01:00"}),
    Case(OFFSET, "no zone in 2.1.1", version="2.1.1", cdr={"last_updated": "2026-11-02T11:01:00"}),
]  # fmt: skip

DURATIONS = [
    Case(TOTAL, "a minute less than from start to end", duration_s=3600, cdr=timed("0.983334")),
    Case(TOTAL, "more than a minute less", (TOTAL,), severity="warn", cdr=timed("0.983")),
    Case(TOTAL, "a quarter of an hour less", (TOTAL,), severity="warn", cdr=timed("0.75")),
    Case(TOTAL, "more than that", (TOTAL,), severity="hold", cdr=timed("0.749722")),
    Case(PARKED, "all of it, and a second", cdr={"total_parking_time": D("1.000277")}),
    Case(PARKED, "more than that", (PARKED,), severity="reject", cdr={"total_parking_time": D("1.0003")}),
    Case(PARKED, "negative", (PARKED,), severity="reject", cdr={"total_parking_time": D("-0.1")}),
    Case(RANGE, "72 hours at AC", duration_s=72 * 3600, energy_kwh="40"),
    Case(RANGE, "more than 72 hours at AC", (RANGE,), severity="hold", duration_s=72 * 3600 + 1, energy_kwh="40"),
    Case(RANGE, "12 hours at DC", duration_s=12 * 3600, energy_kwh="40", location=at_dc(50), cdr=DC_CDR),
    Case(RANGE, "more than 12 hours at DC", (RANGE,), duration_s=12 * 3600 + 1, energy_kwh="40", location=at_dc(50),
         cdr=DC_CDR),
]  # fmt: skip

ORDERS = [
    Case(PERIODS, "the first a second late", cdr={"charging_periods.0.start_date_time": after_start(1)}),
    Case(PERIODS, "the first two seconds late", (PERIODS,), severity="hold",
         cdr={"charging_periods.0.start_date_time": after_start(2)}),
    Case(PERIODS, "the first two seconds early", (PERIODS, OUTSIDE),
         cdr={"charging_periods.0.start_date_time": after_start(-2)}),
    Case(PERIODS, "a second one at the end", cdr=second_period(3600)),
    Case(PERIODS, "a second one a second after the end", (OUTSIDE,), cdr=second_period(3601)),
    Case(PERIODS, "a second one two seconds after the end", (PERIODS, OUTSIDE), cdr=second_period(3602)),
    Case(PERIODS, "two at once", (PERIODS,), cdr=second_period(0)),
    Case(PERIODS, "the second before the first", (PERIODS, OUTSIDE, "periods_unordered"), cdr=second_period(-1800)),
    Case(PERIODS, "one without a start", (PERIODS, "volume_unreadable"),
         cdr={"charging_periods.1": {"dimensions": [{"type": "TIME", "volume": 0}]}}),
]  # fmt: skip


LATENESS = [
    Case(LATE, "a day later", received_at=STARTED + timedelta(hours=25)),
    Case(LATE, "more than a day later", (LATE,), severity="warn", received_at=STARTED + timedelta(hours=25, seconds=1)),
    Case(TOO_LATE, "90 days later", (LATE,), started_at=datetime(2026, 9, 2, 1, tzinfo=UTC),
         received_at=datetime(2026, 12, 1, 2, tzinfo=UTC)),
    Case(TOO_LATE, "more than 90 days later", (LATE, TOO_LATE), severity="reject",
         started_at=datetime(2026, 9, 2, 1, tzinfo=UTC), received_at=datetime(2026, 12, 1, 2, 0, 1, tzinfo=UTC)),
]  # fmt: skip

CASES = [*CLOCKS, *DURATIONS, *ORDERS, *LATENESS]
