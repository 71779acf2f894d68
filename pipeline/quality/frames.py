"""The records as the suites see them: one row per record version, its fields as text or number, read from raw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.quality.parameters import with_parameters

_FOLDER = Path(__file__).parent / "frames"


@dataclass(frozen=True)
class Frame:
    """One kind of object within a module.

    `sql` reads the rows of raw with `$first <= landing_seq <= $last`, with the macros of `MACROS`. It names bounds as
    `@rule_code.parameter` where one rule's bound decides whether another rule applies.
    """

    suite: str
    module: str
    object_type: str

    @property
    def sql(self) -> str:
        return with_parameters((_FOLDER / f"{self.suite}.sql").read_text())


# How a frame reads a value; created on the connection that reads it.
MACROS = (_FOLDER / "macros.sql").read_text()


FRAMES = (
    Frame("cdrs", "cdrs", "cdr"),
    Frame("sessions", "sessions", "session"),
    Frame("locations", "locations", "location"),
    Frame("evses", "locations", "evse"),
    Frame("tariffs", "tariffs", "tariff"),
    Frame("tokens", "tokens", "token"),
)
