"""What a Session must satisfy by its own fields (OCPI mod_sessions)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING = "session_required_fields_missing"
_REQUIRED = ["start_date_time", "kwh", "auth_method", "location_id", "currency", "status", "last_updated"]
_OF_22 = ["cdr_token.uid", "cdr_token.type", "cdr_token.contract_id", "evse_uid", "connector_id"]


def sessions() -> ExpectationSuite:
    """Required fields, an end before the start, a clock that is ahead, energy that cannot be, sessions that failed."""
    most_kwh = v.parameter("energy_unit_suspect", "most_energy_kwh")
    most_ahead_s = v.parameter("timestamp_in_future", "skew_s")
    return ExpectationSuite(
        name="sessions",
        expectations=[
            *v.required(_MISSING, _REQUIRED),
            *v.required(_MISSING, ["auth_id"], only_when="is_ocpi_21"),
            *v.required(_MISSING, _OF_22, only_when="is_ocpi_22_or_later"),
            v.in_range("session_end_before_start", "duration_us", least=0, observed="end_date_time"),
            v.in_range("session_timestamp_in_future", "after_receipt_s", most=most_ahead_s, observed="latest"),
            v.in_range("session_energy_invalid", "energy_kwh", least=0, most=most_kwh, observed="kwh"),
            v.absent("session_zero_energy", "completed_without_energy"),
            v.none_of("session_invalid_status", "status_code", ["INVALID"]),
        ],
    )
