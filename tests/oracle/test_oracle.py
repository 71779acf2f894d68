"""The oracle on figures computed by hand, one rule a test."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.oracle.building import START, both, cdr, component, element, excl, period, priced, tariff, text
from tests.oracle.policies import Policies
from tests.oracle.pricer import compare

ENERGY = component("ENERGY", "0.30", "20")
TIME = component("TIME", "3", "20")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_energy_and_its_vat():
    assert both(cdr([period(60, ENERGY="10.5")], tariff(element(ENERGY)))) == ("3.15", "3.78")


def test_the_first_element_with_the_dimension_wins_and_dimensions_are_independent():
    elements = element(component("TIME", "2")), element(component("ENERGY", "0.4"), component("TIME", "9"))
    assert excl(cdr([period(30, ENERGY="10", TIME="0.5")], tariff(*elements))) == "5"


@pytest.mark.parametrize(
    ("hours", "step", "expected"),
    [
        ("0.2", 600, "2"),  # 12 minutes are billed as 20
        ("0.1667", 600, "1.0002"),  # 10 minutes, sent with 4 decimals, stay as sent
        ("0.166666666667", 600, "1.000002"),  # read with 6 decimals: 0.166667
        ("0.2", 0, "1.2"),
        ("0.2001", 1, "1.2006"),  # 720.36 s are 720 whole seconds
        ("1.973", 300, "12"),  # 7102.8 s are billed as exactly 7200 s
    ],
)
def test_time_is_billed_in_blocks_of_whole_seconds(hours: str, step: int, expected: str):
    assert excl(cdr([period(12, TIME=hours)], tariff(element(component("TIME", "6", step=step))))) == expected


@pytest.mark.parametrize(
    ("kwh", "step", "expected"), [("0.1152", 1, "0.029"), ("0.1152", 500, "0.125"), ("7", 500, "1.75")]
)
def test_energy_is_billed_in_blocks_of_watt_hours(kwh: str, step: int, expected: str):
    assert excl(cdr([period(12, ENERGY=kwh)], tariff(element(component("ENERGY", "0.25", step=step))))) == expected


def test_step_size_rounds_the_session_and_bills_the_surplus_at_the_last_component():
    early = element(component("TIME", "6", step=600), end_time="12:06")
    late = element(component("TIME", "12", step=900))
    # 6 + 12 minutes are 30 in blocks of 15: 6 at 6 and 24 at 12 per hour.
    assert excl(cdr([period(6, TIME="0.1"), period(12, TIME="0.2")], tariff(early, late))) == "5.4"


def test_charging_stays_exact_when_parking_is_priced():
    both_times = element(component("TIME", "6", step=600), component("PARKING_TIME", "3", step=600))
    # 12 minutes charging as they are; 14 parking minutes billed as 20.
    assert excl(cdr([period(12, TIME="0.2"), period(14, PARKING_TIME="0.2333")], tariff(both_times))) == "2.2"


def test_parking_without_a_component_is_free_and_does_not_keep_charging_exact():
    result = priced(
        cdr(
            [period(12, TIME="0.2"), period(14, PARKING_TIME="0.2333")],
            tariff(element(component("TIME", "6", step=600))),
        )
    )
    assert text(result.total_excl_vat) == "2"
    assert result.findings == set()  # the tariff does not mean to price parking at all


def test_step_size_counts_over_tariffs_once_and_per_tariff_by_choice():
    tariffs = [
        tariff(element(component("ENERGY", price, step=1000)), tariff_id=name)
        for name, price in (("A", "1"), ("B", "2"))
    ]
    session = cdr([period(5, ENERGY="1.2"), period(5, "b", ENERGY="1.3")], *tariffs)
    assert excl(session) == "4.8"  # 2.5 billed as 3: 1.2 at 1 and 1.8 at 2
    assert excl(session, policies=Policies(step_size_tariffs="per_tariff")) == "6"  # 2 at 1 and 2 at 2


def test_flat_is_charged_once_at_its_first_match():
    tariffs = tariff(element(component("FLAT", "1"), min_kwh=Decimal(5)), element(component("FLAT", "2")))
    result = priced(cdr([period(5, ENERGY="5"), period(5, ENERGY="5")], tariffs))
    assert [(line.period, line.element, text(line.cost_excl_vat)) for line in result.lines] == [(0, 1, "2")]


def test_a_reservation_has_a_fee_and_a_step_of_its_own():
    reserving = element(component("FLAT", "1"), component("TIME", "6", step=600), reservation="RESERVATION")
    charging = element(component("FLAT", "0.5"), component("TIME", "3", step=300))
    session = cdr([period(12, RESERVATION_TIME="0.2"), period(7, TIME="0.1167")], tariff(reserving, charging))
    assert excl(session) == "4"  # 1 + 20 min at 6 + 0.5 + 10 min at 3
    # 12 + 7 minutes together in blocks of 5: 20 minutes, the 20th at 3 per hour.
    assert excl(session, policies=Policies(reservation_step="with_time")) == "3.1"


def test_an_expired_reservation_asks_its_own_elements_first_and_pays_no_session_fee():
    tariffs = tariff(
        element(component("TIME", "6"), component("FLAT", "1"), reservation="RESERVATION"),
        element(component("FLAT", "4"), reservation="RESERVATION_EXPIRES"),
        element(component("FLAT", "0.5")),
    )
    assert excl(cdr([period(30, RESERVATION_TIME="0.5")], tariffs)) == "7"
    assert excl(cdr([period(30, RESERVATION_TIME="0.5"), period(5, ENERGY="1")], tariffs)) == "4.5"


@pytest.mark.parametrize(
    ("start", "end", "moment", "holds"),
    [
        ("09:00", "18:00", "2026-06-03 07:00", True),  # 09:00 in Amsterdam
        ("09:00", "18:00", "2026-06-03 16:00", False),
        ("22:00", "06:00", "2026-06-03 20:00", True),
        ("22:00", "06:00", "2026-06-03 03:59", True),
        ("22:00", "06:00", "2026-06-03 04:00", False),
        ("20:00", "00:00", "2026-06-03 21:59:59", True),
        ("20:00", "00:00", "2026-06-03 22:00", False),
        ("08:00", "08:00", "2026-06-03 01:00", True),
        (None, "00:00", "2026-06-03 01:00", True),
        (None, "06:00", "2026-06-03 04:00", False),
        ("20:00", None, "2026-06-03 21:59", True),
    ],
)
def test_times_of_day(start: str | None, end: str | None, moment: str, holds: bool):
    restricted = element(component("FLAT", "1"), start_time=start, end_time=end)
    assert excl(cdr([period(5, ENERGY="1")], tariff(restricted), start=at(moment))) == ("1" if holds else "0")


def test_equal_times_never_hold_by_choice_but_midnight_to_midnight_is_a_day():
    for bound, expected in (("08:00", "0"), ("00:00", "1")):
        restricted = tariff(element(component("FLAT", "1"), start_time=bound, end_time=bound))
        assert excl(cdr([period(5, ENERGY="1")], restricted), policies=Policies(start_equals_end="never")) == expected


@pytest.mark.parametrize(
    ("restriction", "holds"),
    [
        ({"start_date": "2026-06-03"}, True),
        ({"start_date": "2026-06-04"}, False),
        ({"end_date": "2026-06-03"}, False),
        ({"end_date": "2026-06-04"}, True),
        ({"day_of_week": ["WEDNESDAY"]}, True),
        ({"day_of_week": ["TUESDAY"]}, False),
        ({"day_of_week": []}, True),
    ],
)
def test_dates_and_days_are_local(restriction: dict, holds: bool):
    """22:30 UTC on Tuesday is half past midnight on Wednesday in Amsterdam."""
    session = cdr(
        [period(5, ENERGY="1")], tariff(element(component("FLAT", "1"), **restriction)), start=at("2026-06-02 22:30")
    )
    assert excl(session) == ("1" if holds else "0")


def test_kwh_and_duration_bounds_include_the_lower_and_exclude_the_upper():
    for low, high, bound in (("min_kwh", "max_kwh", Decimal(5)), ("min_duration", "max_duration", 600)):
        tariffs = tariff(
            element(component("ENERGY", "1"), **{high: bound}), element(component("ENERGY", "2"), **{low: bound})
        )
        assert excl(cdr([period(10, ENERGY="5"), period(10, ENERGY="1")], tariffs)) == "7"
        assert priced(cdr([period(10, ENERGY="5")], tariffs)).findings == set()


def test_a_period_over_a_bound_keeps_its_price_with_a_finding():
    cheap, dear = component("ENERGY", "1", step=0), component("ENERGY", "2", step=0)
    tariffs = tariff(element(cheap, max_kwh=Decimal(5)), element(dear))
    result = priced(cdr([period(20, ENERGY="5.0001")], tariffs))
    assert (text(result.total_excl_vat), result.findings) == ("5.0001", {"period_spans_price_change"})
    undivided = priced(cdr([period(10, ENERGY="5.0001")], tariffs))  # within one quarter of an hour of the meter
    assert (text(undivided.total_excl_vat), undivided.findings) == ("5.0001", set())


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ({"MIN_CURRENT": "16", "MAX_CURRENT": "20"}, "2"),
        ({"MIN_CURRENT": "6", "MAX_CURRENT": "15.9"}, "1"),
        ({"MIN_CURRENT": "6", "MAX_CURRENT": "16"}, "0"),  # over the bound: neither side
        ({"MAX_CURRENT": "16"}, "2"),
        ({"MIN_CURRENT": "15"}, "1"),
        ({}, "1"),  # nothing says that it is outside
    ],
)
def test_current_bounds_take_min_with_min_and_max_with_max(volumes: dict[str, str], expected: str):
    low = element(component("ENERGY", "1"), max_current=Decimal(16))
    high = element(component("ENERGY", "2"), min_current=Decimal(16))
    assert excl(cdr([period(10, ENERGY="1", **volumes)], tariff(low, high))) == expected


def test_the_hour_that_spring_skips_and_the_hour_that_autumn_repeats():
    night = tariff(element(component("FLAT", "1"), start_time="02:00", end_time="03:00"))
    for moment, expected in (("2026-03-29 01:00", "0"), ("2025-10-26 00:30", "1"), ("2025-10-26 01:30", "1")):
        assert excl(cdr([period(5, ENERGY="1")], night, start=at(moment))) == expected


def test_durations_count_real_seconds_over_a_change_of_clocks():
    tariffs = tariff(element(component("ENERGY", "2"), min_duration=3600), element(component("ENERGY", "1")))
    assert excl(cdr([period(59, ENERGY="1"), period(5, ENERGY="1")], tariffs, start=at("2026-03-29 00:30"))) == "2"


def test_the_clock_of_charging_starts_with_charging_unless_told_otherwise():
    tariffs = tariff(element(component("ENERGY", "2"), min_duration=600), element(component("ENERGY", "1")))
    session = cdr([period(15, RESERVATION_TIME="0.25"), period(5, ENERGY="1")], tariffs)
    assert excl(session) == "1"
    assert excl(session, policies=Policies(duration_clock="cdr_start")) == "2"


def test_discharging_lowers_the_meter_and_is_not_stepped():
    tariffs = tariff(
        element(component("ENERGY", "2", step=1000), min_kwh=Decimal(4)), element(component("ENERGY", "1", step=1000))
    )
    assert excl(cdr([period(5, ENERGY="4"), period(5, ENERGY="-0.5"), period(5, ENERGY="0.5")], tariffs)) == "3.5"
    assert excl(cdr([period(5, ENERGY="-1.5")], tariffs)) == "-1.5"


def test_periods_are_sorted_by_start():
    tariffs = tariff(element(component("ENERGY", "1"), max_kwh=Decimal(5)), element(component("ENERGY", "2")))
    session = cdr([period(5, ENERGY="5"), period(5, ENERGY="1")], tariffs)
    session["charging_periods"].reverse()
    assert excl(session) == "7"


def test_periods_without_a_tariff_are_free_when_others_name_one():
    tariffs = tariff(element(component("ENERGY", "1")))
    assert excl(cdr([period(5, ENERGY="5"), period(5, None, ENERGY="1")], tariffs)) == "5"
    assert excl(cdr([period(5, None, ENERGY="5"), period(5, None, ENERGY="1")], tariffs)) == "6"


def test_a_tariff_not_valid_at_start_prices_with_a_finding_and_a_valid_one_is_preferred():
    ended = tariff(element(component("ENERGY", "1")), end_date_time=START.isoformat())
    result = priced(cdr([period(5, ENERGY="5")], ended))
    assert (text(result.total_excl_vat), result.findings) == ("5", {"tariff_not_valid_at_start"})
    begun = tariff(element(component("ENERGY", "2")), tariff_id="B", start_date_time=START.isoformat())
    assert excl(cdr([period(5, None, ENERGY="5")], ended, begun)) == "10"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"credit": True}, "credit_not_priced"),
        ({"charging_periods": []}, "periods_missing"),
        ({"tariffs": []}, "tariff_missing"),
        ({"tariffs": [tariff(element(ENERGY), tariff_id="B")]}, "tariff_unknown"),
        ({"currency": "CHF"}, "tariff_currency_mismatch"),
        ({"tariffs": [tariff()]}, "tariff_empty"),
        ({"tariffs": [tariff(element({**TIME, "price": "free"}), element(ENERGY))]}, "price_unreadable"),
        ({"tariffs": [tariff(element({**TIME, "type": "SESSION_TIME"}), element(ENERGY))]}, "component_unknown"),
        ({"tariffs": [tariff(element(TIME, day_of_week=["FUNDAY"]), element(ENERGY))]}, "restriction_unknown_value"),
        (
            {
                "charging_periods": [
                    {
                        **period(5, ENERGY="1"),
                        "start_date_time": "2026-06-03T10:00:00Z",
                        "dimensions": [{"type": "TIME", "volume": "long"}],
                    }
                ]
            },
            "volume_unreadable",
        ),
    ],
)
def test_what_must_not_be_priced_has_no_totals_and_says_why(change: dict, code: str):
    result = priced({**cdr([period(5, ENERGY="1")], tariff(element(ENERGY))), **change})
    assert (result.total_excl_vat, result.total_incl_vat, result.findings) == (None, None, {code})


def test_an_unknown_time_zone_stops_only_what_needs_one():
    clocked = cdr([period(5, ENERGY="1")], tariff(element(ENERGY, start_time="08:00")))
    assert priced(clocked, zone="Europe/Atlantis").findings == {"time_zone_unknown"}
    assert excl(cdr([period(5, ENERGY="1")], tariff(element(ENERGY))), zone=None) == "0.3"


def test_a_difference_reads_as_a_sentence_and_agreement_is_none():
    result = priced(cdr([period(60, ENERGY="10")], tariff(element(ENERGY))))
    assert compare(result, "3", "3.600000000000") is None
    assert compare(result, "3.01", None) == (
        "before tax: expected 3.000000000000, got 3.01 (off by 0.010000000000); "
        "after tax: expected 3.600000000000, got unknown"
    )
