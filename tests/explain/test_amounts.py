"""What is billed: step_size, fees, limits, rounding, and the lines as pricing has them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.explain.records import Explanation
from tests.explain.conftest import Explain, page_text
from tests.explain.small_cdrs import cdr, component, element, period, tariff

PARKING = component("PARKING_TIME", 6, 300, vat=21)
TIME = component("TIME", 3, 300)
CDRS = [
    cdr("minutes", [tariff(element(TIME))], [period(TIME=0.12)]),
    cdr("multiple", [tariff(element(TIME))], [period(TIME=0.25)]),
    cdr("two", [tariff(element(component(step_size=500)))], [period(ENERGY=12.3456), period(30, ENERGY=9.111)]),
    cdr("zero", [tariff(element(component(step_size=0)))], [period(ENERGY=1.23)]),
    cdr("parked", [tariff(element(TIME, PARKING))], [period(TIME=0.35), period(21, PARKING_TIME=0.2667)]),
    cdr("min", [tariff(element(), min_price={"excl_vat": 5})], [period(ENERGY=3)]),
    cdr("max", [tariff(element(), max_price={"excl_vat": 1, "incl_vat": 1.21})], [period(ENERGY=3)]),
    cdr("fee", [tariff(element(component("FLAT", 1)))], [period(ENERGY=1), period(30, ENERGY=1)]),
    cdr("late_fee", [tariff(element(component("FLAT", 1), min_kwh=2))], [period(ENERGY=3), period(30, ENERGY=1)]),
    cdr(
        "claimed",
        [tariff(element(component(price=0.4567, vat=21), component("FLAT", 1)))],
        [period(ENERGY=3)],
        total_cost={"excl_vat": 2.5, "incl_vat": 2.9},
        total_energy_cost={"excl_vat": 1.5},
        total_fixed_cost={"excl_vat": 1},
    ),
]


@pytest.fixture(scope="module")
def explained(explain_all: Explain) -> dict[str, Explanation]:
    return explain_all(CDRS)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("minutes", "7 min 12 s is rounded up to 10 min, because step_size is 300 s (blocks of 5 min)."),
        ("multiple", "15 min is billed as it is: step_size is 300 s (blocks of 5 min), and that is a multiple."),
        (
            "two",
            "21.4566 kWh over 2 periods is rounded up to 21.5 kWh, because step_size is 500 Wh. The 0.0434 kWh more is "
            "billed here, at the price of the last period.",
        ),
        ("zero", "step_size is 0, so nothing is rounded up."),
        ("parked", "Charging time: not rounded up, because paid parking belongs to the session"),
        ("parked", "Parking time: 16 min is rounded up to 20 min"),
        ("min", "Minimum price of tariff T1: 5.00 without VAT; it raises the session to that."),
        ("max", "Maximum price of tariff T1: 1.00 without VAT and 1.21 with VAT; it lowers the session to that."),
        ("fee", "Fee per session: charged once per session, where it first becomes active."),
        ("fee", "Energy: The tariff has no price for it, so it is free of charge."),
        (
            "late_fee",
            "Fee per session: Element 1 does not apply: only once 2 kWh are reached, and 0 kWh had been charged. "
            "So no fee is due in this period.",
        ),
        ("claimed", "By its tariff the session costs EUR 2.37 without VAT (exact: 2.3701)."),
        ("claimed", "The CDR claims EUR 2.50, which is EUR 0.13 more."),
        ("claimed", "Energy 1.50 1.37 +0.13"),
        ("claimed", "Fixed fees 1.00 1.00 0.00"),
        ("claimed", "Total with VAT 2.90 2.66 +0.24"),
        ("claimed", "Rounded once, at the end of the session, half up, to the minor unit of EUR"),
    ],
)
def test_the_page_says(explained: dict[str, Explanation], name: str, sentence: str) -> None:
    assert sentence in page_text(explained[name])


def test_a_fee_stands_in_one_period_only(explained: dict[str, Explanation]) -> None:
    assert page_text(explained["fee"]).count("charged once per session") == 1
    assert page_text(explained["fee"]).count("Fee per session once once") == 1


def test_lines_sum_to_the_exact_total_and_each_belongs_to_a_volume_or_limit(explained: dict[str, Explanation]) -> None:
    for name, explanation in explained.items():
        volumes = [volume.line for period in explanation.periods for volume in period.volumes if volume.line]
        placed = [*volumes, *explanation.limit_lines]
        assert sorted(line.line_number for line in placed) == [line.line_number for line in explanation.lines], name
        total = sum((line.cost_excl_vat or Decimal(0) for line in placed), Decimal(0))
        assert total == explanation.cdr.total_excl_vat, name


def test_step_size_by_component_is_told_under_its_policy(explain_all: Explain) -> None:
    old = {
        "id": "old", "start_date_time": "2026-10-12T15:31:00Z", "stop_date_time": "2026-10-12T17:10:00Z",
        "auth_id": "NL-RLG-CSECRET-1", "total_cost": 3, "total_energy": 1, "total_time": 0.5, "currency": "EUR",
        "location": {"id": "L1", "country": "NLD", "time_zone": "Europe/Amsterdam",
                     "evses": [{"uid": "E1", "evse_id": "NL*CPI*E1", "connectors": [{"id": "1"}]}]},
        "tariffs": [tariff(element(TIME, max_duration=600), element(TIME))],
        "charging_periods": [period(TIME=0.12), period(30, TIME=0.12)],
    }  # fmt: skip
    by_session = page_text(explain_all([old])["old"])
    assert "14 min 24 s over 2 periods is rounded up to 15 min" in by_session
    by_component = page_text(explain_all([old], step_size_211="component")["old"])
    assert by_component.count("7 min 12 s is rounded up to 10 min") == 2
    assert "component (agreed)" in by_component
