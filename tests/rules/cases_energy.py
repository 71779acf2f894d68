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


def power(kilowatts: str) -> dict[str, Any]:
    return {MAX_POWER: {"type": "MAX_POWER", "volume": Decimal(kilowatts)}}


CASES = [
    Case("energy_negative", "a hundredth below zero", ("energy_negative", "energy_sum_mismatch", *NOT_MATCHED),
         cdr=told("-0.0101"), energy_kwh="10"),
    Case("energy_negative", "zero that costs nothing", energy_kwh="0",
         expect_other=(("session", "session_zero_energy"),)),
    Case("energy_unit_suspect", "24 800 Wh", ("energy_unit_suspect", "energy_sum_mismatch", *NOT_MATCHED),
         energy_kwh="24.8", duration_s=7200, cdr=told("24800")),
    Case("energy_unit_suspect", "1000 kWh are no unit error",
         ("energy_above_class_limit", "power_above_connector", "energy_sum_mismatch", *NOT_MATCHED), cdr=told("1000")),
    Case("energy_unit_suspect", "a little more than 1000", ("energy_unit_suspect", "energy_sum_mismatch", *NOT_MATCHED),
         cdr=told("1000.0001")),
    Case("energy_above_class_limit", "120 kWh at AC", energy_kwh="120", duration_s=36000),
    Case("energy_above_class_limit", "more at AC", ("energy_above_class_limit",), energy_kwh="120.001", duration_s=36000),
    Case("energy_above_class_limit", "250 kWh at DC", energy_kwh="250", duration_s=7200, location=at_dc(150), cdr=DC_CDR),
    Case("energy_above_class_limit", "more at DC", ("energy_above_class_limit",), energy_kwh="250.001", duration_s=7200,
         location=at_dc(150), cdr=DC_CDR),
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
    Case("max_power_dimension_above_connector", "24.2 kW told", cdr=power("24.2")),
    Case("max_power_dimension_above_connector", "24.201 kW told", ("max_power_dimension_above_connector",),
         cdr=power("24.201")),
    Case("zero_energy_billed", "a fee without energy", ("zero_energy_billed",), energy_kwh="0",
         tariff={"elements.0.price_components.0.type": "FLAT", "elements.0.price_components.0.price": Decimal("0.5")},
         cdr={"total_cost": {"excl_vat": Decimal("0.5"), "incl_vat": Decimal("0.605")}, "total_energy_cost": ABSENT},
         session={"total_cost": ABSENT}, expect_other=(("session", "session_zero_energy"),)),
    Case("below_billing_minimum", "0.03 kWh in 40 s", ("below_billing_minimum",), energy_kwh="0.03", duration_s=40),
    Case("below_billing_minimum", "half a kWh in a minute", energy_kwh="0.5", duration_s=90),
    Case("below_billing_minimum", "less in two minutes", energy_kwh="0.49", duration_s=120),
    Case("below_billing_minimum", "a little less in a little less", ("below_billing_minimum",), energy_kwh="0.4999",
         duration_s=119),
    Case("energy_sum_mismatch", "a hundredth of a kWh", cdr=told("10.01")),
    Case("energy_sum_mismatch", "a little more", ("energy_sum_mismatch",), cdr=told("10.0101")),
    Case("energy_sum_mismatch", "a thousandth of much", energy_kwh="40", duration_s=10800, cdr=told("40.04")),
    Case("energy_sum_mismatch", "more than a thousandth of much", ("energy_sum_mismatch",), energy_kwh="40",
         duration_s=10800, cdr=told("40.0401")),
    Case("duration_out_of_range", "72 hours at AC", duration_s=72 * 3600, energy_kwh="40"),
    Case("duration_out_of_range", "more than 72 hours at AC", ("duration_out_of_range",), duration_s=72 * 3600 + 1,
         energy_kwh="40", cdr={"total_time": Decimal("72.0003"), "charging_periods.0.dimensions.1.volume": Decimal("72.0003")}),
    Case("duration_out_of_range", "12 hours at DC", duration_s=12 * 3600, energy_kwh="40", location=at_dc(50), cdr=DC_CDR),
    Case("duration_out_of_range", "more than 12 hours at DC", ("duration_out_of_range",), duration_s=12 * 3600 + 1,
         energy_kwh="40", location=at_dc(50),
         cdr=DC_CDR | {"total_time": Decimal("12.0003"), "charging_periods.0.dimensions.1.volume": Decimal("12.0003")}),
]  # fmt: skip
