"""Every rule on its table of records: good ones, bad ones, and both sides of each bound."""

from __future__ import annotations

import csv
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator

import duckdb
import pytest

import tests.rules as package
from pipeline.settings import DBT_PROJECT_DIR, Paths
from tests.rules.case import Case, changed
from tests.rules.landing import build
from tests.rules.world import cdr, session

TABLES = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name.startswith("cases_"))
CASES: list[Case] = [each for name in TABLES for each in importlib.import_module(f"tests.rules.{name}").CASES]
NAMES = [f"{each.rule}: {each.name}" for each in CASES]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with every case landed and judged."""
    paths = Paths(tmp_path_factory.mktemp("rules"))
    build(paths, CASES)
    with duckdb.connect(str(paths.warehouse), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def found(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, str]]:
    """Codes of each object by kind and label, with their severities."""
    codes: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    rows = con.execute("select object_type, object_label, code, severity from verdicts.fct_findings").fetchall()
    for kind, label, code, severity in rows:
        codes[kind, label][code] = severity
    return codes


def test_no_two_cases_have_one_name() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


@pytest.mark.parametrize("position", range(len(CASES)), ids=NAMES)
def test_the_cdrs_of_a_case_get_its_codes_and_no_other(
    position: int, found: dict[tuple[str, str], dict[str, str]]
) -> None:
    case, charge = CASES[position], CASES[position].charge(position + 1)
    body = changed(cdr(charge), case.cdr, charge)
    expected = {charge.label(str(body["id"]), str(body.get("party_id", ""))): set(case.expect)}
    for more in case.more:
        label = charge.label(str(changed(body, more.cdr, charge)["id"]))
        expected[label] = expected.get(label, set()) | set(more.expect)
    assert {label: set(found["cdr", label]) for label in expected} == expected
    if case.severity:
        severities = {codes.get(case.rule) for (_, label), codes in found.items() if label in expected}
        assert severities - {None} == {case.severity}
    if case.session is not None:
        label = charge.label(str(changed(session(charge), case.session, charge)["id"]))
        assert set(found["session", label]) == {code for kind, code in case.expect_other if kind == "session"}


def test_every_rule_on_cdrs_has_a_good_and_a_bad_record() -> None:
    with (DBT_PROJECT_DIR / "seeds" / "rules.csv").open() as file:
        rules = {row["rule_code"] for row in csv.DictReader(file) if row["object_type"] == "cdr" and row["rule_id"]}
    good = {each.rule for each in CASES if each.rule not in each.expect}
    bad = {code for each in CASES for code in (*each.expect, *(c for more in each.more for c in more.expect))}
    assert rules - good == set()
    assert rules - bad == set()
