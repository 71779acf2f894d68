"""`demo` and `run` print figures that are in the published file, and refuse what they must not touch."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pipeline.commands.summary import SECTIONS
from pipeline.settings import Paths
from tests.commands.conftest import Roamledger
from tests.conftest import SampleNight

HOLD_THE_WAREHOUSE = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("create table t (a integer)")
print("held", flush=True)
sys.stdin.readline()
"""


def test_every_figure_of_the_summary_can_be_queried(roamledger: Roamledger, sample_night: SampleNight) -> None:
    data = ("--data", str(sample_night.paths.data))
    state = json.loads(roamledger(*data, "status", "--json").out)
    for section in SECTIONS:
        if section.name in state:
            asked = roamledger(*data, "query", section.sql, "--format", "json")
            assert json.loads(asked.out) == state[section.name]
    assert {"accounting", "verdicts"} <= set(state)


def test_nothing_received_is_lost_and_the_status_names_the_published_night(
    roamledger: Roamledger, sample_night: SampleNight
) -> None:
    state = json.loads(roamledger("--data", str(sample_night.paths.data), "status", "--json").out)
    assert {row["module"] for row in state["accounting"]} == {"locations", "tariffs", "sessions", "cdrs", "tokens"}
    assert all(row["difference"] == 0 for row in state["accounting"])
    assert state["published"]["as_of"] == "2026-11-01T01:00:00Z"
    assert state["published"]["ledger_position"] == state["ledger"]["event_count"] == 20


@pytest.mark.slow
def test_a_decision_is_applied_by_the_next_run(
    roamledger: Roamledger, sample_copy: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROAMLEDGER_DATA", str(sample_copy.data))
    held = "select cdr_key from verdicts.fct_cdr_verdicts where verdict = 'held' order by cdr_key limit 1"
    key = json.loads(roamledger("query", held, "--format", "json").out)[0]["cdr_key"]
    assert roamledger("decide", key, "--accept", "--reason", "meter photo checked", "--user", "ana").code == 0
    done = roamledger("run", "--as-of", "2026-11-01T01:00:00Z", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["ledger_position"] == 21
    after = f"select verdict, decided_by, decision_reason from verdicts.fct_cdr_verdicts where cdr_key = '{key}'"
    assert json.loads(roamledger("query", after, "--format", "json").out) == [
        {"verdict": "accepted", "decided_by": "ana", "decision_reason": "meter photo checked"}
    ]


@pytest.mark.slow
def test_a_night_without_files_and_partners_is_published_and_says_what_is_missing(
    roamledger: Roamledger, paths: Paths
) -> None:
    done = roamledger("run", "--as-of", "2026-11-01T01:00:00Z")
    assert done.code == 0, done.err
    assert "Nothing is landed yet: `roamledger load PATH` lands files" in done.out
    assert f"There is no {paths.partners_file}" in done.out
    assert paths.published_file.exists()


def test_the_demo_empties_only_a_folder_of_its_own(roamledger: Roamledger, paths: Paths) -> None:
    mine = paths.data / "demo" / "precious.txt"
    mine.parent.mkdir()
    mine.write_text("keep")
    done = roamledger("demo")
    assert done.code == 2
    assert "was not made by the demo" in done.err
    assert mine.read_text() == "keep"


def test_a_warehouse_held_by_another_process_is_a_sentence(roamledger: Roamledger, paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_WAREHOUSE, str(paths.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = roamledger("run", "--as-of", "2026-11-01T01:00:00Z")
    finally:
        holder.communicate("\n", timeout=30)
    assert done.code == 2
    assert f"in use by process {holder.pid}" in done.err
    assert "Traceback" not in done.err
