"""`roamledger cases` on a published file made by hand, with the tables that the models promise."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipeline.cases.sketch import MOST_LINES
from pipeline.masking import masked
from pipeline.settings import DBT_PROJECT_DIR, Paths
from tests.commands.conftest import Roamledger

KEY = "a key for these tests only"
UID = "04A1B2C3D4E5F6"
SHARED, TRAVELLED = "5a5a5a01" + "0" * 24, "5b5b5b01" + "0" * 24

BY_ONE = {
    "case_key": SHARED, "token_uid": masked(UID, KEY), "token_type": "RFID", "contract_id": masked("NL-RLG-C1", KEY),
    "is_known_token": True, "partners": "nl-one,nl-two", "is_suspected": True, "score": 60, "least_score": 60,
    "heuristics": "simultaneous_use", "first_at": "2026-10-24 23:30:00+00", "last_at": "2026-10-25 00:45:00+00",
    "evidence_count": 1, "cdr_count": 2, "currency": "EUR", "claimed_excl_vat": "12.5", "claimed_text": "12.5 EUR",
}  # fmt: skip
BY_ANOTHER = BY_ONE | {
    "case_key": TRAVELLED, "token_uid": None, "token_type": None, "contract_id": masked("NL-RLG-C2", KEY),
    "partners": "nl-two", "is_suspected": False, "score": 50, "heuristics": "impossible_travel",
}  # fmt: skip


def charge(side: str, name: str, start: str, local: str, latitude: str, longitude: str) -> dict[str, Any]:
    told = {
        "cdr_key": f"key of {name}", "cdr_label": f"NL*ONE*{name}", "partner": "nl-one", "started_at": f"{start}+00",
        "ended_at": f"{start}+00", "started_local_at": local, "ended_local_at": local, "time_zone": "Europe/Amsterdam",
        "evse_id": f"NL*ONE*E{name}", "location_id": "L", "latitude": latitude, "longitude": longitude,
    }  # fmt: skip
    return {f"{column}_{side}": value for column, value in told.items()}


def evidence(number: int, case: str, heuristic: str = "simultaneous_use", **more: Any) -> dict[str, Any]:
    # Both at 02:30 on the wall, an hour apart.
    row = {
        "evidence_key": f"{case} {number}", "case_key": case, "evidence_number": number, "heuristic": heuristic,
        "points": 60,
        "statement": "At two EVSEs at once for 25 min, 161.4 km apart", "distance_km": "161.4", "gap_s": "-1500",
        **charge("a", "A", "2026-10-25 00:30:00", "2026-10-25 02:30:00", "51.361490", "5.273360"),
        **charge("b", "<B>", "2026-10-25 01:30:00", "2026-10-25 02:30:00", f"52.574{number:03d}", "6.565920"),
    }  # fmt: skip
    return row | more


@pytest.fixture
def published(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("ROAMLEDGER_MASKING_KEY", KEY)
    models = yaml.safe_load((DBT_PROJECT_DIR / "models/validation/sharing/_sharing__models.yml").read_text())["models"]
    paths.published.mkdir()
    with duckdb.connect(str(paths.published_file)) as con:
        con.execute("set TimeZone = 'UTC'; create schema validation;")
        for model in (each for each in models if each["name"].startswith("fct_")):
            columns = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
            con.execute(f"create table validation.{model['name']} ({columns})")
    add(paths, "fct_identity_cases", BY_ONE, BY_ANOTHER)
    add(paths, "fct_identity_evidence", evidence(1, SHARED))
    add(paths, "fct_identity_evidence", evidence(1, TRAVELLED, "impossible_travel", speed_km_h="645.6", points=50))
    return paths


def add(paths: Paths, table: str, *rows: dict[str, Any]) -> None:
    with duckdb.connect(str(paths.published_file)) as con:
        for row in rows:
            names = ", ".join(f"${column}" for column in row)
            con.execute(f"insert into validation.{table} ({', '.join(row)}) values ({names})", row)


def test_suspected_cases_are_listed_and_others_on_demand(published: Paths, roamledger: Roamledger) -> None:
    done = roamledger("cases")
    assert (done.code, "5a5a5a01" in done.out, "5b5b5b01" in done.out) == (0, True, False)
    listed = json.loads(roamledger("cases", "--all", "--format", "json").out)
    assert [case["case_key"] for case in listed] == [SHARED, TRAVELLED]
    assert listed[0]["claimed_excl_vat"] == "12.5"
    assert [
        case["case_key"]
        for case in json.loads(roamledger("cases", "--partner", "nl-one", "--all", "--format", "json").out)
    ] == [SHARED]


def test_no_case_is_said(published: Paths, roamledger: Roamledger) -> None:
    done = roamledger("cases", "--partner", "nl-nobody")
    assert (done.code, "no such case" in done.out) == (0, True)


@pytest.mark.parametrize("name", [SHARED, "5A5A5A", UID, UID.lower(), masked(UID, KEY), "NL-RLG-C1"])
def test_a_case_is_found_by_key_token_or_contract(name: str, published: Paths, roamledger: Roamledger) -> None:
    done = roamledger("cases", name, "--format", "json")
    answer = json.loads(done.out)
    assert answer["case"]["case_key"] == SHARED
    assert [each["cdr_label_b"] for each in answer["evidence"]] == ["NL*ONE*<B>"]
    assert answer["evidence"][0]["started_at_a"] == "2026-10-25T00:30:00Z"


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_the_page_shows_places_distance_and_both_clocks(form: str, published: Paths, roamledger: Roamledger) -> None:
    page = roamledger("cases", SHARED, "--format", form).out
    for text in (
        "51.36149, 5.27336",
        "161.4 km",
        "2026-10-25 02:30:00",
        "00:30:00",
        "01:30:00",
        "12.5 EUR",
        masked(UID, KEY),
    ):
        assert text in page, text
    assert UID not in page
    assert "645.6 km/h" in roamledger("cases", TRAVELLED, "--format", form).out


def test_the_html_page_draws_places_to_scale_and_asks_for_nothing(published: Paths, roamledger: Roamledger) -> None:
    page = roamledger("cases", SHARED, "--format", "html").out
    drawn = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    assert [dot.get("class") for dot in drawn.iter("circle")] == ["place", "place"]
    texts = [text.text for text in drawn.iter("text")]
    assert "1: 161.4 km" in texts
    assert "NL*ONE*E<B>" in texts
    assert "<B>" not in page
    assert not [word for word in ("http://", "https://", "src=", "@import", "url(") if word in page]


def test_a_crowded_case_stays_readable(published: Paths, roamledger: Roamledger) -> None:
    add(published, "fct_identity_evidence", *(evidence(number, SHARED) for number in range(2, 60)))
    page = roamledger("cases", SHARED, "--format", "html").out
    assert page.count('class="way"') == MOST_LINES
    assert "19 more pieces of evidence" in page
    assert len(json.loads(roamledger("cases", SHARED, "--format", "json").out)["evidence"]) == 59


def test_evidence_without_charge_or_place_has_no_drawing(published: Paths, roamledger: Roamledger) -> None:
    nothing = {f"{name}_{side}": None for side in "ab" for name in ("latitude", "longitude", "time_zone")}
    no_charges = {"cdr_key_a": None, "cdr_key_b": None}
    add(published, "fct_identity_cases", BY_ONE | {"case_key": "c0ffee" + "0" * 26})
    rows = (
        evidence(1, "c0ffee" + "0" * 26) | nothing,
        evidence(2, "c0ffee" + "0" * 26, "near_equal_uid", **no_charges),
    )
    add(published, "fct_identity_evidence", *rows)
    page = roamledger("cases", "c0ffee", "--format", "html").out
    assert "<svg" not in page
    assert "Another card has nearly the same uid" in page


def test_a_page_is_written_to_a_file(published: Paths, roamledger: Roamledger, tmp_path: Path) -> None:
    file = tmp_path / "case.html"
    done = roamledger("cases", SHARED, "--format", "html", "--output", str(file))
    assert (done.code, done.out) == (0, "")
    assert "161.4 km" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such-token"], "There is no case with that key"),
        (["5a5a5"], "There is no case with that key"),
        ([SHARED, "--partner", "nl-three"], "There is no case of nl-three"),
        (["--format", "html"], "A page shows one case; name it, such as by the beginning of its key (5a5a5a01)"),
        (["--output", "x.html"], "--output is for the page of one case"),
        ([SHARED, "--format", "json", "--output", "x.json"], "--output is for the page of one case"),
        ([SHARED, "--output", "no/such/folder/x"], "cannot be written"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    arguments: list[str], sentence: str, published: Paths, roamledger: Roamledger
) -> None:
    done = roamledger("cases", *arguments)
    assert done.code == 2
    assert sentence in done.err


def test_a_published_file_of_before_is_told(paths: Paths, roamledger: Roamledger) -> None:
    paths.published.mkdir()
    duckdb.connect(str(paths.published_file)).close()
    done = roamledger("cases")
    assert done.code == 2
    assert "has no cases; run `roamledger run` first" in done.err
