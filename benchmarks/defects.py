"""What is wrong with every fortieth CDR besides its claim: one field each, as partners send them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

DEFECT_EACH = 40


def spoil(cdr: Json, number: int) -> None:
    """Spoil the CDR with that number in one way, when its turn has come; prices and claims stay as they are."""
    if number % DEFECT_EACH != DEFECT_EACH // 2 - 1:
        return
    ways = (*_ALL, *(() if "location" in cdr else _LATER))
    ways[number // DEFECT_EACH % len(ways)](cdr)


def _energy_missing(cdr: Json) -> None:
    cdr["total_energy"] = None


def _energy_in_wh(cdr: Json) -> None:
    cdr["total_energy"] *= 1000


def _energy_negative(cdr: Json) -> None:
    cdr["total_energy"] = -cdr["total_energy"]


def _time_in_minutes(cdr: Json) -> None:
    cdr["total_time"] *= 60


def _parking_too_long(cdr: Json) -> None:
    cdr["total_parking_time"] = cdr["total_time"] + 1


def _clock_never_set(cdr: Json) -> None:
    cdr["last_updated"] = "1970-01-01T00:00:00Z"


def _method_missing(cdr: Json) -> None:
    cdr["auth_method"] = None


def _periods_swapped(cdr: Json) -> None:
    cdr["charging_periods"] = cdr["charging_periods"][::-1]


def _evse_id_malformed(cdr: Json) -> None:
    cdr["cdr_location"] = {**cdr["cdr_location"], "evse_id": "@evse_uid@"}


def _evse_unknown(cdr: Json) -> None:
    cdr["cdr_location"] = {**cdr["cdr_location"], "evse_uid": "@evse_uid@-X"}


def _contract_malformed(cdr: Json) -> None:
    cdr["cdr_token"] = {**cdr["cdr_token"], "contract_id": "@uid@"}


_ALL: tuple[Callable[[Json], None], ...] = (
    _energy_missing,
    _energy_in_wh,
    _energy_negative,
    _time_in_minutes,
    _parking_too_long,
    _clock_never_set,
    _method_missing,
    _periods_swapped,
)
# 2.1.1 names EVSE and contract only where they key the CDR.
_LATER: tuple[Callable[[Json], None], ...] = (_evse_id_malformed, _evse_unknown, _contract_malformed)
