"""R31 to R38: energy, power and what a car and a connector can do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.rules.case import ABSENT, Case

NOT_MATCHED = ("session_cdr_mismatch",)


def told(kwh: str) -> dict[str, Any]:
    """Another total_energy alone; session and periods keep theirs."""
    return {"total_energy": Decimal(kwh)}


def at_dc(kilowatts: int) -> dict[str, Any]:
    """The Location's connector as a DC one of that power."""
    connector = "evses.0.connectors.0."
    return {
        f"{connector}standard": "IEC_62196_T2_COMBO",
        f"{connector}format": "CABLE",
        f"{connector}power_type": "DC",
        f"{connector}max_voltage": 900,
        f"{connector}max_amperage": 500,
        f"{connector}max_electric_power": kilowatts * 1000,
    }


DC_CDR = {
    "cdr_location.connector_standard": "IEC_62196_T2_COMBO",
    "cdr_location.connector_format": "CABLE",
    "cdr_location.connector_power_type": "DC",
}
MAX_POWER = "charging_periods.0.dimensions.2"
FLAT = {"elements.0.price_components.0.type": "FLAT", "elements.0.price_components.0.price": Decimal("0.5")}
FIFTY_CENTS = {"excl_vat": Decimal("0.5"), "incl_vat": Decimal("0.605")}
NOTHING = {"excl_vat": 0, "incl_vat": 0}
NO_ENERGY = (("session", "session_zero_energy"),)
NOT_STARTED = {
    **{f"cdr_location.{name}": "#NA" for name in ("evse_uid", "evse_id", "connector_id")},
    "session_id": ABSENT,
}


def power(kilowatts: str) -> dict[str, Any]:
    return {MAX_POWER: {"type": "MAX_POWER", "volume": Decimal(kilowatts)}}


CASES = [
    Case("energy_negative", "a hundredth below zero", ("energy_negative", "energy_sum_mismatch", *NOT_MATCHED),
         cdr=told("-0.0101"), energy_kwh="10"),
    Case("energy_negative", "zero that costs nothing", energy_kwh="0",
         expect_other=NO_ENERGY),
    Case("energy_negative", "a session's", NOT_MATCHED, session={"kwh": Decimal("-0.01")},
         expect_other=(("session", "session_energy_invalid"),)),
    Case("energy_unit_suspect", "a session of 1000 kWh", NOT_MATCHED, session={"kwh": 1000}),
    Case("energy_unit_suspect", "a session of more", NOT_MATCHED, session={"kwh": Decimal("1000.0001")},
         expect_other=(("session", "session_energy_invalid"),)),
    Case("energy_unit_suspect", "24 800 Wh", ("energy_unit_suspect", "energy_sum_mismatch", *NOT_MATCHED),
         energy_kwh="24.8", duration_s=7200, cdr=told("24800")),
    Case("energy_unit_suspect", "1000 kWh are no unit error",
         ("energy_above_class_limit", "power_above_connector", "energy_sum_mismatch", *NOT_MATCHED), cdr=told("1000")),
    Case("energy_unit_suspect", "a little more than 1000", ("energy_unit_suspect", "energy_sum_mismatch", *NOT_MATCHED),
         cdr=told("1000.0001")),
    Case("energy_above_class_limit", "120 kWh at AC", energy_kwh="120", duration_s=36000),
    Case("energy_above_class_limit", "more at AC", ("energy_above_class_limit",), energy_kwh="120.001",
         duration_s=36000),
    Case("energy_above_class_limit", "250 kWh at DC", energy_kwh="250", duration_s=7200, location=at_dc(150),
         cdr=DC_CDR),
    Case("energy_above_class_limit", "more at DC", ("energy_above_class_limit",), energy_kwh="250.001", duration_s=7200,
         location=at_dc(150), cdr=DC_CDR),
    Case("energy_above_class_limit", "a truck at a megawatt connector", energy_kwh="250.001", duration_s=7200,
         location=at_dc(150) | {"evses.0.connectors.0.standard": "MCS"},
         cdr=DC_CDR | {"cdr_location.connector_standard": "MCS"}),
    # The CDR does not tell, the Location does.
    Case("energy_above_class_limit", "AC by the Location", ("energy_above_class_limit",),
         energy_kwh="120.001", duration_s=36000, cdr={"cdr_location.connector_power_type": ABSENT}),
    Case("power_above_connector", "24.2 kW on 22 kW", energy_kwh="24.2"),
    Case("power_above_connector", "24.2001 kW on 22 kW", ("power_above_connector",), energy_kwh="24.2001"),
    Case("power_above_connector", "24.3 kW on 22 kW", ("power_above_connector",), energy_kwh="24.3"),
    Case("power_above_connector", "61 kW on 22 kW", ("power_above_connector",), energy_kwh="61"),
    Case("power_above_connector", "61 kW on 150 kW", energy_kwh="61", location=at_dc(150), cdr=DC_CDR),
    Case("power_above_connector", "in 2.1.1 from volts and amperes", ("power_above_connector",), version="2.1.1",
         energy_kwh="24.3"),
    # Half of the time the car only stands there.
    Case("power_above_connector", "parking does not charge", ("power_above_connector",),
         energy_kwh="13", cdr={"total_parking_time": Decimal("0.5")}),
    Case("power_above_connector", "standing still all the time, with energy", ("power_above_connector",),
         cdr={"total_parking_time": Decimal(1)}),
    Case("power_above_connector", "standing still all the time, without energy", energy_kwh="0",
         cdr={"total_parking_time": Decimal(1)}, expect_other=NO_ENERGY),
    Case("power_above_connector", "a total_time of zero is a fault of time",
         ("duration_total_time_mismatch", "time_sum_mismatch"), cdr={"total_time": 0}),
    Case("power_above_connector", "from volts and amperes on one phase", ("power_above_connector",), energy_kwh="8.1",
         location={"evses.0.connectors.0.power_type": "AC_1_PHASE", "evses.0.connectors.0.max_electric_power": ABSENT},
         cdr={"cdr_location.connector_power_type": "AC_1_PHASE"}),
    Case("power_above_connector", "from volts and amperes on two phases", energy_kwh="16.1",
         location={"evses.0.connectors.0.power_type": "AC_2_PHASE", "evses.0.connectors.0.max_electric_power": ABSENT},
         cdr={"cdr_location.connector_power_type": "AC_2_PHASE"}),
    Case("max_power_dimension_above_connector", "24.2 kW told", cdr=power("24.2")),
    Case("max_power_dimension_above_connector", "24.201 kW told", ("max_power_dimension_above_connector",),
         cdr=power("24.201")),
    Case("zero_energy_billed", "a fee without energy", ("zero_energy_billed",), energy_kwh="0", tariff=FLAT,
         cdr={"total_cost": FIFTY_CENTS, "total_energy_cost": ABSENT},
         session={"total_cost": ABSENT}, expect_other=NO_ENERGY),
    Case("zero_energy_billed", "nothing billed", energy_kwh="0", expect_other=NO_ENERGY),
    # Nobody came, and what is billed is the reservation.
    Case("zero_energy_billed", "a reservation that expired", ("cdr_without_session",), energy_kwh="0", session=None,
         tariff={"elements.0.restrictions": {"reservation": "RESERVATION_EXPIRES"}, **FLAT},
         cdr=NOT_STARTED | {
             "total_cost": FIFTY_CENTS, "total_energy_cost": ABSENT, "total_reservation_cost": FIFTY_CENTS,
             "charging_periods.0.dimensions": [{"type": "RESERVATION_TIME", "volume": Decimal(1)}],
         }),
    Case("below_billing_minimum", "0.03 kWh in 40 s", ("below_billing_minimum",), energy_kwh="0.03", duration_s=40),
    Case("below_billing_minimum", "half a kWh in a minute", energy_kwh="0.5", duration_s=90),
    Case("below_billing_minimum", "less in two minutes", energy_kwh="0.49", duration_s=120),
    Case("below_billing_minimum", "a little less in a little less", ("below_billing_minimum",), energy_kwh="0.4999",
         duration_s=119),
    Case("below_billing_minimum", "less in less, for nothing", energy_kwh="0.4999", duration_s=119,
         cdr={"total_cost": NOTHING, "total_energy_cost": NOTHING}, session={"total_cost": NOTHING},
         tariff={"elements.0.price_components.0.price": 0}),
    # By the clock of the CDR it lasted no time at all; that clock is wrong.
    Case("below_billing_minimum", "the end was never set",
         ("agreement_missing", "end_before_start", "session_cdr_mismatch", "timestamp_epoch_placeholder"),
         energy_kwh="0.4999", duration_s=180, cdr={"end_date_time": "1970-01-01T00:00:00Z"}),
    Case("energy_sum_mismatch", "a hundredth of a kWh", cdr=told("10.01")),
    Case("energy_sum_mismatch", "a little more", ("energy_sum_mismatch",), cdr=told("10.0101")),
    Case("energy_sum_mismatch", "a thousandth of much", energy_kwh="40", duration_s=10800, cdr=told("40.04")),
    Case("energy_sum_mismatch", "more than a thousandth of much", ("energy_sum_mismatch",), energy_kwh="40",
         duration_s=10800, cdr=told("40.0401")),
]  # fmt: skip
