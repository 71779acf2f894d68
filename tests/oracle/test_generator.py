"""The generator draws the same again, covers the whole language, and what fails is made small."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.oracle import coverage
from tests.oracle.batch import COUNT, SEED
from tests.oracle.generator import Case, cases, draw_case
from tests.oracle.language import dump, load, partners
from tests.oracle.minimise import shrink, shrink_in_batches, size
from tests.oracle.policies import DEFAULTS
from tests.oracle.pricer import price


def test_the_same_seed_draws_the_same_and_one_case_can_be_drawn_alone():
    first = list(cases(60, "some seed"))
    assert [(case.text, case.time_zone, case.partner) for case in first] == [
        (case.text, case.time_zone, case.partner) for case in cases(60, "some seed")
    ]
    assert draw_case(42, "some seed", partners()) == first[42]
    assert first[0].text != next(cases(1, "another seed")).text


def test_text_keeps_every_digit():
    for case in cases(50):
        assert dump(load(case.text)) == case.text


def test_every_case_is_priced_or_says_why_not_and_lines_sum_to_totals():
    for case in cases(1500):
        priced = case.priced()
        if not priced.lines and priced.total_excl_vat is None:
            assert priced.findings, case.text
        for total, costs in (
            (priced.total_excl_vat, [line.cost_excl_vat for line in priced.lines]),
            (priced.total_incl_vat, [line.cost_incl_vat for line in priced.lines]),
        ):
            if total is not None:
                assert total == sum((cost for cost in costs if cost is not None), Decimal(0)), case.text


def test_the_batch_covers_each_restriction_version_policy_and_change_of_clocks():
    """One case in two hundred at least; a sample of few cases may fall short of that by chance, to three quarters."""
    counts = coverage.report(cases(COUNT, SEED))
    least = COUNT // coverage.LEAST_ONE_IN
    assert coverage.missing(counts, least if COUNT >= 20_000 or SEED == "roamledger" else least * 3 // 4) == {}


def first_with(feature: str) -> Case:
    return next(
        case for case in cases(3000) if feature in coverage.features(case, case.priced()) and size(case.cdr)[0] > 150
    )


def test_a_failing_cdr_is_made_small():
    case = first_with("surplus PARKING_TIME")

    def fails(cdr: dict[str, Any]) -> bool:
        priced = price(cdr, ocpi_version=case.ocpi_version, time_zone=case.time_zone, policies=DEFAULTS)
        return any(line.dimension == "PARKING_TIME" and line.billed_quantity != line.quantity for line in priced.lines)

    before = dump(case.cdr)
    for small in (shrink(case.cdr, fails), shrink_in_batches(case.cdr, lambda many: [fails(each) for each in many])):
        assert fails(small)
        assert dump(case.cdr) == before
        assert len(small["charging_periods"]) == len(small["tariffs"]) == len(small["tariffs"][0]["elements"]) == 1
        assert len(small["charging_periods"][0]["dimensions"]) == 1
