"""The oracle on limits and tax, on figures computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.oracle.building import both, cdr, component, element, excl, period, priced, tariff, text
from tests.oracle.policies import Policies

ENERGY = component("ENERGY", "0.30", "20")


@pytest.mark.parametrize(
    ("limits", "policies", "expected"),
    [
        ({"min_price": {"excl_vat": 5, "incl_vat": Decimal("5.5")}}, Policies(), ("5", "5.5")),
        ({"min_price": {"excl_vat": 5}}, Policies(), ("5", "6")),
        ({"min_price": {"excl_vat": 5}}, Policies(limit_tax="untouched"), ("5", "3.6")),
        ({"max_price": {"excl_vat": 2, "incl_vat": 3}}, Policies(), ("2", "3")),
        ({"max_price": {"excl_vat": 4, "incl_vat": 3}}, Policies(), ("3", "3")),
        ({"min_price": {"excl_vat": 5}, "max_price": {"excl_vat": 4}}, Policies(), ("4", "4.8")),
    ],
)
def test_limits_bound_each_total(limits: dict, policies: Policies, expected: tuple[str, str]):
    result = cdr([period(60, ENERGY="10")], tariff(element(ENERGY), **limits))
    assert both(result, policies=policies) == expected
    lines = priced(result, policies=policies).lines
    assert text(sum((line.cost_excl_vat or Decimal(0) for line in lines), Decimal(0))) == expected[0]


def test_a_limit_over_nothing_takes_the_rate_of_the_first_line():
    free = tariff(element(component("ENERGY", "0", "10")), min_price={"excl_vat": 2})
    assert both(cdr([period(60, ENERGY="10")], free)) == ("2", "2.2")


@pytest.mark.parametrize(
    ("included", "vat", "policies", "expected"),
    [
        ("NO", "21", Policies(), ("10", "12.1")),
        ("YES", "21", Policies(), ("8.264462809917", "10")),
        ("N/A", "21", Policies(), ("10", "10")),
        ("NO", None, Policies(), ("10", None)),
        ("YES", None, Policies(), (None, "10")),
        ("YES", None, Policies(vat_absent_230="no_vat"), ("10", "10")),
        ("NO", "0", Policies(), ("10", "10")),
    ],
)
def test_tax_in_2_3_0(included: str, vat: str | None, policies: Policies, expected: tuple[str | None, str | None]):
    tariffs = tariff(element(component("ENERGY", "1", vat), component("TIME", "0")), tax_included=included)
    assert both(cdr([period(60, ENERGY="10", TIME="1")], tariffs), "2.3.0", policies=policies) == expected


def test_an_absent_rate_is_no_vat_in_2_2_1_and_unknown_by_choice():
    tariffs = tariff(element(component("ENERGY", "1")))
    assert both(cdr([period(60, ENERGY="10")], tariffs)) == ("10", "10")
    assert both(cdr([period(60, ENERGY="10")], tariffs), policies=Policies(vat_absent_221="unknown")) == ("10", None)


def test_2_1_1_knows_no_vat_and_may_round_each_component():
    tariffs = tariff(element(component("TIME", "6", step=600), component("PARKING_TIME", "3", step=600)))
    session = cdr([period(12, None, TIME="0.2"), period(14, None, PARKING_TIME="0.2333")], tariffs)
    assert both(session, "2.1.1") == ("2.2", None)
    assert both(session, "2.1.1", policies=Policies(step_size_211="component")) == ("3", None)


def test_a_price_sent_as_text_and_a_discount():
    tariffs = tariff(element({**component("FLAT", "1"), "price": "2.00"}), element(component("ENERGY", "-0.1")))
    assert excl(cdr([period(5, ENERGY="5")], tariffs)) == "1.5"
