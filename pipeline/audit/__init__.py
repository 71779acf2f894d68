"""Stand-in until the audit log is merged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.settings import Paths


@dataclass(frozen=True)
class NewEntry:
    action: str
    subject: str
    counts: Mapping[str, int] = field(default_factory=dict)
    sha256: str | None = None
    detail: Mapping[str, str | int | None] = field(default_factory=dict)


def record(paths: Paths, entries: Iterable[NewEntry]) -> None:
    pass
