"""The named choices where the OCPI text is silent; the defaults are those of the contract."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class Policies:
    """One partner's choices. `step_size_tariffs` is the reading of "switching between two Tariffs"."""

    step_size_211: Literal["session", "component"] = "session"
    duration_clock: Literal["first_charging_period", "cdr_start"] = "first_charging_period"
    reservation_step: Literal["own_group", "with_time"] = "own_group"
    limit_tax: Literal["scale", "untouched"] = "scale"
    start_equals_end: Literal["whole_day", "never"] = "whole_day"
    vat_absent_221: Literal["no_vat", "unknown"] = "no_vat"
    vat_absent_230: Literal["unknown", "no_vat"] = "unknown"
    tariff_fallback: Literal["known_at_start", "not_priced"] = "known_at_start"
    step_size_tariffs: Literal["session", "per_tariff"] = "session"
    rounding_mode: Literal["half_up", "half_even", "down", "up"] = "half_up"
    rounding_level: Literal["session", "component"] = "session"


DEFAULTS = Policies()

# The policies a price of a CDR with its own tariffs can depend on and that partners may set.
DRAWN = (
    "step_size_211",
    "duration_clock",
    "reservation_step",
    "limit_tax",
    "start_equals_end",
    "vat_absent_221",
    "vat_absent_230",
    "rounding_mode",
    "rounding_level",
)


def values_of(policy: str) -> tuple[str, ...]:
    """The allowed values of a policy, the default first."""
    return get_args(get_type_hints(Policies)[policy])


def as_dict(policies: Policies) -> dict[str, str]:
    """Policy name to value, for a case file."""
    return {field.name: getattr(policies, field.name) for field in fields(policies)}
