"""What a Session must satisfy by its own fields (OCPI mod_sessions)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING = "session_required_fields_missing"


def sessions() -> ExpectationSuite:
    """Required fields, an end before the start, energy that cannot be."""
    return ExpectationSuite(
        name="sessions",
        expectations=[
            *v.required(_MISSING, ["start_date_time", "kwh", "currency", "status", "last_updated"]),
            v.not_before("session_end_before_start", "ended_s", "started_s", observed="end_date_time"),
            v.in_range("session_energy_invalid", "energy_kwh", least=0, most=v.MAX_ENERGY_KWH, observed="kwh"),
        ],
    )
