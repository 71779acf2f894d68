"""The fixed frame of the sample: partners, nights, window of sessions, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DEFAULT_SEED = 20261025
SAMPLE_DIR = Path(__file__).resolve().parents[2] / "data" / "sample"
ZONE = ZoneInfo("Europe/Amsterdam")
FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2026, 10, 31)
NIGHTS = tuple(datetime(2026, 10, 30, 1, tzinfo=UTC) + timedelta(days=n) for n in range(3))
AS_OF = NIGHTS[-1]
WINDOW_OVERLAP = timedelta(hours=6)
"""Each delta pull asks for everything changed since six hours before the night before."""
OUR_COUNTRY, OUR_PARTY = "NL", "RLG"


@dataclass(frozen=True)
class Partner:
    """A charge point operator of the sample and the habits of its back office."""

    slug: str
    party_id: str
    name: str
    version: str
    cdr_target: int
    money_decimals: int
    energy_decimals: int
    country_code: str = "NL"

    def label(self, object_id: str) -> str:
        """Name an object as people and the answer key do: `CC*PPP*id`."""
        return f"{self.country_code}*{self.party_id}*{object_id}"


PARTNERS = (
    Partner("nl-all", "ALL", "Allego", "2.1.1", 2050, 2, 3),
    Partner("nl-efl", "EFL", "E-Flux by Road", "2.2.1", 1850, 4, 4),
    Partner("nl-sgm", "SGM", "Opcharge", "2.3.0", 1100, 2, 3),
)


def timestamp(moment: datetime, *, milliseconds: bool = False) -> str:
    """Write an aware moment as OCPI text in UTC, with Z."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.000Z" if milliseconds else f"{text}Z"
