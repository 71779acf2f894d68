"""What an agreement changes of the rules on energy and place."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from pipeline.settings import Paths
from tests.rules.case import ABSENT, Case
from tests.rules.cases_energy import DC_CDR, FIFTY_CENTS, FLAT, at_dc
from tests.rules.cases_place import at
from tests.rules.landing import build

PARKING = {"elements.0.price_components.0.type": "PARKING_TIME", "elements.0.price_components.0.price": Decimal("0.5")}
ONE_EURO = {"excl_vat": Decimal(1), "incl_vat": Decimal("1.21")}
NO_ENERGY = {"total_energy_cost": ABSENT, "total_cost": FIFTY_CENTS}


def agreed(rule: str, power_class: str | None = None, **parameters: int | float) -> dict[str, object]:
    where = {"partner": "cpo-now"} | ({"power_class": power_class} if power_class else {})
    return {"rule": rule, **where, "valid_from": "2026-01-01", "reason": "agreed", "parameters": parameters}


RULES = {
    "overrides": [
        agreed("below_billing_minimum", must_meet_both=1),
        agreed("zero_energy_billed", flat_fee_agreed=1, parking_agreed=1),
        agreed("energy_above_class_limit", power_class="dc_150_and_up", most_dc_kwh=600),
        agreed("power_above_connector", factor=1.2),
        agreed("location_country_mismatch", border_km=50),
        agreed("meter_register_not_monotonic", tolerance_kwh=0.1),
    ]
}

CASES = [
    Case("below_billing_minimum", "both are asked for, and it was short", ("below_billing_minimum",), energy_kwh="0.5",
         duration_s=119),
    Case("below_billing_minimum", "both are asked for, and it was little", ("below_billing_minimum",),
         energy_kwh="0.4999", duration_s=180),
    Case("below_billing_minimum", "both are met", energy_kwh="0.5", duration_s=120),
    Case("zero_energy_billed", "the start fee is agreed", energy_kwh="0", tariff=FLAT,
         cdr=NO_ENERGY | {"total_fixed_cost": FIFTY_CENTS}),
    Case("zero_energy_billed", "standing there is agreed", energy_kwh="0", tariff=PARKING,
         cdr=NO_ENERGY | {"total_parking_cost": FIFTY_CENTS}),
    Case("zero_energy_billed", "more than the start fee is billed", ("zero_energy_billed",), energy_kwh="0",
         tariff=FLAT, cdr={"total_energy_cost": ABSENT, "total_cost": ONE_EURO, "total_fixed_cost": FIFTY_CENTS}),
    Case("energy_above_class_limit", "trucks charge here", energy_kwh="600", duration_s=18000, location=at_dc(150),
         cdr=DC_CDR),
    Case("energy_above_class_limit", "not at weaker connectors", ("energy_above_class_limit",), energy_kwh="250.001",
         duration_s=18000, location=at_dc(100), cdr=DC_CDR),
    Case("power_above_connector", "a fifth more is agreed", energy_kwh="26.4"),
    Case("location_country_mismatch", "fifty kilometres are agreed", **at("54.0", "5.1214")),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Label and code of each hit on a CDR."""
    paths = Paths(tmp_path_factory.mktemp("agreed"))
    build(paths, CASES, rules=RULES)
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        sql = "select object_label, rule_code from validation.fct_rule_hits where object_type = 'cdr' and judge = 'sql'"
        return set(con.execute(sql).fetchall())


@pytest.mark.parametrize("number", range(1, len(CASES) + 1), ids=[f"{case.rule}: {case.name}" for case in CASES])
def test_agreed_bounds_hold_for_the_partner_and_its_connectors(number: int, found: set[tuple[str, str]]) -> None:
    case, label = CASES[number - 1], CASES[number - 1].charge(number).label(f"C{number}")
    codes = {code for each, code in found if each == label}
    assert codes & {override["rule"] for override in RULES["overrides"]} == set(case.expect)
