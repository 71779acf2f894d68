"""The unit tests of the dbt models, which no night runs, on the tables of a night."""

from __future__ import annotations

from pipeline import dbt_runner
from pipeline.settings import Paths


def test_every_unit_test_of_the_models_passes(sample_copy: Paths) -> None:
    named = dbt_runner.read_manifest(sample_copy)["unit_tests"]
    result = dbt_runner.invoke(sample_copy, ["test", "--select", "test_type:unit"])
    outcomes = {run.node.name: str(run.status) for run in result.result}
    assert {name: status for name, status in outcomes.items() if status != "pass"} == {}
    assert len(outcomes) == len(named) > 0
