"""Plain pages are read in one scan, all others step by step: nobody can tell from raw which way a page went."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from pipeline.landing import plain
from pipeline.landing.raw import load_raw
from pipeline.landing.raw_tables import TABLES
from tests.landing.bench import Bench
from tests.landing.objects import cdr, cdr_211, location, session, session_211, tariff, token

ANSWER = {"status_code": 1000, "status_message": "Success", "timestamp": "2026-11-01T01:00:00Z"}
TARIFFS = [tariff("T1"), tariff("T2")]

OBJECTS: dict[str, list[Any]] = {
    "cdrs": [
        cdr("C1", tariffs=TARIFFS), cdr("C2", tariffs=TARIFFS), cdr("C1", total_energy=3), cdr_211("C3"),
        cdr("C4", tariffs=[]), cdr("C5", tariffs="none", cdr_location=[]), cdr("C1", tariffs=TARIFFS),
    ],
    "sessions": [session("S1"), session_211("S2"), session("S1", kwh=9), session("S1", kwh=9)],
    "locations": [location("L1"), location("L2", country_code=None, party_id=None)],
    "tariffs": [tariff("T1"), tariff("T1"), tariff("T2")],
    "tokens": [token("U1"), token("U2", type="APP_USER")],
}  # fmt: skip

# What else may stand among the objects of a page.
ODD: dict[str, list[Any]] = {
    "nothing odd": [],
    "null": [None],
    "no objects": [5, "text", []],
    "no id": [cdr() | {"id": None}, token() | {"uid": None}],
    "id of another type": [cdr() | {"id": odd} for odd in ({"a": 1}, [1, 2.50], 1.50, True, "  ")],
    "no party": [cdr("X", country_code=None, party_id=None, cdr_location={"evse_id": "none"})],
    "another module": [location("X"), session("X"), cdr("X"), token("X")],
    "camelCase": [{"countryCode": "NL", "partyId": "CPI", "id": "X", "totalEnergy": 0.5, "startDateTime": "now"}],
    "credentials": [{"token": "s3cret", "url": "https://x", "party_id": "EXA", "country_code": "NL"}],
    "a session with the key of a CDR": [session("X", total_energy=None)],
}

PAGES = {
    "pretty": lambda objects: json.dumps({"data": objects, **ANSWER}, indent=2),
    "no message": lambda objects: json.dumps({"data": objects, "status_code": 1000, "timestamp": "now"}),
    "array": json.dumps,
    "lines": lambda objects: "\n".join(map(json.dumps, objects)) + "\n",
    "two answers": lambda objects: "\n".join([json.dumps({"data": objects, **ANSWER})] * 2),
    "an answer and an object": lambda objects: json.dumps({"data": objects, **ANSWER}) + "\n" + json.dumps(objects[0]),
    "data twice": lambda objects: json.dumps({"data": objects, **ANSWER}).replace("{", '{"data": [], ', 1),
    "id twice": lambda objects: json.dumps({"data": objects, **ANSWER}).replace('"id":', '"id": "first", "id":'),
    "cut": lambda objects: json.dumps({"data": objects, **ANSWER})[:-30],
    "empty list": lambda objects: json.dumps({"data": [], **ANSWER}),
    "one object as data": lambda objects: json.dumps({"data": objects[0], **ANSWER}),
}


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    return {table: con.execute(f"select * from raw.{table} order by all").fetchall() for table in TABLES}


def test_a_page_gives_the_same_rows_whichever_way_it_is_read(
    configured: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, objects in OBJECTS.items():
        for number, odd in enumerate(ODD.values()):
            configured.put(f"{module}/odd-{number}.json", json.dumps({"data": [*objects, *odd], **ANSWER}))
        for number, page in enumerate(PAGES.values()):
            configured.put(f"{module}/page-{number}.json", page(objects))
        configured.land(configured.drop / module, module=module, partner="nl-cpi")
    taken: list[set[int]] = []
    read = plain.PlainReader.read

    def watched(self: plain.PlainReader, pages: list[Any]) -> set[int]:
        taken.append(read(self, pages))
        return taken[-1]

    monkeypatch.setattr(plain.PlainReader, "read", watched)
    monkeypatch.setattr(plain, "SCAN_BYTES", 20_000)
    configured.load()
    # At least the page without anything odd, the pretty one and the one without message.
    assert all(len(pages) >= 3 for pages in taken)
    monkeypatch.setattr(plain.PlainReader, "read", lambda *_: set())
    with duckdb.connect() as again:
        load_raw(again, configured.paths, configured.config)
        assert contents(again) == contents(configured.con)


def test_a_list_of_tariffs_that_many_cdrs_embed_is_kept_once(bench: Bench) -> None:
    for number in range(2):
        objects = [cdr(f"C{number}-{each}", tariffs=TARIFFS) for each in range(3)]
        bench.account(f"{number}.json", json.dumps({"data": objects, **ANSWER}))
    bench.account("none.json", json.dumps({"data": [cdr("C9", tariffs=[])], **ANSWER}))
    assert bench.rows("select count(*), count(tariff_set_hash), count(distinct tariff_set_hash) from raw.cdrs") == [
        (7, 6, 1)
    ]
    assert bench.rows("select tariff_set_hash = md5(tariffs), json_array_length(tariffs) from raw.tariff_sets") == [
        (True, 2)
    ]


def test_raw_with_the_columns_of_an_earlier_program_is_loaded_again(bench: Bench) -> None:
    bench.account("1.json", json.dumps({"data": [cdr("C1")], **ANSWER}))
    bench.account("2.json", json.dumps([token("U1")]))
    before = contents(bench.con)
    bench.con.execute("alter table raw.cdrs drop column fields")
    bench.con.execute("alter table raw.cdrs add column body json")
    assert [account.loaded for account in bench.load()] == [1, 1]
    assert contents(bench.con) == before
    assert bench.load() == []
