"""Cases of session and CDR (R59), and of clocks that differ by the zone (R23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.rules.case import ABSENT, Case
from tests.rules.landing import AS_OF
from tests.rules.world import text

D = Decimal
MISMATCH, SHIFTED, ALONE = "session_cdr_mismatch", "timestamp_not_utc_or_shifted", "cdr_without_session"


def moved(start_s: int, end_s: int) -> dict[str, Any]:
    """The session begins and ends so many seconds beside the CDR."""
    return {
        "start_date_time": lambda charge: text(charge.started_at + timedelta(seconds=start_s)),
        "end_date_time": lambda charge: text(charge.ended_at + timedelta(seconds=end_s)),
    }


def differing(name: str, session: dict[str, Any], *expect: str, **more: Any) -> Case:
    return Case(
        MISMATCH, name, expect, session=session, severity=more.pop("severity", "warn") if expect else None, **more
    )


DIFFERENT = [
    differing("50 Wh", {"kwh": D("9.95")}),
    differing("more than 50 Wh and half a percent", {"kwh": D("9.9499")}, MISMATCH),
    differing("half a percent", {"kwh": D("20.1005")}, energy_kwh="20"),
    differing("more than half a percent", {"kwh": D("20.102")}, MISMATCH, energy_kwh="20"),
    differing("five minutes at the start", moved(-300, 0)),
    differing("more than five minutes at the start", moved(-301, 0), MISMATCH),
    differing("five minutes at the end", moved(0, -300)),
    differing("more than five minutes at the end", moved(0, -301), MISMATCH),
    differing("still running", {"kwh": D(5), "status": "ACTIVE"}),
    differing("another token of ours", {"cdr_token.uid": "04FFFFFFFFFF01", "cdr_token.contract_id": "NL-RLG-C77777777"},
              MISMATCH, severity="hold"),
    # The token of the CDR is unknown, which says it all.
    differing("a token that is wrong by itself", {}, "token_unknown", severity=None,
              cdr={"cdr_token.uid": "04FFFFFFFFFF02", "cdr_token.contract_id": "NL-RLG-C66666666"}),
]  # fmt: skip

WAITED = AS_OF - timedelta(hours=72)


def alone(name: str, ended_at: datetime, *expect: str, **more: Any) -> Case:
    return Case(ALONE, name, expect, session=None, started_at=ended_at - timedelta(hours=1), **more)


MATCHED = [
    alone("no session yet", WAITED),
    alone("no session for more than three days", WAITED - timedelta(seconds=1), ALONE),
    alone("2.1.1, no session for more than three days", WAITED - timedelta(seconds=1), ALONE, version="2.1.1"),
    # Place, token and start tell.
    Case(ALONE, "a hub replaced the session id", cdr={"session_id": "HUB-1"}),
    Case(ALONE, "no session id at all", cdr={"session_id": ABSENT}),
    Case(ALONE, "a hub replaced the session id and starts differ by five minutes",
         cdr={"session_id": "HUB-2"}, session=moved(-300, 0)),
    Case(ALONE, "a hub replaced the session id and starts differ by more", (ALONE,), cdr={"session_id": "HUB-3"},
         session=moved(-301, 0), expect_other=(("session", "session_without_cdr"),)),
    Case(ALONE, "a hub replaced the session id, and we gave a reference",
         cdr={"session_id": "HUB-4", "authorization_reference": "REF-4"},
         session={"authorization_reference": "REF-4"}),
]  # fmt: skip


def shifted(name: str, start_s: int, end_s: int, *expect: str, **more: Any) -> Case:
    """The CDR names other times than its session; the night of the session is past when they come."""
    return Case(
        SHIFTED, name, expect, session=moved(start_s, end_s), severity="warn" if SHIFTED in expect else None, **more
    )


def night(day: int, month: int, year: int, hour: int, minute: int) -> dict[str, Any]:
    started_at = datetime(year, month, day, hour, minute, tzinfo=UTC)
    received_at = started_at + timedelta(hours=6)
    return {"started_at": started_at, "duration_s": 1200, "energy_kwh": "5", "received_at": received_at}


OCTOBER_02_30 = night(25, 10, 2026, 2, 30)
SHIFTS = [
    shifted("the hour of the zone", -3600, -3600, SHIFTED),
    shifted("the hour of the zone and a minute", -3660, -3660, SHIFTED),
    shifted("the hour of the zone less a minute", -3540, -3540, SHIFTED),
    shifted("the hour of the zone and more than a minute", -3661, -3661, MISMATCH),
    shifted("two hours in winter", -7200, -7200, MISMATCH),
    shifted("the end alone", 0, -3600, SHIFTED),
    shifted("the session ahead by the hour", 3600, 3600, SHIFTED, received_at=datetime(2026, 11, 2, 20, tzinfo=UTC)),
    shifted("the start by the hour, the end by another gap", -3600, -1000, SHIFTED, MISMATCH),
    Case(SHIFTED, "the hour of the zone, and other energy", (SHIFTED, MISMATCH),
         session=moved(-3600, -3600) | {"kwh": D(5)}),
    # 02:30 comes twice in that night: once it is two hours ahead of UTC, once one.
    shifted("02:30 of October for the first time", -7200, -7200, SHIFTED, **OCTOBER_02_30),
    shifted("02:30 of October for the second time", -3600, -3600, SHIFTED, **OCTOBER_02_30),
    shifted("03:30 of October is one hour ahead", -7200, -7200, MISMATCH, **night(25, 10, 2026, 3, 30)),
    # 02:30 does not come in that night: 01:30 is an hour ahead, 03:30 two.
    shifted("01:30 of March", -3600, -3600, SHIFTED, **night(28, 3, 2027, 1, 30)),
    shifted("03:30 of March", -7200, -7200, SHIFTED, **night(28, 3, 2027, 3, 30)),
    shifted("03:30 of March is two hours ahead", -3600, -3600, MISMATCH, **night(28, 3, 2027, 3, 30)),
]  # fmt: skip
CASES = [*DIFFERENT, *MATCHED, *SHIFTS]
