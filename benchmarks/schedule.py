"""Which EVSE a charge takes, so that no EVSE serves two cars at once in any week."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from benchmarks.places import Place

WEEK = timedelta(weeks=1)


class Schedule:
    """The charges of one week at each EVSE; the same week comes again and again."""

    def __init__(self) -> None:
        self._taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)

    def take(self, place: Place, start: datetime, end: datetime) -> tuple[str, str]:
        """Take the first EVSE of the place that is free then, else the one with the fewest charges."""
        uid, evse_id = min(
            place.evses, key=lambda evse: (self._is_taken(evse[0], start, end), len(self._taken[evse[0]]))
        )
        self._taken[uid].append((start, end))
        return uid, evse_id

    def _is_taken(self, uid: str, start: datetime, end: datetime) -> bool:
        shifted = [(start + WEEK * weeks, end + WEEK * weeks) for weeks in (-1, 0, 1)]
        return any(
            begins <= other_end and other_start <= ends
            for other_start, other_end in self._taken[uid]
            for begins, ends in shifted
        )
