"""What rules.yml changes of the rules, on a warehouse that is built with it; and that a trial had foretold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import md5
from typing import Any

import duckdb
import pytest

from pipeline import dbt_runner, nightly
from pipeline.ledger import NewEvent, append
from pipeline.rules.comparing import Move
from pipeline.rules.question import Question, question
from pipeline.rules.trial import Trial, run_trial
from pipeline.settings import Paths
from tests.rules.case import Case, Changes
from tests.rules.landing import AS_OF, build, configure
from tests.rules.world import OUR_COUNTRY, OUR_PARTY

RULE = "power_above_connector"
FIRST_LOCAL_MOMENT = datetime(2026, 11, 4, 23, tzinfo=UTC)  # midnight in Utrecht
FIRST_MOMENT_AFTER = datetime(2026, 11, 6, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# 30 kWh in an hour at a DC connector of 60 kW; others take 10 kWh in an hour at an AC connector of 22 kW.
DC_LOCATION: Changes = {
    "evses.0.connectors.0.power_type": "DC",
    "evses.0.connectors.0.standard": "IEC_62196_T2_COMBO",
    "evses.0.connectors.0.max_electric_power": 60000,
}


def ended(name: str, moment: datetime, version: str = "2.2.1", **more: Any) -> Case:
    return Case(RULE, name, version=version, started_at=moment - timedelta(hours=1), **more)


DURING = datetime(2026, 11, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 12, 12, tzinfo=UTC)
NEGATIVE: Changes = {"total_energy": -5}
CASES = [
    ended("before the first day", FIRST_LOCAL_MOMENT - SECOND),
    ended("first moment of the first day", FIRST_LOCAL_MOMENT),
    ended("last moment of the last day", FIRST_MOMENT_AFTER - SECOND),
    ended("first moment no longer covered", FIRST_MOMENT_AFTER),
    ended("another bound for its partner", DURING, "2.3.0"),
    ended("another bound for its kind of connector", DURING, energy_kwh="30", location=DC_LOCATION),
    ended("a bound for its partner and one for its connector", LATER, "2.3.0", energy_kwh="30", location=DC_LOCATION),
    ended("accepted by hand", DURING),
    ended("rejected by hand", DURING),
    Case("energy_negative", "only warned of", version="2.1.1", cdr=NEGATIVE),
    Case("energy_negative", "as the catalogue has it", cdr=NEGATIVE),
    Case("energy_negative", "not judged", version="2.3.0", cdr=NEGATIVE),
]
NUMBERS = {case.name: number for number, case in enumerate(CASES, start=1)}

NARROWER = [
    {"rule": RULE, "partner": "cpo-new", "valid_from": "2026-11-05", "parameters": {"factor": 3}, "reason": "one"},
    {
        "rule": RULE,
        "power_class": "dc_50_to_149",
        "valid_from": "2017-01-01",
        "parameters": {"factor": 3},
        "reason": "x",
    },
    {"rule": RULE, "partner": "cpo-new", "valid_from": "2026-11-12", "parameters": {"factor": "0.1"}, "reason": "new"},
    {"rule": "energy_negative", "partner": "cpo-old", "valid_from": "2017-01-01", "severity": "warn", "reason": "V2G"},
    {"rule": "energy_negative", "partner": "cpo-new", "valid_from": "2017-01-01", "severity": "off", "reason": "V2G"},
]
FOR_EVERYBODY = {
    "rule": RULE,
    "valid_from": "2026-11-05",
    "valid_to": "2026-11-07",
    "parameters": {"factor": "0.4"},
    "reason": "tried before",
}


@dataclass(frozen=True)
class Built:
    """The warehouse with the overrides in force, and what the trial of the last one had said before."""

    con: duckdb.DuckDBPyConnection
    trial: Trial
    softer: Trial

    def severities(self, rule: str) -> dict[str, str]:
        """Severity by name of the case, of those that the rule hits."""
        rows = self.con.execute(
            "select distinct object_label, severity from validation.fct_rule_hits where rule_code = ?", [rule]
        ).fetchall()
        return {_case_name(label): severity for label, severity in rows}

    def verdicts(self) -> dict[str, str]:
        """Verdict by name of the case."""
        rows = self.con.execute("select cdr_label, verdict from verdicts.fct_cdr_verdicts").fetchall()
        return {_case_name(label): verdict for label, verdict in rows}


def _case_name(label: str) -> str:
    return CASES[int(label.rsplit("*C", 1)[1]) - 1].name


def _asked(**more: Any) -> Question:
    given: dict[str, Any] = {
        "severity": None,
        "partner": None,
        "power_class": None,
        "since": "2026-11-05",
        "until": "2026-11-07",
    }
    return question("R34", ["factor=0.4"], **{**given, **more})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    paths = Paths(tmp_path_factory.mktemp("overrides"))
    _decide(paths)
    build(paths, CASES, rules={"overrides": NARROWER})
    nightly._note_build(paths, AS_OF, is_complete=True)
    before = paths.warehouse.read_bytes()
    trial, softer = run_trial(paths, _asked()), run_trial(paths, _asked(severity="warn"))
    assert paths.warehouse.read_bytes() == before
    configure(paths, {"overrides": [*NARROWER, FOR_EVERYBODY]})
    nightly.load_sources(paths)
    _rebuild(paths, "stg_config__rule_overrides+,+fct_cdr_verdicts")
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        yield Built(con, trial, softer)


def _decide(paths: Paths) -> None:
    for name, decision in (("accepted by hand", "accept"), ("rejected by hand", "reject")):
        label = f"NL*NOW*C{NUMBERS[name]}"
        payload = {"decision": decision, "reason": "looked at it", "cdr_version_hash": None}
        key = md5(f"{OUR_COUNTRY}*{OUR_PARTY}|{label.replace('*C', '|C')}".encode(), usedforsecurity=False).hexdigest()
        event = NewEvent(
            event_type="cdr_decided",
            user_name="ann",
            object_type="cdr",
            object_key=key,
            object_label=label,
            payload=payload,
        )
        append(paths, [event])


def _rebuild(paths: Paths, selected: str) -> None:
    select = ["--select", selected, "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=AS_OF, ledger_position=2, select=select)


CAUGHT = {
    "first moment of the first day",
    "last moment of the last day",
    "accepted by hand",
    "rejected by hand",
}


def test_an_override_holds_on_its_local_days_for_whom_no_narrower_one_does(built: Built) -> None:
    assert set(built.severities(RULE)) == CAUGHT | {"a bound for its partner and one for its connector"}


def test_a_severity_is_changed_or_the_rule_taken_out_for_a_partner(built: Built) -> None:
    assert built.severities("energy_negative") == {"only warned of": "warn", "as the catalogue has it": "reject"}


def test_a_trial_foretells_what_is_caught(built: Built) -> None:
    assert {_case_name(example.cdr_label) for example in built.trial.examples} == CAUGHT
    (newly,) = built.trial.side("newly")
    assert (newly.partner, newly.currency, newly.cdr_count) == ("cpo-now", "EUR", 4)
    assert (newly.proved_right, newly.proved_wrong, newly.undecided) == (1, 1, 2)
    assert newly.claimed_excl_vat == 16
    assert built.trial.side("now") == built.trial.side("no_longer") == []


def test_a_trial_foretells_the_verdicts_and_decisions_by_hand_stay(built: Built) -> None:
    assert built.trial.moves == (Move("accepted", "held", "EUR", 2, Decimal(8)),)
    verdicts = built.verdicts()
    assert {name for name in CAUGHT if verdicts[name] == "held"} == {
        "first moment of the first day",
        "last moment of the last day",
    }
    assert (verdicts["accepted by hand"], verdicts["rejected by hand"]) == ("accepted", "rejected")


def test_a_warning_moves_no_verdict(built: Built) -> None:
    assert len(built.softer.examples) == 4
    assert built.softer.moves == ()


def test_a_trial_asks_only_the_days_partner_and_connectors_that_it_is_about(built: Built) -> None:
    days = [example.session_date.isoformat() for example in built.trial.examples]
    assert {*days} == {"2026-11-05", "2026-11-06"}
    assert built.trial.cdr_count == 6
    assert built.trial.now == {"factor": ("1.1", "0.1", "3")}
