"""What a CDR must satisfy by its own fields (OCPI mod_cdrs)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING, _TYPE = "cdr_required_fields_missing", "cdr_field_type_invalid"
_REQUIRED = [
    "start_date_time", "end_date_time", "auth_method", "location.id", "location.country", "location.coordinates",
    "location.evse_uid", "location.connector_id", "currency", "charging_periods", "total_cost", "total_energy",
    "total_time", "last_updated",
]  # fmt: skip
_OF_22 = ["cdr_token.uid", "cdr_token.type", "cdr_token.contract_id", "location.evse_id"]


def cdrs() -> ExpectationSuite:
    """Missing kWh and other fields, clocks and times, malformed ids, energies and costs that do not add up."""
    return ExpectationSuite(name="cdrs", expectations=[*_fields(), *_times(), *_energies(), *_costs()])


def _fields() -> list[v.Expectation]:
    return [
        *v.required(_MISSING, _REQUIRED),
        *v.required(_MISSING, ["auth_id"], only_when="is_ocpi_21"),
        *v.required(_MISSING, _OF_22, only_when="is_ocpi_22_or_later"),
        v.absent(_TYPE, "unreadable_fields"),
        v.one_of(_TYPE, "currency_code", v.listed("currencies", "currency")),
        v.one_of(_TYPE, "auth_method_code", ["AUTH_REQUEST", "COMMAND", "WHITELIST"]),
        v.one_of(_TYPE, "token_type_code", ["AD_HOC_USER", "APP_USER", "EMAID", "OTHER", "RFID"]),
        v.in_form("evse_id_format", "judged_evse_id", v.EVSE_ID, observed="judged_evse_id"),
        # What is kept as observed is the length: hits are published, identifiers are not.
        v.in_form("contract_id_format", "cdr_token.contract_id", v.CONTRACT_ID, observed="contract_id_length"),
    ]


def _times() -> list[v.Expectation]:
    parking = "parking_exceeds_total"
    return [
        v.in_range("end_before_start", "duration_us", least=0, observed="end_date_time"),
        v.at_most_parameter("timestamp_in_future", "skew_s", "after_receipt_s", observed="latest"),
        v.at_least_parameter("timestamp_epoch_placeholder", "first_year", "earliest_year", observed="earliest"),
        v.at_most_parameter("duration_total_time_mismatch", "tolerance_s", "time_gap_s", observed="total_time"),
        v.at_most_parameter(parking, "tolerance_s", "parking_excess_s", observed="total_parking_time"),
        v.in_range(parking, "time_h", least=0, observed="total_time"),
        v.in_range(parking, "parking_h", least=0, observed="total_parking_time"),
        v.absent("charging_periods_disorder", "periods_disorder"),
    ]


def _energies() -> list[v.Expectation]:
    return [
        v.in_range("energy_negative", "judged_energy_kwh", least=0, observed="total_energy"),
        v.at_most_parameter("energy_unit_suspect", "most_energy_kwh", "judged_energy_kwh", observed="total_energy"),
        v.in_range("energy_sum_mismatch", "energy_sum_excess_kwh", most=0, observed="energy_sum_kwh"),
    ]


def _costs() -> list[v.Expectation]:
    return [
        v.in_range("zero_energy_billed", "cost_without_energy", most=0, observed="total_cost"),
        v.in_range("component_sum_mismatch", "cost_parts_excess", most=0, observed="cost_parts_sum"),
    ]
