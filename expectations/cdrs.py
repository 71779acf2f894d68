"""What a CDR must satisfy by its own fields (OCPI mod_cdrs)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING = "cdr_required_fields_missing"


def cdrs() -> ExpectationSuite:
    """Missing kWh and other required fields, impossible times and energies, malformed EVSE and contract ids."""
    return ExpectationSuite(
        name="cdrs",
        expectations=[
            *v.required(
                _MISSING,
                [
                    "start_date_time",
                    "end_date_time",
                    "auth_method",
                    "location.id",
                    "location.country",
                    "location.coordinates",
                    "location.evse_uid",
                    "location.connector_id",
                    "currency",
                    "charging_periods",
                    "total_cost",
                    "total_energy",
                    "total_time",
                    "last_updated",
                ],
            ),
            *v.required(_MISSING, ["auth_id"], only_when="is_ocpi_21"),
            *v.required(
                _MISSING,
                ["cdr_token.uid", "cdr_token.type", "cdr_token.contract_id", "location.evse_id"],
                only_when="is_ocpi_22_or_later",
            ),
            v.not_before("end_before_start", "ended_s", "started_s", observed="end_date_time"),
            v.in_range(
                "timestamp_epoch_placeholder",
                "earliest_year",
                least=v.parameter("timestamp_epoch_placeholder", "first_year"),
                observed="earliest",
            ),
            v.in_form("evse_id_format", "judged_evse_id", v.EVSE_ID, observed="judged_evse_id"),
            # What is kept as observed is the length: hits are published, identifiers are not.
            v.in_form("contract_id_format", "cdr_token.contract_id", v.CONTRACT_ID, observed="contract_id_length"),
            v.in_range("energy_negative", "judged_energy_kwh", least=0, observed="total_energy"),
            v.in_range(
                "energy_unit_suspect",
                "judged_energy_kwh",
                most=v.parameter("energy_unit_suspect", "most_energy_kwh"),
                observed="total_energy",
            ),
        ],
    )
