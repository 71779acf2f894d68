"""The catalogue is whole: a model holds each rule, each bound can be overridden, and the page says the same."""

from __future__ import annotations

import pytest

from pipeline.adhoc.models import compiled_judges
from pipeline.rule_overrides import SAME_FOR_EVERYBODY
from pipeline.rules.catalogue import named, rules
from pipeline.rules.documented import PAGE, written_page
from pipeline.rules.lineage import Lineage

ON_CDRS = [rule for rule in rules() if rule.object_type == "cdr"]


@pytest.fixture(scope="module")
def lineage() -> Lineage:
    return Lineage(compiled_judges())


def test_each_number_from_1_to_60_is_there() -> None:
    assert {rule.rule_id for rule in rules()} - {""} == {f"R{number:02d}" for number in range(1, 61)}


def test_a_rule_is_found_by_code_and_number_whatever_the_case() -> None:
    assert named(" CDR_LATE ") == named("r28") != ()


def test_a_model_holds_each_rule_on_cdrs(lineage: Lineage) -> None:
    assert [rule.code for rule in ON_CDRS if not lineage.holders(rule)] == []


def test_the_bounds_of_rules_on_cdrs_are_read_for_each_cdr(lineage: Lineage) -> None:
    """Otherwise rules.yml would take an override and nothing would come of it."""
    bounds = {(rule.code, parameter.name) for rule in ON_CDRS for parameter in rule.parameters}
    read = {(rule.code, name) for rule in ON_CDRS for name in lineage.settings_read(rule) if lineage.asked_again(rule)}
    # How long a CDR waits for its parent is read by the desk, for all rules alike.
    waits = {(rule.code, "wait_h") for rule in ON_CDRS if rule.awaits}
    assert sorted(bounds - read - waits) == sorted(SAME_FOR_EVERYBODY)


def test_the_page_is_what_the_seeds_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == written_page(), "run `make docs-rules`"
