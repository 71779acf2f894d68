"""Rounded totals by mode, level and currency, on figures computed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.oracle.building import cdr, component, element, period, priced, tariff, text
from tests.oracle.policies import Policies


@pytest.mark.parametrize(
    ("mode", "rounded"), [("half_up", "2.13"), ("half_even", "2.12"), ("down", "2.12"), ("up", "2.13")]
)
def test_a_total_on_the_half_cent_is_rounded_by_the_mode_and_stays_exact_beside(mode: Any, rounded: str):
    result = priced(
        cdr([period(60, ENERGY="8.5")], tariff(element(component("ENERGY", "0.25")))),
        policies=Policies(rounding_mode=mode),
    )
    assert (text(result.total_excl_vat), text(result.total_excl_vat_rounded)) == ("2.125", rounded)


@pytest.mark.parametrize(
    ("mode", "rounded"), [("half_up", "-0.13"), ("half_even", "-0.12"), ("down", "-0.12"), ("up", "-0.13")]
)
def test_a_discount_is_rounded_like_a_price_of_that_size(mode: Any, rounded: str):
    session = cdr([period(60, ENERGY="1")], tariff(element(component("FLAT", "-0.125"))))
    result = priced(session, policies=Policies(rounding_mode=mode))
    assert text(result.total_excl_vat_rounded) == rounded


def test_by_component_each_line_is_rounded_first_and_limits_are_lines():
    tariffs = tariff(
        element(component("ENERGY", "0.125"), component("FLAT", "0.125")), max_price={"excl_vat": Decimal("0.2")}
    )
    session = cdr([period(60, ENERGY="1")], tariffs)
    # 0.13 + 0.13 - 0.05 (the limit takes 0.05 of exactly 0.25)
    by_component = priced(session, policies=Policies(rounding_level="component"))
    assert (text(by_component.total_excl_vat), text(by_component.total_excl_vat_rounded)) == ("0.2", "0.21")
    assert text(priced(session).total_excl_vat_rounded) == "0.2"


@pytest.mark.parametrize(("currency", "rounded"), [("EUR", "1.23"), ("JPY", "1"), ("KWD", "1.235"), ("XXX", "1.23")])
def test_the_minor_unit_is_that_of_the_currency(currency: str, rounded: str):
    tariffs = tariff(element(component("FLAT", "1.2345")), currency=currency)
    session = cdr([period(60, ENERGY="1")], tariffs, currency=currency)
    assert text(priced(session).total_excl_vat_rounded) == rounded


def test_an_unknown_total_is_rounded_to_nothing():
    tariffs = tariff(element(component("ENERGY", "1")), tax_included="YES")
    result = priced(cdr([period(60, ENERGY="1")], tariffs), "2.3.0")
    assert (result.total_excl_vat_rounded, text(result.total_incl_vat_rounded)) == (None, "1")
