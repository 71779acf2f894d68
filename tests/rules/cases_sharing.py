"""Rules on the use of tokens; each bound of each heuristic is in `tests/validation/sharing`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.rules.case import Case, More
from tests.rules.world import Charge, Json, location, text

SHARED = "token_sharing_suspected"
STARTED_AT = datetime(2026, 11, 2, 10, tzinfo=UTC)


def second_evse(charge: Charge) -> Json:
    """Another EVSE of the same location."""
    evse = location(charge)["evses"][0]
    return evse | {"uid": f"{evse['uid']}B", "evse_id": f"{evse['evse_id']}B"}


def at_second_evse(started_at: datetime, *expect: str) -> More:
    """One more hour of charging there, of which no session is sent."""
    ended_at = started_at + timedelta(hours=1)
    return More(
        {
            "id": lambda charge: f"C{charge.number}B",
            "session_id": lambda charge: f"S{charge.number}B",
            "cdr_location.evse_uid": lambda charge: second_evse(charge)["uid"],
            "cdr_location.evse_id": lambda charge: second_evse(charge)["evse_id"],
            "start_date_time": text(started_at),
            "end_date_time": text(ended_at),
            "charging_periods.0.start_date_time": text(started_at),
        },
        ("cdr_without_session", *expect),
        received_at=ended_at + timedelta(minutes=10),
    )


TWO_EVSES = {"evses.1": second_evse}
CASES = [
    Case(
        SHARED, "two minutes at two EVSEs", location=TWO_EVSES,
        more=(at_second_evse(STARTED_AT + timedelta(minutes=58)),),
    ),
    Case(
        SHARED, "a second more at two EVSEs", (SHARED,), location=TWO_EVSES, severity="warn",
        more=(at_second_evse(STARTED_AT + timedelta(minutes=57, seconds=59), SHARED),),
    ),
    Case(
        SHARED, "not valid from a second later on",
        later=((STARTED_AT + timedelta(seconds=1), "tokens", {"valid": False}),),
    ),
    Case(SHARED, "not valid any more", (SHARED,), later=((STARTED_AT, "tokens", {"valid": False}),)),
]  # fmt: skip
