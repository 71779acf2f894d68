"""Defects against physics and the meter: more than a car takes or a connector gives, too little, signed otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pipeline.sample import meters
from pipeline.sample.charge import Charge
from pipeline.sample.defects.fields import has_energy
from pipeline.sample.schedule import Planner, without_near_tie
from pipeline.sample.world import Record, World, is_22

MOST_AC_KWH, MOST_DC_KWH = 120, 250
FAULTS = ("status", "end", "card")


def power_kw(record: Record) -> Decimal:
    """The power of the connector."""
    return Decimal(record.charge.outlet.power_kw)


def charging_h(record: Record) -> Decimal:
    """How long the car charged."""
    return Decimal((record.charge.charge_end - record.charge.start).total_seconds()) / 3600


def with_kwh(charge: Charge, kwh: Decimal) -> Charge:
    """The charge with another energy in the partner's digits."""
    return without_near_tie(charge.with_energy(kwh.quantize(charge.energy_kwh)))


def above_class(world: World, _: Planner) -> None:
    """Session and CDR tell more than 120 kWh at AC, in a stay in which the connector could give it."""

    def may(record: Record) -> bool:
        fits = power_kw(record) * record.charge.seconds / 3600 * Decimal("0.95")
        return not record.charge.outlet.is_dc and fits >= MOST_AC_KWH + 6

    for record in world.pick(4, "energy_above_class", may, spread=False):
        charge = replace(record.charge, charge_end=record.charge.end)
        world.rebuild(record, with_kwh(charge, MOST_AC_KWH + Decimal(world.rng.randrange(500, 5000)) / 1000))
        world.expect(record.cdr, "energy_above_class", "energy_above_class_limit")


def above_connector(world: World, _: Planner) -> None:
    """Session and CDR tell three times what the connector could give while the car charged."""

    def may(record: Record) -> bool:
        kwh = 3 * power_kw(record) * charging_h(record)
        return has_energy(record) and kwh < (MOST_DC_KWH if record.charge.outlet.is_dc else MOST_AC_KWH)

    for record in world.pick(6, "power_above_connector", may):
        world.rebuild(record, with_kwh(record.charge, 3 * power_kw(record) * charging_h(record)))
        world.expect(record.cdr, "power_above_connector", "power_above_connector")


def told_power(world: World, _: Planner) -> None:
    """The first period tells three times the connector's power as MAX_POWER."""
    for record in world.pick(6, "max_power", is_22):
        told = (3 * power_kw(record)).quantize(Decimal("0.1"))
        record.cdr.body["charging_periods"][0]["dimensions"].append({"type": "MAX_POWER", "volume": told})
        world.expect(record.cdr, "max_power", "max_power_dimension_above_connector")


def below_minimum(world: World, _: Planner) -> None:
    """A car that took a fifth of a kWh in a minute and a half is billed."""
    for record in world.pick(6, "below_minimum", lambda r: power_kw(r) >= 10):
        end = record.charge.start + timedelta(seconds=90)
        charge = with_kwh(replace(record.charge, charge_end=end, end=end), Decimal("0.2"))
        world.rebuild(record, charge)
        if charge.bill.excl > Decimal("0.01"):
            world.expect(record.cdr, "below_minimum", "below_billing_minimum")


def signed_well(world: World, _: Planner) -> None:
    """Signed meter values that fit; nothing must be found."""
    for record in world.pick(20, "signed", is_22, has_energy):
        record.cdr.body["signed_data"] = meters.signed_data(meters.payload(record.charge))


def signed_otherwise(world: World, _: Planner) -> None:
    """The signed meter values tell half a kWh less than the CDR, or the meter ran backwards."""
    for number, record in enumerate(world.pick(6, "meter_differs", is_22, has_energy)):
        told = meters.payload(record.charge)
        told["RD"][1]["RV"] = meters.SHOWN_BEFORE_KWH - 1 if number % 2 else told["RD"][1]["RV"] - Decimal("0.5")
        record.cdr.body["signed_data"] = meters.signed_data(told)
        world.expect(record.cdr, "meter_differs", "meter_register_not_monotonic")


def signed_badly(world: World, _: Planner) -> None:
    """The meter was not in order, the end is missing, or another card is named."""

    def may(record: Record) -> bool:
        return is_22(record) and record.charge.token.kind == "RFID"

    for number, record in enumerate(world.pick(6, "signed_badly", may, has_energy)):
        told = meters.payload(record.charge)
        match FAULTS[number % len(FAULTS)]:
            case "status":
                told["RD"][1]["ST"] = "M"
            case "end":
                told["RD"][1]["TX"] = "C"
            case "card":
                told["ID"] = "04A1B2C3D4E5F6"
        record.cdr.body["signed_data"] = meters.signed_data(told)
        world.expect(record.cdr, "signed_badly", "signed_data_missing_or_invalid")


PLANTS = (above_class, above_connector, told_power, below_minimum, signed_well, signed_otherwise, signed_badly)
