"""`rules` and `scorecard` tell what rules are and found; `rules try` asks history and changes nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipeline.partners import load_config
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse
from tests.commands.conftest import Done, Roamledger
from tests.conftest import SampleNight


@pytest.fixture
def on_sample(roamledger: Roamledger, sample_night: SampleNight) -> Roamledger:
    """The command on the sample's night."""

    def call(*arguments: str) -> Done:
        return roamledger("--data", str(sample_night.paths.data), *arguments)

    return call


def test_the_list_needs_no_warehouse(roamledger: Roamledger) -> None:
    done = roamledger("rules")
    assert done.code == 0, done.err
    assert "Nothing is published yet." in done.out
    line = next(line for line in done.out.splitlines() if " cdr_late " in line)
    assert line.split()[:4] == ["R28", "cdr_late", "1", "warn"]
    assert "after_h 24 h" in line


def test_a_number_shows_all_its_codes(roamledger: Roamledger) -> None:
    done = roamledger("rules", "show", "r50", "--format", "json")
    assert [rule["rule_code"] for rule in json.loads(done.out)] == ["recalc_total_mismatch", "rounding_gap"]


def test_a_rule_shows_its_overrides(roamledger: Roamledger, paths: Paths) -> None:
    paths.rules_file.write_text(
        "overrides: [{rule: cdr_late, valid_from: 2017-01-01, valid_to: 2018-01-01, severity: 'off', reason: old}]"
    )
    shown = json.loads(roamledger("rules", "show", "cdr_late", "--format", "json").out)[0]
    listed = json.loads(roamledger("rules", "--format", "json").out)
    assert [(each["valid_to"], each["severity"]) for each in shown["overrides"]] == [("2018-01-01", "off")]
    assert next(rule for rule in listed if rule["rule_code"] == "cdr_late")["overrides"] == []
    assert "severity off" in roamledger("rules", "show", "cdr_late", "--format", "markdown").out


def test_an_unknown_rule_is_told_with_what_comes_near(roamledger: Roamledger) -> None:
    done = roamledger("rules", "show", "cdr_lat")
    assert done.code == 2
    assert "There is no rule 'cdr_lat'. Did you mean cdr_late" in done.err


@pytest.mark.slow
def test_list_and_page_count_what_is_published(on_sample: Roamledger, sample_night: SampleNight) -> None:
    with duckdb.connect(str(sample_night.paths.published_file), read_only=True) as con:
        counts = dict(con.execute("select code, count(*) from verdicts.fct_findings group by code").fetchall())
        row = con.execute(
            "select sum(cdr_count) from verdicts.fct_rule_performance where rule_code = 'evse_unknown'"
        ).fetchone()
    assert row == (counts["evse_unknown"],)
    listed = json.loads(on_sample("rules", "--format", "json").out)
    found = {rule["rule_code"]: rule["found"]["object_count"] for rule in listed}
    assert {code: count for code, count in found.items() if count} == counts
    (shown,) = json.loads(on_sample("rules", "show", "R12", "--format", "json").out)
    assert sum(row["cdr_count"] for row in shown["performance"]) == counts["evse_unknown"]
    assert shown["explanation"] in on_sample("rules", "show", "R12").out


@pytest.mark.slow
def test_a_rule_taken_out_frees_what_it_held_and_writes_nothing(
    on_sample: Roamledger, sample_night: SampleNight
) -> None:
    def everything() -> dict[str, str]:
        files = [file for file in sample_night.paths.data.rglob("*") if file.is_file() and file.name != "run.lock"]
        return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    before = everything()
    answer = _try(on_sample, "R12", "--severity", "off", "--since", "2017-01-01")
    with open_warehouse(sample_night.paths, read_only=True) as con:
        (hit,) = con.execute("select count(*) from verdicts.fct_findings where code = 'evse_unknown'").fetchall()
        (held,) = con.execute(
            "select count(*) from verdicts.fct_cdr_verdicts where reason_codes = 'evse_unknown'"
        ).fetchall()
    assert _count(answer, "now") == _count(answer, "no_longer") == hit[0] > 0
    assert _count(answer, "tried") == _count(answer, "newly") == 0
    moved = {(move["verdict_now"], move["verdict_tried"]): move["cdr_count"] for move in answer["verdict_changes"]}
    assert moved == {("held", "accepted"): held[0]}
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "layer"),
    [("volume_without_component", "pricing"), ("multiple_agreements_match", "reconciliation"), ("R51", "validation")],
)
def test_a_severity_can_be_tried_in_every_layer(
    on_sample: Roamledger, sample_night: SampleNight, rule: str, layer: str
) -> None:
    answer = _try(on_sample, rule, "--severity", "reject", "--since", "2017-01-01")
    with open_warehouse(sample_night.paths, read_only=True) as con:
        (row,) = con.execute(
            "select count(*) from verdicts.fct_findings where code = ? and layer = ?", [answer["rule_code"], layer]
        ).fetchall()
    assert _count(answer, "now") == _count(answer, "tried") == row[0] > 0
    assert {move["verdict_tried"] for move in answer["verdict_changes"]} == {"rejected"}


@pytest.mark.slow
def test_the_page_ends_with_an_entry_that_rules_yml_takes(on_sample: Roamledger, tmp_path: Path) -> None:
    done = on_sample("rules", "try", "R12", "--severity", "warn", "--power-class", "ac", "--since", "2026-09-01")
    assert done.code == 0, done.err
    assert done.out.startswith("Trial of R12 evse_unknown: EVSE unknown\n")
    entry = done.out[done.out.index("overrides:") :]
    (tmp_path / "rules.yml").write_text(entry)
    (override,) = load_config(Paths(tmp_path)).rule_overrides
    assert (override.severity, override.power_class, str(override.valid_from)) == ("warn", "ac", "2026-11-01")
    assert yaml.safe_load(entry)["overrides"][0]["reason"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["R99", "--severity", "off"], "There is no rule 'R99'."),
        (["R17", "--severity", "off"], "Rule R17 rfid_uid_format judges a token; only rules on CDRs can be tried."),
        (["R20"], "Say what to try of rule R20 end_before_start: --severity, for it has no parameters."),
        (["R28"], "Say what to try of rule R28 cdr_late: --param NAME=VALUE (after_h) or --severity."),
        (["R50", "--severity", "off"], "R50 stands for several rules; name one of them: recalc_total_mismatch"),
        (["R28", "--param", "after_d=1"], "Rule R28 cdr_late has no parameter 'after_d'; it has: after_h."),
        (["R28", "--param", "after_h"], "--param 'after_h' is not understood; write it like after_h=48."),
        (["R28", "--param", "after_h=NaN"], "--param 'after_h=NaN' is not understood"),
        (["R28", "--param", "after_h=1", "--param", "after_h=2"], "A parameter is given twice; keep one value of it."),
        (["R28", "--param", "after_h=0.1234567"], "no more than 6 decimal places"),
        (["R28", "--param", "after_h=1234567890123"], "no more than 12 digits before the decimal point"),
        (["R28", "--severity", "held"], "There is no severity 'held'; use reject, hold, warn, off."),
        (["R28", "--severity", "off", "--since", "yesterday"], "'yesterday' is not a date; write it like 2026-11-01."),
        (["R28", "--severity", "off", "--until", "2026-09-01"], "must be later than --since 2026-09-01."),
        (["R28", "--severity", "off", "--power-class", "dc"], "There is no power class 'dc'; use ac, ac_above_22"),
        (
            ["R28", "--severity", "off", "--partner", "nl-cpi"],
            "No CDR is from a partner 'nl-cpi'; there are CDRs of nl-",
        ),
        (
            ["R50", "--param", "most_decimals=3"],
            "parameter 'most_decimals' of rule recalc_total_mismatch is the same for everybody",
        ),
    ],
)
def test_what_cannot_be_tried_is_one_sentence(on_sample: Roamledger, arguments: list[str], said: str) -> None:
    done = on_sample("rules", "try", *arguments, *([] if "--since" in arguments else ["--since", "2026-09-01"]))
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_there_must_be_a_history(roamledger: Roamledger, paths: Paths) -> None:
    done = roamledger("rules", "try", "R12", "--severity", "off", "--since", "2026-09-01")
    assert done.code == 2
    assert "There is no warehouse at" in done.err
    assert list(paths.data.iterdir()) == []


def test_a_trial_waits_for_a_run_to_end(roamledger: Roamledger, paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    duckdb.connect(str(paths.warehouse)).close()
    holding = (
        "import sys; from pathlib import Path; from pipeline.settings import Paths; from pipeline.warehouse import"
        " run_lock\nwith run_lock(Paths(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(paths.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline().strip() == b"held"
        done = roamledger("rules", "try", "R12", "--severity", "off", "--since", "2026-09-01")
        holder.communicate()
    assert done.code == 2
    assert f"Another run is at work in {paths.data} (process {holder.pid})" in done.err


@pytest.mark.slow
def test_a_scorecard_shows_modules_and_rules_of_a_partner(on_sample: Roamledger) -> None:
    card = json.loads(on_sample("scorecard", "nl-sgm", "--month", "2026-10", "--format", "json").out)
    assert (card["partner"], card["month"]) == ("nl-sgm", "2026-10")
    assert [module["module"] for module in card["modules"]] == ["cdrs", "locations", "sessions", "tariffs"]
    cdrs = card["modules"][0]
    rules = [rule for rule in card["rules"] if rule["module"] == "cdrs"]
    assert all(rule["received_count"] == cdrs["received_count"] for rule in rules)
    assert max(rule["object_count"] for rule in rules) <= cdrs["faulty_count"] < cdrs["received_count"]
    page = on_sample("scorecard", "nl-sgm", "--month", "2026-10", "--format", "html").out
    assert "Quality of nl-sgm, October 2026" in page
    assert "http" not in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "Nothing came from a partner 'nobody'; there are objects of nl-"),
        (["--month", "October"], "'October' is not a month; write it like 2026-10."),
        (["--month", "2020-01"], "Nothing came from any partner in January 2020."),
    ],
)
def test_what_no_scorecard_can_be_made_of_is_one_sentence(
    on_sample: Roamledger, arguments: list[str], said: str
) -> None:
    done = on_sample("scorecard", *arguments)
    assert done.code == 2
    assert said in done.err


def _try(call: Roamledger, *arguments: str) -> dict[str, Any]:
    done = call("rules", "try", *arguments, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def _count(answer: dict[str, Any], side: str) -> int:
    return sum(catch["cdr_count"] for catch in answer["catches"] if catch["side"] == side)
