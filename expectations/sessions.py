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
            *v.required(
                _MISSING,
                ["start_date_time", "kwh", "auth_method", "location_id", "currency", "status", "last_updated"],
            ),
            *v.required(_MISSING, ["auth_id"], only_when="is_ocpi_21"),
            *v.required(
                _MISSING,
                ["cdr_token.uid", "cdr_token.type", "cdr_token.contract_id", "evse_uid", "connector_id"],
                only_when="is_ocpi_22_or_later",
            ),
            v.not_before("session_end_before_start", "ended_s", "started_s", observed="end_date_time"),
            v.in_range(
                "session_energy_invalid",
                "energy_kwh",
                least=0,
                most=v.parameter("energy_unit_suspect", "most_energy_kwh"),
                observed="kwh",
            ),
        ],
    )
