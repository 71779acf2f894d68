"""The desk over nights: what resolves itself, what people decide, what a partner is told."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline import dbt_runner, nightly
from pipeline.commands.decide import record
from pipeline.desk.breaches import open_breaches
from pipeline.desk.pack import write_pack
from pipeline.desk.read import Wanted, read_exceptions
from pipeline.exception_terms import ExceptionTerms, holiday_rows, terms_rows
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import Paths
from tests.oracle.language import dump
from tests.rules import world
from tests.rules.case import Case
from tests.rules.landing import OWN, build

# A Tuesday; both charges were received the day before.
FIRST_NIGHT = datetime(2026, 11, 3, 2, tzinfo=UTC)
CASES = [
    Case("token_unknown", "the token comes two days later", token=None),
    Case("token_unknown", "the token never comes", token=None),
]
TOKEN_CAME = datetime(2026, 11, 5, 1, tzinfo=UTC)
LABELS = ["NL*NOW*C1", "NL*NOW*C2"]
OURS = "where cdr_label in ('NL*NOW*C1', 'NL*NOW*C2') order by cdr_label"


def rebuilt(paths: Paths, as_of: datetime) -> None:
    nightly.load_raw_tables(paths)
    position = nightly.load_sources(paths)
    select = ["--select", "+fct_exceptions", "+fct_cdr_waits", "+fct_cdr_payers", "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=as_of, ledger_position=position or 0, select=select)


def told(paths: Paths, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Two CDRs of unknown tokens after the first night."""
    paths = Paths(tmp_path_factory.mktemp("desk"))
    build(paths, CASES, as_of=FIRST_NIGHT)
    return paths


def test_a_held_cdr_waits_and_resolves_itself_when_its_token_comes(waiting: Paths) -> None:
    status = f"select cdr_label, status, verdict from verdicts.fct_exceptions {OURS}"
    assert told(waiting, status) == [(label, "waiting", "held") for label in LABELS]

    charge = CASES[0].charge(1)
    file = waiting.data / "late_token.json"
    file.write_text(dump({"status_code": 1000, "timestamp": "2026-11-05T01:00:00Z", "data": [world.token(charge)]}))
    land_path(waiting, load_config(waiting), file, partner=OWN, module="tokens", received_at=TOKEN_CAME)
    rebuilt(waiting, TOKEN_CAME + timedelta(days=20))
    assert told(waiting, status) == [("NL*NOW*C2", "open", "held")]
    waits = f"select cdr_label, awaits, resolved_at, is_self_resolved from verdicts.fct_cdr_waits {OURS}"
    assert told(waiting, waits) == [
        ("NL*NOW*C1", "token", TOKEN_CAME, True),
        ("NL*NOW*C2", "token", None, False),
    ]

    with duckdb.connect(str(waiting.warehouse), read_only=True) as con:
        breaches = {breach.partner: breach for breach in open_breaches(con)}
    assert breaches["cpo-now"].exception_count >= 1
    assert breaches["cpo-now"].oldest_due_date < "2026-12-01"
    rebuilt(waiting, CASES[1].charge(2).ended_at + timedelta(minutes=10, days=90))
    assert told(waiting, f"select cdr_label, status, verdict, decided_by from verdicts.fct_exceptions {OURS}") == [
        ("NL*NOW*C2", "auto_rejected", "rejected", "age")
    ]


def test_decisions_settle_and_the_pack_tells_the_partner(sample_copy: Paths, tmp_path: Path) -> None:
    open_ones = read_exceptions(sample_copy, Wanted(partner="nl-efl", statuses=("open",), order="money"))
    at = {name: place for place, name in enumerate(open_ones.columns)}
    accepted, reassigned = (
        next(row for row in open_ones.rows if action in str(row[at["legal_actions"]]).split())
        for action in ("accept", "reassign")
    )
    ((contract,),) = told(sample_copy, "select min(contract_id) from core.dim_tokens")
    before, count_before = write_pack(sample_copy, "nl-efl", tmp_path / "before")
    again, _ = write_pack(sample_copy, "nl-efl", tmp_path / "again")
    assert [file.read_bytes() for file in before] == [file.read_bytes() for file in again]

    record(sample_copy, str(accepted[at["cdr_key"]]), "accept", "photo of the meter", user="ana")
    payers = [str(contract)]
    record(sample_copy, str(reassigned[at["cdr_key"]]), "reassign", "the son's car", user="ana", payer_texts=payers)
    nightly.run_night(sample_copy, as_of=datetime(2026, 11, 2, 1, tzinfo=UTC), collect_inbox=False)

    decided = read_exceptions(sample_copy, Wanted(statuses=("decided",)))
    assert [row[at["cdr_key"]] for row in decided.rows] == [accepted[at["cdr_key"]]]
    assert [row[at["legal_actions"]] for row in decided.rows] == ["retry dispute"]
    paid = "select cdr_key, contract_id, share_percent from verdicts.fct_cdr_payers"
    assert told(sample_copy, paid) == [(reassigned[at["cdr_key"]], contract, Decimal(100))]
    with duckdb.connect(str(sample_copy.published_file), read_only=True) as con:
        published = con.execute("select contract_id from verdicts.fct_cdr_payers").fetchall()
    assert published != [(contract,)]

    files, count = write_pack(sample_copy, "nl-efl", tmp_path / "after")
    assert count == count_before - 1
    with files[0].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    content = json.loads(files[1].read_text(encoding="utf-8"))
    assert [row["cdr_label"] for row in rows] == [error["cdr_label"] for error in content["errors"]]
    assert len(rows) == count > 0
    assert all(row["reason_code"] and row["request"] and row["title"] for row in rows)
    assert content["terms"]["auto_reject_days"] == 90


def test_holidays_are_those_of_the_country_and_of_the_terms() -> None:
    terms = ExceptionTerms(extra_holidays=[date(2026, 11, 2)], working_days=[date(2026, 12, 25), date(2026, 11, 7)])
    rows = holiday_rows([(None, None, ExceptionTerms()), ("p", "NL", terms), ("q", "XX", ExceptionTerms())])
    days = {(partner, day): (is_business_day, name) for partner, day, is_business_day, name in rows}
    assert days["p", date(2026, 4, 27)] == (False, "King's Day")
    assert days["p", date(2026, 11, 2)] == (False, "agreed")
    assert days["p", date(2026, 12, 25)] == (True, "agreed")
    assert days["p", date(2026, 11, 7)] == (True, "agreed")
    assert {partner for partner, _ in days} == {"p"}


def test_terms_have_a_row_for_each_family_that_differs() -> None:
    terms = ExceptionTerms(sla_business_days_by_family={"money": 3}, auto_reject_days=30, country="DE")
    assert terms_rows([("p", "NL", terms)]) == [("p", None, 5, 30, "DE"), ("p", "money", 3, 30, "DE")]


def test_a_day_cannot_be_both() -> None:
    with pytest.raises(ValueError, match="2026-11-02 is both"):
        ExceptionTerms(extra_holidays=[date(2026, 11, 2)], working_days=[date(2026, 11, 2)])
