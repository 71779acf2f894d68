"""Tariffs with what the lint must say of each, and nothing else: one that has a code and one that just has not.

The business clock stands at 2026-10-01 02:00 UTC; a tariff is of OCPI 2.2.1 unless it says otherwise. An element is
written `TYPE PRICE field=value + TYPE PRICE | restriction=value`; a component has VAT 21 and step_size 1 unless it says
otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A tariff and the codes it must get; `name` is its id."""

    name: str
    codes: frozenset[str]
    body: Json
    version: str


def case(name: str, codes: str, *elements: str, version: str = "2.2.1", **head: object) -> Case:
    """A tariff in EUR; `codes` without their common prefix, blank when nothing is wrong."""
    body: Json = {"id": name, "currency": "EUR", "last_updated": "2026-09-01T00:00:00Z"}
    body |= {"tax_included": "NO"} if version == "2.3.0" else {}
    body |= {"elements": [_element(each) for each in elements], **head}
    named = frozenset(f"tariff_{code}" for code in codes.split())
    return Case(name, named, {key: value for key, value in body.items() if value != "absent"}, version)


def limit(excl_vat: float, incl_vat: float | None = None) -> Json:
    return {"excl_vat": excl_vat, **({} if incl_vat is None else {"incl_vat": incl_vat})}


def _element(text: str) -> Json:
    components, _, restrictions = text.partition(" | ")
    element: Json = {"price_components": [_component(each) for each in components.split(" + ") if each]}
    return {**element, **({"restrictions": _fields(restrictions.split())} if restrictions else {})}


def _component(text: str) -> Json:
    kind, price, *others = text.split()
    fields = {"type": kind, "price": _value(price), "vat": 21, "step_size": 1, **_fields(others)}
    return {name: value for name, value in fields.items() if value != "absent"}


def _fields(texts: list[str]) -> Json:
    named = (text.split("=") for text in texts)
    return {name: value.split(",") if "day" in name.lower() else _value(value) for name, value in named}


def _value(text: str) -> object:
    """Numbers, null and quoted texts are JSON; the rest is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


HIDDEN = [
    case("fine", "", "ENERGY 0.4"),
    case("hidden-by-all", "hidden_by_unrestricted", "ENERGY 0.4", "ENERGY 0.5 | min_kwh=10"),
    case("shown-before-all", "", "ENERGY 0.5 | min_kwh=10", "ENERGY 0.4"),
    case(
        "hidden-other-dimension",
        "",
        "ENERGY 0.4 + FLAT 1 | start_time=08:00 end_time=20:00",
        "ENERGY 0.4 + FLAT 1",
    ),
    case(
        "hidden-by-wider",
        "hidden_by_wider",
        "ENERGY 0.3 | start_time=22:00 end_time=06:00",
        "ENERGY 0.5 | start_time=01:00 end_time=06:00",
        "ENERGY 0.4",
    ),
    case(
        "shown-by-a-minute",
        "",
        "ENERGY 0.3 | start_time=22:00 end_time=06:00",
        "ENERGY 0.5 | start_time=01:00 end_time=06:01",
        "ENERGY 0.4",
    ),
    case("hidden-by-equal", "hidden_by_wider", "ENERGY 0.3 | min_kwh=5", "ENERGY 0.5 | min_kwh=5", "ENERGY 0.4"),
    case(
        "hidden-on-each-axis",
        "hidden_by_wider",
        "ENERGY 0.3 | min_kwh=5 max_kwh=20 max_power=50 day_of_week=MONDAY,SUNDAY",
        "ENERGY 0.5 | min_kwh=5 max_kwh=20 max_power=50 max_duration=60 day_of_week=SUNDAY",
        "ENERGY 0.4",
    ),
    case(
        "shown-on-one-axis",
        "",
        "ENERGY 0.3 | min_kwh=5 max_kwh=20 max_power=50",
        "ENERGY 0.5 | min_kwh=5 max_kwh=20 max_power=51",
        "ENERGY 0.4",
    ),
    case(
        "shown-on-another-day",
        "",
        "ENERGY 0.3 | day_of_week=MONDAY",
        "ENERGY 0.5 | day_of_week=MONDAY,FRIDAY",
        "ENERGY 0.4",
    ),
    case(
        "expired-reservation-first",
        "",
        "ENERGY 0.4",
        "TIME 3 | reservation=RESERVATION",
        "TIME 9 | reservation=RESERVATION_EXPIRES",
    ),
    case(
        "reservation-hidden",
        "hidden_by_unrestricted",
        "ENERGY 0.4",
        "TIME 3 | reservation=RESERVATION",
        "TIME 9 | reservation=RESERVATION max_duration=60",
    ),
]

VALIDITY = [
    case("kwh-crossed", "restriction_impossible", "ENERGY 0.5 | min_kwh=10 max_kwh=10", "ENERGY 0.4"),
    case("kwh-just-apart", "", "ENERGY 0.5 | min_kwh=10 max_kwh=10.000001", "ENERGY 0.4"),
    case("kwh-never-reached", "restriction_impossible", "ENERGY 0.5 | max_kwh=0", "ENERGY 0.4"),
    case("duration-crossed", "restriction_impossible", "ENERGY 0.5 | min_duration=60 max_duration=60", "ENERGY 0.4"),
    case("duration-just-apart", "", "ENERGY 0.5 | min_duration=60 max_duration=61", "ENERGY 0.4"),
    case("current-crossed", "restriction_impossible", "ENERGY 0.5 | min_current=16 max_current=16", "ENERGY 0.4"),
    case("power-crossed", "restriction_impossible", "ENERGY 0.5 | min_power=50 max_power=22", "ENERGY 0.4"),
    case("power-just-apart", "", "ENERGY 0.5 | min_power=22 max_power=22.1", "ENERGY 0.4"),
    case(
        "dates-crossed",
        "restriction_impossible",
        "ENERGY 0.5 | start_date=2026-12-02 end_date=2026-12-01",
        "ENERGY 0.4",
    ),
    case("dates-equal", "dates_equal", "ENERGY 0.5 | start_date=2026-12-01 end_date=2026-12-01", "ENERGY 0.4"),
    case("dates-one-day", "", "ENERGY 0.5 | start_date=2026-12-01 end_date=2026-12-02", "ENERGY 0.4"),
    case("weekday-unknown", "restriction_unreadable", "ENERGY 0.5 | day_of_week=FUNDAY", "ENERGY 0.4"),
    case("time-unreadable", "restriction_unreadable", "ENERGY 0.5 | start_time=25:00", "ENERGY 0.4"),
    case("weekday-other-case", "", "ENERGY 0.5 | day_of_week=Monday", "ENERGY 0.4"),
    case("field-misspelt", "restriction_unknown_field", "ENERGY 0.5 | dayOfWeek=MONDAY min_kwh=5", "ENERGY 0.4"),
    case("power-in-211", "restriction_not_in_version", "ENERGY 0.5 | min_power=50", "ENERGY 0.4", version="2.1.1"),
    case(
        "reservation-in-211",
        "restriction_not_in_version",
        "ENERGY 0.4",
        "TIME 3 | reservation=RESERVATION",
        version="2.1.1",
    ),
    case("kwh-in-211", "", "ENERGY 0.5 | min_kwh=5", "ENERGY 0.4", version="2.1.1"),
    case("element-expired", "element_expired", "ENERGY 0.5 | end_date=2026-10-01", "ENERGY 0.4"),
    case("element-last-day", "", "ENERGY 0.5 | end_date=2026-10-02", "ENERGY 0.4"),
    case("all-expired", "element_expired prices_expired", "ENERGY 0.4 | end_date=2026-10-01"),
    case(
        "all-but-empty-expired",
        "dates_equal element_expired prices_expired",
        "ENERGY 0.4 | end_date=2026-10-01",
        "ENERGY 0.5 | start_date=2026-12-01 end_date=2026-12-01",
    ),
    case(
        "element-outside",
        "element_outside_validity",
        "ENERGY 0.5 | start_date=2027-01-03",
        "ENERGY 0.4",
        end_date_time="2027-01-01T00:00:00Z",
    ),
    case(
        "element-inside", "", "ENERGY 0.5 | start_date=2027-01-02", "ENERGY 0.4", end_date_time="2027-01-01T00:00:00Z"
    ),
    case("expired", "expired", "ENERGY 0.4", end_date_time="2026-10-01T02:00:00Z"),
    case("not-yet-expired", "", "ENERGY 0.4", end_date_time="2026-10-01T02:00:01Z"),
    case(
        "never-begins",
        "never_begins",
        "ENERGY 0.4",
        start_date_time="2027-01-01T00:00:00Z",
        end_date_time="2027-01-01T00:00:00Z",
    ),
    case(
        "begins-for-a-second",
        "",
        "ENERGY 0.4",
        start_date_time="2027-01-01T00:00:00Z",
        end_date_time="2027-01-01T00:00:01Z",
    ),
]

FALLBACK = [
    case("gap-at-night", "without_fallback", "ENERGY 0.4 | start_time=07:00 end_time=23:00"),
    case(
        "day-and-night",
        "",
        "ENERGY 0.4 | start_time=07:00 end_time=23:00",
        "ENERGY 0.3 | start_time=23:00 end_time=07:00",
    ),
    case(
        "gap-of-a-minute",
        "without_fallback",
        "ENERGY 0.4 | start_time=07:00 end_time=23:00",
        "ENERGY 0.3 | start_time=23:00 end_time=06:59",
    ),
    case(
        "gap-on-sunday",
        "without_fallback",
        "ENERGY 0.4 | day_of_week=MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY,SATURDAY",
    ),
    case(
        "weekdays-and-weekend",
        "",
        "ENERGY 0.4 | day_of_week=MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY",
        "ENERGY 0.3 | day_of_week=SATURDAY,SUNDAY",
    ),
    case("tiers", "", "ENERGY 0.4 | max_kwh=10", "ENERGY 0.3 | min_kwh=10"),
    case("gap-between-tiers", "without_fallback", "ENERGY 0.4 | max_kwh=10", "ENERGY 0.3 | min_kwh=10.5"),
    case("gap-always", "without_fallback restriction_impossible", "ENERGY 0.4", "TIME 3 | min_kwh=5 max_kwh=5"),
    case("gap-in-power", "without_fallback", "ENERGY 0.4", "TIME 3 | max_power=11"),
    case("runs-out", "without_fallback", "ENERGY 0.4 | end_date=2026-12-01"),
    case("runs-out-with-the-tariff", "", "ENERGY 0.4 | end_date=2026-12-01", end_date_time="2026-12-01T00:00:00Z"),
    case(
        "over-with-a-gap",
        "expired without_fallback window_half_open",
        "ENERGY 0.4 | start_time=07:00",
        end_date_time="2026-09-01T00:00:00Z",
    ),
    case("since-long-ago", "", "ENERGY 0.4 | start_date=2025-01-01"),
    case("from-tomorrow", "without_fallback", "ENERGY 0.4 | start_date=2026-10-02"),
    case("free-for-an-hour", "free_at_first", "ENERGY 0.4", "TIME 3 | min_duration=3600"),
    case("free-for-no-time", "", "ENERGY 0.4", "TIME 3 | min_duration=0"),
    case(
        "free-then-gap",
        "free_at_first without_fallback",
        "ENERGY 0.4",
        "TIME 3 | min_duration=3600 start_time=08:00 end_time=20:00",
    ),
    case(
        "too-many-cells",
        "without_fallback free_at_first",
        *(f"ENERGY 0.5 | min_kwh={at} min_duration={at} min_power={at} min_current={at}" for at in range(20, 0, -1)),
    ),
]

WINDOWS = [
    case("time-with-seconds", "time_format", "ENERGY 0.5 | start_time=08:00:00 end_time=20:00", "ENERGY 0.4"),
    case("time-short", "time_format", "ENERGY 0.5 | start_time=8:00 end_time=20:00", "ENERGY 0.4"),
    case("time-2400", "time_format", "ENERGY 0.5 | start_time=08:00 end_time=24:00", "ENERGY 0.4"),
    case("time-to-midnight", "", "ENERGY 0.5 | start_time=08:00 end_time=00:00", "ENERGY 0.4"),
    case(
        "start-equals-end",
        "hidden_by_unrestricted start_equals_end",
        "ENERGY 0.5 | start_time=08:00 end_time=08:00",
        "ENERGY 0.4",
    ),
    case("whole-day", "hidden_by_unrestricted", "ENERGY 0.5 | start_time=00:00 end_time=00:00", "ENERGY 0.4"),
    case("half-open", "window_half_open", "ENERGY 0.5 | start_time=08:00", "ENERGY 0.4"),
    case("ends-2359", "window_ends_early", "ENERGY 0.5 | start_time=08:00 end_time=23:59", "ENERGY 0.4"),
    case("ends-2358", "", "ENERGY 0.5 | start_time=08:00 end_time=23:58", "ENERGY 0.4"),
    case(
        "friday-night",
        "window_over_midnight_weekdays",
        "ENERGY 0.5 | start_time=22:00 end_time=06:00 day_of_week=FRIDAY",
        "ENERGY 0.4",
    ),
    case("friday-evening", "", "ENERGY 0.5 | start_time=22:00 end_time=00:00 day_of_week=FRIDAY", "ENERGY 0.4"),
]

COMPONENTS = [
    case("component-unknown", "component_unknown", "ENERGY 0.4 + SESSION_TIME 1"),
    case("energy-reserved", "component_never_reserved", "ENERGY 0.4", "TIME 3 + ENERGY 1 | reservation=RESERVATION"),
    case("time-reserved", "", "ENERGY 0.4", "TIME 3 + FLAT 1 | reservation=RESERVATION"),
    case("dimension-twice", "component_repeated", "ENERGY 0.4 + ENERGY 0.5"),
    case("price-unreadable", "price_unreadable", "ENERGY 0.4 + TIME 1000000"),
    case("price-absent", "price_unreadable", "ENERGY 0.4 + TIME null"),
    case("price-as-text", "price_as_text", 'ENERGY "0.40"'),
    case("price-negative", "price_negative", "ENERGY -0.000001 | start_time=12:00 end_time=13:00", "ENERGY 0.4"),
    case("price-nothing", "", "ENERGY 0 | start_time=12:00 end_time=13:00", "ENERGY 0.4"),
    case("free", "price_zero", "FLAT 0"),
    case("energy-high", "price_high", "ENERGY 2.500001"),
    case("energy-dear", "", "ENERGY 2.5"),
    case("time-high", "price_high", "ENERGY 0.4 + TIME 60.000001"),
    case("time-dear", "", "ENERGY 0.4 + TIME 60"),
    case("energy-low", "price_low", "ENERGY 0.049999"),
    case("energy-cheap", "", "ENERGY 0.05"),
    case("energy-cheap-for-a-day", "", "ENERGY 0.01 | end_date=2026-10-02", "ENERGY 0.4"),
    case("element-empty", "element_empty", "ENERGY 0.4", ""),
    case(
        "elements-equal",
        "elements_equal hidden_by_wider",
        "ENERGY 0.5 | min_kwh=5",
        "ENERGY 0.5 | min_kwh=5",
        "ENERGY 0.4",
    ),
    case("flat-twice", "flat_fees_differ", "ENERGY 0.4 + FLAT 2 | max_kwh=10", "ENERGY 0.4 + FLAT 1"),
    case("flat-at-first-only", "flat_fees_differ", "ENERGY 0.4 + FLAT 1 | max_kwh=10", "ENERGY 0.4 + FLAT 0"),
    case("parking-as-time", "parking_priced_as_time", "ENERGY 0.4 + TIME 3 + PARKING_TIME 3"),
    case("parking-dearer", "time_and_parking_priced", "ENERGY 0.4 + TIME 3 + PARKING_TIME 6"),
    case(
        "parking-apart",
        "without_fallback",
        "ENERGY 0.4",
        "TIME 3 | start_time=08:00 end_time=20:00",
        "PARKING_TIME 3 | start_time=20:00 end_time=08:00",
    ),
    case(
        "parking-over-midnight",
        "parking_priced_as_time without_fallback",
        "ENERGY 0.4",
        "TIME 3 | start_time=05:00 end_time=20:00",
        "PARKING_TIME 3 | start_time=20:00 end_time=06:00",
    ),
    case("parking-alone", "", "ENERGY 0.4 + TIME 0 + PARKING_TIME 6"),
]

STEPS = [
    case("step-zero", "step_size_zero", "ENERGY 0.4 step_size=0"),
    case("step-zero-free", "", "ENERGY 0.4 + TIME 0 step_size=0 + FLAT 1 step_size=0"),
    case("step-negative", "step_size_implausible", "ENERGY 0.4 step_size=-1"),
    case("step-energy-huge", "step_size_implausible", "ENERGY 0.4 step_size=10001"),
    case("step-energy-big", "", "ENERGY 0.4 step_size=10000"),
    case("step-time-huge", "step_size_implausible", "ENERGY 0.4 + TIME 3 step_size=86401"),
    case("step-time-big", "", "ENERGY 0.4 + TIME 3 step_size=86400"),
    case("step-minutes", "step_size_unit", "ENERGY 0.4 + TIME 3 step_size=15"),
    case("step-just-seconds", "step_size_unit", "ENERGY 0.4 + TIME 3 step_size=59"),
    case("step-one-minute", "", "ENERGY 0.4 + TIME 3 step_size=60"),
    case("step-kwh", "step_size_unit", "ENERGY 0.4 step_size=9"),
    case("step-ten-wh", "", "ENERGY 0.4 step_size=10"),
    case("step-fraction", "step_size_unit", "ENERGY 0.4 step_size=1000.5"),
    case("step-absent", "step_size_absent", "ENERGY 0.4 step_size=absent + FLAT 1"),
    case("step-flat-absent", "", "ENERGY 0.4 + FLAT 1 step_size=absent"),
    case("steps-differ", "step_sizes_differ", "ENERGY 0.4 step_size=100 | max_kwh=10", "ENERGY 0.4 step_size=1000"),
    case("steps-differ-free", "", "ENERGY 0 step_size=100 | max_kwh=10", "ENERGY 0.4 step_size=1000"),
]

TAXES = [
    case("vat-fraction", "vat_fraction", "ENERGY 0.4 vat=0.21"),
    case("vat-one", "", "ENERGY 0.4 vat=1"),
    case("vat-zero", "", "ENERGY 0.4 vat=0"),
    case("vat-negative", "vat_implausible", "ENERGY 0.4 vat=-21"),
    case("vat-thirty", "", "ENERGY 0.4 vat=30"),
    case("vat-beyond", "vat_implausible", "ENERGY 0.4 vat=30.000001"),
    case("vat-differs", "vat_rates_differ", "ENERGY 0.4 + TIME 3 vat=9"),
    case("vat-partly-absent", "vat_rates_differ", "ENERGY 0.4 + FLAT 1 vat=absent step_size=absent"),
    case("vat-differs-where-free", "", "ENERGY 0.4 + TIME 0 vat=9"),
    case("vat-though-untaxed", "vat_though_untaxed", "ENERGY 0.4", version="2.3.0", tax_included="N/A"),
    case("no-vat-untaxed", "", "ENERGY 0.4 vat=null", version="2.3.0", tax_included="N/A"),
    case("vat-missing-inside", "vat_missing_in_price", "ENERGY 0.4 vat=null", version="2.3.0", tax_included="YES"),
    case("vat-inside", "", "ENERGY 0.4", version="2.3.0", tax_included="YES"),
    case("tax-included-missing", "tax_included_missing", "ENERGY 0.4", version="2.3.0", tax_included="absent"),
    case("tax-included-unknown", "tax_included_unknown", "ENERGY 0.4", version="2.3.0", tax_included="PARTLY"),
    case("tax-included-no", "", "ENERGY 0.4", version="2.3.0"),
]

LIMITS_AND_HEAD = [
    case("limits-crossed", "limits_crossed", "ENERGY 0.4", min_price=limit(3.01, 4), max_price=limit(3, 4)),
    case("limits-equal", "", "ENERGY 0.4", min_price=limit(3, 4), max_price=limit(3, 4)),
    case("limit-negative", "limit_negative", "ENERGY 0.4", min_price=limit(-1, 0)),
    case("limit-before-tax", "limit_before_tax_only", "ENERGY 0.4", max_price=limit(3)),
    case("limit-tax-negative", "limit_tax_negative", "ENERGY 0.4", max_price=limit(3, 2.99)),
    case("limit-tax-nothing", "", "ENERGY 0.4", max_price=limit(3, 3)),
    case("limit-in-211", "limit_not_in_version", "ENERGY 0.4", version="2.1.1", max_price=limit(3)),
    case("free-with-minimum", "min_price_on_free price_zero", "ENERGY 0", min_price=limit(1, 1.21)),
    case(
        "limits-of-230",
        "limit_before_tax_only limits_crossed",
        "ENERGY 0.4",
        version="2.3.0",
        min_price={"before_taxes": 3},
        max_price={"before_taxes": 2},
    ),
    case("currency-unknown", "currency_unknown", "ENERGY 0.4", currency="EURO"),
    case("currency-other-case", "", "ENERGY 0.4", currency="sek"),
    case("type-unknown", "type_unknown", "ENERGY 0.4", type="AD_HOC"),
    case("type-known", "", "ENERGY 0.4", type="PROFILE_GREEN"),
]

CASES = [*HIDDEN, *VALIDITY, *FALLBACK, *WINDOWS, *COMPONENTS, *STEPS, *TAXES, *LIMITS_AND_HEAD]

# Tariffs by the connector that names them: watts and country.
AFIR = [
    (case("afir-all", "afir_charging_time afir_session_fee", "ENERGY 0.4 + FLAT 1 + TIME 3"), 50000, "NLD"),
    (case("afir-slow", "", "ENERGY 0.4 + FLAT 1 + TIME 3"), 49999, "NLD"),
    (case("afir-outside-eu", "", "ENERGY 0.4 + FLAT 1 + TIME 3"), 50000, "GBR"),
    (case("afir-regular", "", "ENERGY 0.4 + FLAT 1 + TIME 3", type="REGULAR"), 50000, "NLD"),
    (case("afir-ad-hoc", "afir_session_fee", "ENERGY 0.4 + FLAT 1", type="AD_HOC_PAYMENT"), 150000, "DEU"),
    (case("afir-time-only", "afir_charging_time afir_no_price_per_kwh", "TIME 3"), 50000, "NLD"),
    (
        case(
            "afir-occupancy",
            "free_at_first time_and_parking_priced",
            "ENERGY 0.4 + PARKING_TIME 6",
            "TIME 3 | min_duration=3600",
        ),
        50000,
        "NLD",
    ),
    (case("afir-free", "price_zero", "FLAT 0"), 50000, "NLD"),
    (case("afir-no-fee", "", "ENERGY 0.4 + FLAT 0"), 50000, "NLD"),
]
