"""Defects in single fields of a CDR: missing or unreadable values, wrong units and signs, sums that do not hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pipeline.sample.schedule import Planner
from pipeline.sample.world import Record, World, is_22


def has_energy(record: Record) -> bool:
    """Say whether the session delivered at least 2 kWh."""
    return record.charge.energy_kwh >= 2


def has_parts(record: Record) -> bool:
    """Say whether the CDR has subtotals and its tariff no price limits, which would move the total alone."""
    tariff = record.charge.tariff
    return "total_energy_cost" in record.cdr.body and not (tariff.get("min_price") or tariff.get("max_price"))


def gives_more(kwh: Decimal) -> Callable[[Record], bool]:
    """Build a test: the connector could have given so much more while the car charged."""

    def test(record: Record) -> bool:
        charge = record.charge
        charging_h = Decimal((charge.charge_end - charge.start).total_seconds()) / 3600
        return charge.energy_kwh + kwh <= Decimal(charge.outlet.power_kw) * charging_h

    return test


def missing_kwh(world: World, _: Planner) -> None:
    """`total_energy` is null or absent: missing kWh."""
    for number, record in enumerate(world.pick(12, "missing_kwh")):
        if number % 2:
            del record.cdr.body["total_energy"]
        else:
            record.cdr.body["total_energy"] = None
        world.expect(record.cdr, "missing_kwh", "cdr_required_fields_missing")


def unreadable_total_time(world: World, _: Planner) -> None:
    """`total_time` is a clock text instead of hours."""
    for record in world.pick(6, "unreadable_total_time"):
        minutes, seconds = divmod(record.charge.seconds, 60)
        record.cdr.body["total_time"] = f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        world.expect(record.cdr, "unreadable_total_time", "cdr_field_type_invalid")


def energy_in_wh(world: World, _: Planner) -> None:
    """`total_energy` is in Wh while the periods and the session are in kWh."""
    for record in world.pick(6, "energy_in_wh", has_energy):
        record.cdr.body["total_energy"] = (record.charge.energy_kwh * 1000).quantize(Decimal("1"))
        consequences = ("energy_sum_mismatch", "session_cdr_mismatch")
        world.expect(record.cdr, "energy_in_wh", "energy_unit_suspect", *consequences)


def energy_negative(world: World, _: Planner) -> None:
    """`total_energy` has a minus sign; periods and session do not."""
    for record in world.pick(6, "energy_negative", has_energy):
        record.cdr.body["total_energy"] = -record.charge.energy_kwh
        consequences = ("energy_sum_mismatch", "session_cdr_mismatch")
        world.expect(record.cdr, "energy_negative", "energy_negative", *consequences)


def energy_sum(world: World, _: Planner) -> None:
    """`total_energy` (and the session) is 1.5 kWh above the sum of the periods."""
    more = Decimal("1.5")
    for record in world.pick(8, "energy_sum", has_energy, gives_more(more)):
        told = record.charge.energy_kwh + more
        record.cdr.body["total_energy"] = told
        record.session.body["kwh"] = told
        world.expect(record.cdr, "energy_sum", "energy_sum_mismatch")


def component_sum(world: World, _: Planner) -> None:
    """The energy subtotal is 0.50 too high, the total is right."""
    for record in world.pick(8, "component_sum", is_22, has_parts):
        part = record.cdr.body["total_energy_cost"]
        name = "excl_vat" if "excl_vat" in part else "before_taxes"
        raised = {**part, name: part[name] + Decimal("0.50")}
        if "incl_vat" in part:
            raised["incl_vat"] = part["incl_vat"] + Decimal("0.50")
        record.cdr.body["total_energy_cost"] = raised
        world.expect(record.cdr, "component_sum", "component_sum_mismatch")


PLANTS = (missing_kwh, unreadable_total_time, energy_in_wh, energy_negative, energy_sum, component_sum)
