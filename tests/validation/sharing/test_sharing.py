"""Evidence against tokens, on a table of uses that are landed and built the way a night does, in one batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import Paths
from tests.oracle.language import dump
from tests.rules import landing
from tests.rules.world import FIRST_SEEN, PARTNERS, Json
from tests.validation.sharing.cases import ALL, TWICE
from tests.validation.sharing.uses import Case, cdr, cdr_id, token

POINTS = {
    "simultaneous_use": 60, "impossible_travel": 50, "energy_in_24_h": 30, "charges_a_day": 20, "two_contracts": 40,
    "after_invalid": 70,
}  # fmt: skip
CASES = [each for group in ALL.values() for each in group]
NAMES = [f"{group}: {each.name}" for group, cases in ALL.items() for each in cases]


def build(paths: Paths, cases: list[Case], rules: Mapping[str, Any] | None = None) -> None:
    """Land tokens and CDRs of the cases, numbered from 1, and build what judges them."""
    landing.configure(paths, rules)
    config = load_config(paths)
    drops: dict[tuple[str, str, float], list[Json]] = defaultdict(list)
    for number, case in enumerate(cases, start=1):
        for held in case.tokens:
            drops[landing.OWN, "tokens", held.seen].append(token(number, held))
        for at, use in enumerate(case.uses):
            drops[PARTNERS[use.version][0], "cdrs", 90].append(cdr(number, at, use))
    for (partner, module, days), objects in sorted(drops.items(), key=lambda drop: drop[0][2]):
        file = paths.data / "drops" / f"{partner}-{module}-{days}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dump({"status_code": 1000, "timestamp": "2026-11-01T00:00:00Z", "data": objects}))
        received_at = FIRST_SEEN + timedelta(days=days)
        land_path(paths, config, file, partner=partner, module=module, received_at=received_at)
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    select = ["--select", "+path:models/validation/sharing", "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=landing.AS_OF, ledger_position=0, select=select)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    paths = Paths(tmp_path_factory.mktemp("sharing"))
    build(paths, CASES)
    with duckdb.connect(str(paths.warehouse), read_only=True) as opened:
        yield opened


def heuristics(con: duckdb.DuckDBPyConnection, number: int) -> tuple[Counter[str], int]:
    """What was found against the token of a case, and in how many cases."""
    rows = con.execute(
        """
        select heuristic || ':' || points, case_key
        from validation.fct_identity_evidence
        where case_key in (
            select case_key from validation.fct_identity_evidence where cdr_label_b like '%*C' || ? || '-%'
        )
        """,
        [number],
    ).fetchall()
    return Counter(row[0] for row in rows), len({row[1] for row in rows})


def suspected(con: duckdb.DuckDBPyConnection, number: int) -> set[str]:
    rows = con.execute(
        "select object_label from validation.int_token_sharing_hits where object_label like '%*C' || ? || '-%'",
        [number],
    ).fetchall()
    return {row[0].rsplit("*")[-1] for row in rows}


@pytest.mark.parametrize("position", range(len(CASES)), ids=NAMES)
def test_uses_give_their_evidence_and_no_other(position: int, con: duckdb.DuckDBPyConnection) -> None:
    case, number = CASES[position], position + 1
    expected = Counter(each if ":" in each else f"{each}:{POINTS[each]}" for each in case.expect.split())
    assert heuristics(con, number) == (expected, case.case_count)
    assert suspected(con, number) == {cdr_id(number, at) for at in case.suspected}


@pytest.mark.parametrize("position", [at for at, each in enumerate(CASES) if each.tokens], ids=lambda at: NAMES[at])
def test_tokens_whose_uid_is_not_their_own_are_told(position: int, con: duckdb.DuckDBPyConnection) -> None:
    case, found = CASES[position], []
    for held in case.tokens:
        body = token(position + 1, held)
        label = f"{body['country_code']}*{body['party_id']}*{body['uid']}"
        rows = con.execute(
            "select rule_code from validation.int_token_uid_hits where upper(object_label) like upper(?) || '|%'",
            [label],
        ).fetchall()
        found += [row[0] for row in rows]
    assert sorted(found) == sorted(case.of_tokens)


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("validity: said twice", "Used 9 h after the token was seen as no longer valid"),
        ("at once: a second more is use at once", "At two EVSEs at once for 2 min, 1 km apart"),
        ("travel: a metre more", "75 km in 30 min"),
        ("travel: a metre more in no time", "5 km in 0 min"),
        ("days: a ten-thousandth more", "300.0001 kWh in 3 charges within 24 h"),
        ("days: seven charges", "7 charges on one day, 70 kWh"),
        ("near: told beside other evidence", "Of 2 cards the uids differ only by order of bytes"),
    ],
)
def test_evidence_is_told_in_words(name: str, statement: str, con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        """
        select statement from validation.fct_identity_evidence
        where cdr_label_b like '%*C' || ? || '-%' or cdr_key_b is null
        """,
        [NAMES.index(name) + 1],
    ).fetchall()
    assert statement in [row[0] for row in rows]


def test_speed_is_told_where_there_was_time(con: duckdb.DuckDBPyConnection) -> None:
    speeds = [
        con.execute(
            "select speed_km_h from validation.fct_identity_evidence where cdr_label_b like '%*C' || ? || '-%'",
            [NAMES.index(name) + 1],
        ).fetchall()
        for name in ("travel: a metre more", "travel: a metre more in no time")
    ]
    assert speeds == [[(Decimal("150.0"),)], [(None,)]]


def test_nothing_published_about_a_case_is_made_from_the_uid(con: duckdb.DuckDBPyConnection) -> None:
    """Keys are hashes of CDRs, and texts name no token."""
    keys = con.execute(
        """
        select cases.case_key, md5('identity case|' || first.cdr_key)
        from validation.fct_identity_cases as cases
        inner join validation.fct_identity_evidence as evidence on cases.case_key = evidence.case_key
        inner join core.fct_cdrs as first on evidence.cdr_key_b = first.cdr_key
        where evidence.evidence_number = 1
        """
    ).fetchall()
    assert keys
    assert all(found == made for found, made in keys)
    tables = {"fct_identity_evidence": "statement", "int_token_uid_hits": "observed"}
    texts = [
        row for table, text in tables.items() for row in con.sql(f"select {text} from validation.{table}").fetchall()
    ]
    uids = [body["uid"] for number, case in enumerate(CASES, 1) for body in (token(number, h) for h in case.tokens)]
    assert not [text for (text,) in texts for uid in uids if len(uid) >= 8 and uid in text]


def test_a_partner_may_agree_on_other_bounds(tmp_path) -> None:
    """The later of two uses tells whose bounds hold; a score one below the least is not suspected."""
    rule = {"rule": "token_sharing_suspected", "valid_from": "2026-01-01", "reason": "Agreed."}
    overrides = [
        {**rule, "partner": "cpo-now", "parameters": {"points_overlap": 59}},
        {**rule, "partner": "cpo-new", "parameters": {"overlap_s": 1800}},
        {**rule, "partner": "cpo-old", "parameters": {"least_score": 61}},
    ]
    first, second = TWICE
    cases = [
        Case("a point less", TWICE),
        Case("more time", (first, type(second)("10:30", km=1, version="2.3.0"))),
        Case("a higher least score", tuple(type(use)(use.at, km=use.km, version="2.1.1") for use in TWICE)),
    ]
    paths = Paths(tmp_path / "data")
    paths.data.mkdir()
    build(paths, cases, {"overrides": overrides})
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        rows = con.execute(
            "select score, least_score, is_suspected from validation.fct_identity_cases order by score"
        ).fetchall()
    assert rows == [(59, 60, False), (60, 61, False)]
