"""The page says of every kind of restriction what the tariff demands and what the period was like."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.explain.records import Explanation
from pipeline.explain.restrictions import NAMES
from pipeline.settings import DBT_PROJECT_DIR
from tests.explain.conftest import Explain, page_text
from tests.explain.small_cdrs import cdr, component, element, period, tariff

FAILING = {
    "start_date": ({"start_date": "2026-10-13"}, "only from 13 Oct 2026 on, and it was 12 Oct 2026 local"),
    "end_date": ({"end_date": "2026-10-12"}, "only before 12 Oct 2026, and it was 12 Oct 2026 local"),
    "day_of_week": (
        {"day_of_week": ["SATURDAY", "SUNDAY"]},
        "only on Saturday and Sunday, and it was a Monday",
    ),
    "time_of_day": (
        {"start_time": "18:00", "end_time": "22:00"},
        "only from 18:00 to 22:00, and it was 17:31 local",
    ),
    "min_kwh": ({"min_kwh": 2.5}, "only once 2.5 kWh are reached, and 0 kWh had been charged"),
    "max_kwh": ({"max_kwh": 0}, "only until 0 kWh are reached, and 0 kWh had been charged"),
    "min_duration": (
        {"min_duration": 1800},
        "only once the session has lasted 30 min, and it had lasted 0 s",
    ),
    "max_duration": (
        {"max_duration": 0},
        "only until the session has lasted 0 s, and it had lasted 0 s",
    ),
    "min_current": ({"min_current": 32}, "only from 32 A, and the period's lowest current was 10 A"),
    "max_current": ({"max_current": 16}, "only below 16 A, and the period's highest current was 20 A"),
    "min_power": ({"min_power": 50}, "only from 50 kW, and the period's lowest power was 7.4 kW"),
    "max_power": ({"max_power": 11}, "only below 11 kW, and the period's highest power was 22 kW"),
}
MORE = {
    "overnight": ({"start_time": "22:00", "end_time": "06:00"}, "only from 22:00 to 06:00 the next day, and"),
    "until": ({"end_time": "06:00"}, "only until 06:00, and it was 17:31 local"),
    "evening": ({"start_time": "18:30"}, "only from 18:30 to midnight, and it was 17:31 local"),
    "weekend_evening": (
        {"start_time": "18:00", "day_of_week": ["SUNDAY"]},
        "only on Sunday, and it was a Monday; only from 18:00 to midnight, and it was 17:31 local",
    ),
}
SPEED: dict[str, Any] = {"MIN_CURRENT": 10, "MAX_CURRENT": 20, "MIN_POWER": 7.4, "MAX_POWER": 22}


@pytest.fixture(scope="module")
def explained(explain_all: Explain) -> dict[str, Explanation]:
    return explain_all(
        [
            cdr(name, [tariff(element(**restrictions), element())], [period(ENERGY=3, **SPEED)])
            for name, (restrictions, _) in {**FAILING, **MORE}.items()
        ]
    )


@pytest.mark.parametrize("name", [*FAILING, *MORE])
def test_a_failed_restriction_is_told_with_its_bound_and_what_was_observed(
    explained: dict[str, Explanation], name: str
) -> None:
    _, reason = {**FAILING, **MORE}[name]
    text = page_text(explained[name])
    assert f"Energy: Element 1 does not apply: {reason}" in text
    assert "Element 2 applies: it has no restriction." in text
    assert "only None" not in text


@pytest.mark.parametrize("name", FAILING)
def test_what_failed_is_named_as_pricing_names_it(explained: dict[str, Explanation], name: str) -> None:
    first, second = explained[name].periods[0].volumes[0].candidates
    assert (first.failed, first.is_chosen) == ((name,), False)
    assert (second.failed, second.is_chosen) == ((), True)


def test_every_restriction_of_pricing_has_words() -> None:
    macro = (DBT_PROJECT_DIR / "macros" / "restrictions.sql").read_text()
    lists = [line for line in macro.splitlines() if line.startswith(("    start_date ", "    min_kwh "))]
    assert " ".join(lists).split() == list(NAMES)


def test_a_restriction_that_holds_is_told_with_what_was_observed(explain_all: Explain) -> None:
    restrictions = {"day_of_week": ["MONDAY", "TUESDAY", "WEDNESDAY"], "min_kwh": 2, "max_power": 50}
    text = page_text(
        explain_all(
            [cdr("C", [tariff(element(**restrictions))], [period(ENERGY=3), period(30, ENERGY=4, MAX_POWER=22)])]
        )["C"]
    )
    assert (
        "Element 1 applies: on Monday to Wednesday (it was a Monday), once 2 kWh are reached (3 kWh had been charged), "
        "below 50 kW (the period's highest power was 22 kW)." in text
    )
    assert "No element prices it, so it is free of charge." in text


def test_an_absent_power_is_told_where_it_counts_as_holding(explain_all: Explain) -> None:
    text = page_text(explain_all([cdr("C", [tariff(element(max_power=50))], [period(ENERGY=3)])])["C"])
    assert "Element 1 applies: below 50 kW (the period does not say)." in text


def test_elements_of_reservations_and_of_charging_are_told_apart(explain_all: Explain) -> None:
    time = component("TIME", 3)
    reserved_first = tariff(element(time, reservation="RESERVATION"), element(component("TIME", 1)))
    text = page_text(explain_all([cdr("C", [reserved_first], [period(RESERVATION_TIME=0.5), period(30, TIME=1)])])["C"])
    assert "Reserved time: Element 1 applies: for a reservation." in text
    assert "Charging time: Element 1 does not apply: it is for reservations, and this is none." in text


def test_a_price_that_a_reservation_cannot_have_is_told(explain_all: Explain) -> None:
    parts = (element(component(), reservation="RESERVATION"), element(component()))
    text = page_text(explain_all([cdr("C", [tariff(*parts)], [period(ENERGY=3)])])["C"])
    assert "Element 1 cannot be used: it is for reservations, and those have no ENERGY. Element 2 applies" in text


def test_an_expired_reservation_is_priced_by_its_own_element(explain_all: Explain) -> None:
    parts = [
        element(component("TIME", 2), reservation="RESERVATION"),
        element(component("FLAT", 4), component("TIME", 6), reservation="RESERVATION_EXPIRES"),
        element(component("FLAT", 0.5), component()),
    ]
    done = explain_all(
        [
            cdr("expired", [tariff(*parts)], [period(RESERVATION_TIME=1.65)]),
            cdr("used", [tariff(*parts)], [period(RESERVATION_TIME=0.5), period(30, ENERGY=3)]),
        ]
    )
    expired, used = page_text(done["expired"]), page_text(done["used"])
    assert "Element 2 applies: for a reservation that expired (the reservation expired)." in expired
    assert "charged once per reservation" in expired
    assert (
        "Reserved time: Element 2 does not apply: only for a reservation that expired, and the driver did charge."
        in used
    )
    assert "Element 1 applies: for a reservation." in used


def test_equal_times_mean_what_the_policy_says(explain_all: Explain) -> None:
    one = cdr("C", [tariff(element(start_time="08:00", end_time="08:00"), element())], [period(ENERGY=3)])
    assert "(taken as the whole day: policy start_equals_end)" in page_text(explain_all([one])["C"])
    done = explain_all([one], start_equals_end="never")["C"]
    assert "Element 1 does not apply: only from 08:00 to 08:00 (taken as never: policy" in page_text(done)
    assert "1 of them agreed with this partner" in page_text(done)
    assert "start_equals_end never (agreed)" in page_text(done)
    assert done.lines[0].element_index == 1
