"""Uses of tokens as a table of tests writes them down, and the CDRs and tokens that partners and we send of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.rules import world
from tests.rules.case import Changes, changed
from tests.rules.world import Charge, Json

# A degree of a meridian on the sphere that distances are measured on.
KM_PER_DEGREE = 111.194927
DAY = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Use:
    """One CDR: at `at` (time of day, `+1` before it is the next day), `km` north of the first place.

    `evse` tells two EVSEs of one place apart. `uid`, `contract` and `kind` are those of the case's token unless given.
    """

    at: str
    minutes: float = 60
    kwh: str = "10"
    km: float = 0
    evse: str = ""
    version: str = "2.2.1"
    uid: str | None = None
    contract: str | None = None
    kind: str = "RFID"
    changes: Changes = field(default_factory=dict)

    @property
    def started_at(self) -> datetime:
        days, _, clock = self.at.rpartition(" ")
        hours, minutes, *seconds = clock.split(":")
        seconds_of_day = int(hours) * 3600 + int(minutes) * 60 + float(*(seconds or ["0"]))
        return DAY + timedelta(days=int(days or 0), seconds=seconds_of_day)


@dataclass(frozen=True)
class Held:
    """One version of a token of ours as we saw it; `seen` days after the first tokens were seen."""

    seen: float = 0
    uid: str | None = None
    contract: str | None = None
    party: str = world.OUR_PARTY
    kind: str = "RFID"
    more: Changes = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Uses of a token and what they must show: heuristics in any order, and which uses (from 0) are suspected.

    `cases` is how many cases they make. `of_tokens` are the codes of the tokens, in the order of `tokens`.
    """

    name: str
    uses: tuple[Use, ...] = ()
    expect: str = ""
    suspected: tuple[int, ...] = ()
    tokens: tuple[Held, ...] = (Held(),)
    cases: int | None = None
    of_tokens: tuple[str, ...] = ()

    @property
    def case_count(self) -> int:
        return self.cases if self.cases is not None else bool(self.expect)


def cdr(case_number: int, at: int, use: Use) -> Json:
    """The CDR of a use; ids tell the case and the place in it."""
    charge = Charge(case_number, use.version, use.started_at, int(use.minutes * 60), Decimal(use.kwh))
    body = world.cdr(charge)
    body["id"] = cdr_id(case_number, at)
    start = use.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body["start_date_time"] = start
    place = body["location"] if charge.is_old else body["cdr_location"]
    evse = place["evses"][0] if charge.is_old else place
    place["coordinates"] = {"latitude": f"{52 + use.km / KM_PER_DEGREE:.6f}", "longitude": "5.000000"}
    name = f"{case_number}X{use.km:g}X{use.evse}".replace(".", "Y")
    place["id"] = f"L{name}"
    evse["uid" if charge.is_old else "evse_uid"] = f"U{name}"
    evse["evse_id"] = f"NL*{world.PARTNERS[use.version][1]}*E{name}"
    if charge.is_old:
        body["auth_id"] = use.contract or use.uid or charge.contract_id
    else:
        body["session_id"] = f"S{case_number}-{at}"
        body["cdr_token"] |= {
            "uid": use.uid or charge.token_uid, "contract_id": use.contract or charge.contract_id, "type": use.kind,
        }  # fmt: skip
    return changed(body, use.changes, charge)


def cdr_id(case_number: int, at: int) -> str:
    return f"C{case_number}-{at}"


def token(case_number: int, held: Held) -> Json:
    charge = Charge(case_number, "2.2.1", DAY, 0, Decimal(0))
    body = world.token(charge)
    named: dict[str, Any] = {"uid": held.uid or charge.token_uid, "contract_id": held.contract or charge.contract_id}
    return changed({**body, **named, "party_id": held.party, "type": held.kind}, held.more, charge)


def moved(uses: tuple[Use, ...], days: int, **more: Any) -> tuple[Use, ...]:
    """The same uses some days later."""
    return tuple(replace(use, at=f"{days} {use.at}", **more) for use in uses)
