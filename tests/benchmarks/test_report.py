"""What the report makes of measured steps."""

from __future__ import annotations

import json
from dataclasses import asdict

from benchmarks.report import render
from benchmarks.results import Chain, Results, Yardsticks, marginal, targets
from benchmarks.step import FOLDERS, Measured, Node, covered, read

STEPS = ("land", "raw", *FOLDERS)


def step(name: str, seconds: float, units: int | None = None) -> Measured:
    return Measured(
        name, seconds + 3, seconds, seconds, seconds, 10**9, 0.5, units, [Node(f"{name}_model", 0, seconds)]
    )


def results(*counts: int, seconds_each: float = 1e-5, failure: str | None = None) -> Results:
    """Every step takes the same time for each CDR."""
    found = Results(machine={"cores": "2"})
    for count in counts:
        steps = {name: step(name, count * seconds_each) for name in STEPS}
        if failure:
            del steps["reconciliation"]
        found.chains += [Chain(count, threads, steps, failure) for threads in (1, 2)]
        yardsticks = {"scan": step("scan", count * 2e-6), "loads": step("loads", 1, 100_000)}
        found.yardsticks.append(Yardsticks(count, count * 2400, {**yardsticks, "oracle": step("oracle", 1, 5_000)}))
    return found


def test_aims_compare_busy_seconds_with_the_yardsticks():
    aims = targets(results(100_000), 100_000)
    # 1 s a step, 0.2 s for reading, 20 s for the oracle scaled from its sample.
    expected = [(5, False), (4, False), (2, False), (20, True), (1, True)]
    assert [(round(aim.value or 0, 6), aim.is_met) for aim in aims] == expected


def test_one_more_cdr_costs_the_same_where_time_grows_with_the_count():
    assert marginal(results(100_000, 1_000_000), 2) is None
    aim = marginal(results(100_000, 500_000, 1_000_000), 2)
    assert aim is not None
    assert (round(aim.value or 0, 6), aim.is_met) == (1, True)


def test_a_chain_that_ended_early_is_told_and_its_aims_are_not_measured():
    page = render(results(100_000, failure="reconciliation: took more than 30 minutes"))
    assert "This chain ended early: reconciliation: took more than 30 minutes." in page
    assert "| speed end to end / speed of reading | not measured | at least 8 %, better 12 % | not measured |" in page


def test_busy_time_counts_models_that_run_side_by_side_once():
    assert covered([Node("a", 0, 2), Node("b", 1, 3), Node("c", 1.5, 2), Node("d", 5, 6)]) == 4


def test_a_step_reads_back_as_it_was_written():
    written = step("pricing", 2)
    assert read(json.dumps(asdict(written))) == written
