"""A case: a good charge with something changed, and every code that its CDRs must get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.rules.world import Charge, Json

# A change that takes the field out.
ABSENT = object()
# Path of a field (`cdr_location.evse_id`, `charging_periods.0.dimensions.0.volume`) to its new value, or to a function
# of the charge that gives it.
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class More:
    """One more CDR of the same charge, changed in its own way; `expect` is every code that it must get.

    `id` stays that of the first unless it is changed; `received_at` None is the moment of the first.
    """

    cdr: Changes
    expect: tuple[str, ...] = ()
    received_at: datetime | None = None


@dataclass(frozen=True)
class Case:
    """One charge. `expect` is every code of its first CDR; with `session=None` or `token=None` there is none.

    `rule` names the rule that the case is about; a case that is good expects nothing. `severity` is what `rule` must
    have. `received_at` None is ten minutes after the end. `later` gives versions of an object that were seen at a later
    moment: (moment, module, changes). `expect_other` names codes of other objects: ("token", "session", "evse", ...).
    """

    rule: str
    name: str
    expect: tuple[str, ...] = ()
    version: str = "2.2.1"
    started_at: datetime = datetime(2026, 11, 2, 10, tzinfo=UTC)
    duration_s: int = 3600
    energy_kwh: str = "10"
    cdr: Changes = field(default_factory=dict)
    session: Changes | None = field(default_factory=dict)
    location: Changes | None = field(default_factory=dict)
    token: Changes | None = field(default_factory=dict)
    tariff: Changes = field(default_factory=dict)
    more: tuple[More, ...] = ()
    later: tuple[tuple[datetime, str, Changes], ...] = ()
    received_at: datetime | None = None
    severity: str | None = None
    expect_other: tuple[tuple[str, str], ...] = ()

    def charge(self, number: int) -> Charge:
        return Charge(number, self.version, self.started_at, self.duration_s, Decimal(self.energy_kwh))


def changed(body: Json, changes: Changes, charge: Charge) -> Json:
    """A copy of the body with the changes made; numbers in a path count entries of a list."""
    copy = deepcopy(body)
    for path, told in changes.items():
        value = told(charge) if isinstance(told, Callable) else deepcopy(told)
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
        part: Any = copy
        for step in steps:
            part = part.setdefault(step, {}) if isinstance(part, dict) else part[step]
        if told is ABSENT:
            del part[last]
        elif isinstance(part, list) and last == len(part):
            part.append(value)
        else:
            part[last] = value
    return copy
