"""Versions, duplicates, keys and rebuilds of schema `raw`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.landing import raw
from pipeline.landing.raw import load_raw
from pipeline.landing.raw_tables import TABLES
from pipeline.settings import UserError
from tests.landing.bench import Bench
from tests.landing.objects import Json, cdr, cdr_211, location, session_211, tariff, token


def test_the_same_file_again_is_all_duplicates_and_a_second_load_does_nothing(bench: Bench) -> None:
    body = json.dumps([token("U1"), token("U2")])
    assert bench.account("page.json", body).loaded == 2
    assert bench.load() == []
    account = bench.account("page.json", body)
    assert (account.received, account.loaded, account.duplicates) == (2, 0, 2)


def test_only_the_latest_version_makes_a_duplicate_within_a_page_and_across_pages(bench: Bench) -> None:
    a, b = tariff(), tariff(currency="SEK")
    bench.put("1.json", json.dumps([a, b, b, a]))
    bench.put("2.json", json.dumps([a, b]))
    bench.land(bench.drop)
    bench.load()
    bench.account("3.json", json.dumps([b, a]))
    versions = bench.rows(
        "select body ->> 'currency', landing_seq, ordinal from raw.tariffs order by landing_seq, ordinal"
    )
    assert sorted(versions, key=lambda row: row[1:]) == [
        ("EUR", 1, 0),
        ("SEK", 1, 1),
        ("EUR", 1, 3),
        ("SEK", 2, 1),
        ("EUR", 3, 1),
    ]
    assert bench.rows("select landing_seq, ordinal from raw.duplicates order by all") == [(1, 2), (2, 0), (3, 0)]


def test_keys_are_compared_in_upper_case_and_layout_makes_no_new_version(bench: Bench) -> None:
    bench.account("1.json", json.dumps([cdr("c-1")], indent=4))
    account = bench.account("2.json", json.dumps([cdr("c-1")]))
    assert account.duplicates == 1
    bench.account("3.json", json.dumps([cdr("C-1", country_code="nl")]))
    assert bench.rows("select count(distinct object_key), count(*) from raw.cdrs") == [(1, 2)]


def test_the_key_names_our_party_the_sender_and_the_id(configured: Bench) -> None:
    configured.account("1.json", json.dumps([cdr("C1")]))
    configured.account("2.json", json.dumps([token("U1")]))
    assert configured.rows("select object_key = md5('NL*RLG|NL*CPI|C1') from raw.cdrs") == [(True,)]
    assert configured.rows("select object_key = md5('NL*RLG|NL*RLG|U1|RFID'), object_id from raw.tokens") == [
        (True, "U1|RFID")
    ]


def test_an_integer_id_is_kept_as_text(bench: Bench) -> None:
    bench.account("1.json", json.dumps([location(249)]))
    assert bench.rows("select object_id from raw.locations") == [("249",)]


@pytest.mark.parametrize("thing", [session_211, cdr_211])
def test_objects_of_a_cpo_without_party_are_its_own(configured: Bench, thing: Callable[..., Json]) -> None:
    body = json.dumps([thing(location={"id": "L1", "evses": [{"evse_id": "NL*ABC*E1"}]})])
    account = configured.account("1.json", body, partner="nl-cpi")
    assert configured.rows(f"select country_code, party_id, is_party_filled from raw.{account.module}") == [
        ("NL", "CPI", True)
    ]


def test_a_hub_sends_for_others_so_the_evse_id_tells_the_party_first(configured: Bench) -> None:
    configured.account("1.json", json.dumps([cdr_211()]), partner="hub")
    configured.account("2.json", json.dumps([tariff(country_code=None)]), partner="hub")
    assert configured.rows("select country_code, party_id from raw.cdrs") == [("NL", "CPI")]
    assert configured.rows("select country_code, party_id from raw.tariffs") == [("FR", "HUB")]


@pytest.mark.parametrize(
    ("evse_id", "party"),
    [
        ("NL*TNM*EGL31*1", ("NL", "TNM")),
        ("NLFASE3100201", ("NL", "FAS")),
        ("BE-BEC-E041503003", ("BE", "BEC")),
        ("NL.SPI.ECO01057*1", ("NL", "SPI")),
        ("FR*CPO*e1111", ("FR", "CPO")),
        ("NL.PGO.H00017*2", ("NL", "PGO")),
    ],
)
def test_the_party_is_read_from_evse_ids_of_every_form(bench: Bench, evse_id: str, party: tuple[str, str]) -> None:
    bench.account("1.json", json.dumps([location(evse_id=evse_id, country_code=None, party_id=None)]))
    assert bench.rows("select country_code, party_id, is_party_filled from raw.locations") == [(*party, True)]


def test_an_evse_id_that_tells_no_party_leaves_the_object_in_quarantine(bench: Bench) -> None:
    account = bench.account("1.json", json.dumps([location(evse_id="PL-94597", party_id=None)]))
    assert account.reasons == {"object_party_missing": 1}


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {table: con.execute(f"select * from raw.{table} order by all").fetchall() for table in TABLES}


def test_a_rebuild_from_landing_gives_equal_tables_whatever_the_batches(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        bench.account(f"{number}.json", json.dumps([cdr("C1", total_energy=number // 2), token(), 5]), module="cdrs")
        bench.account(f"{number}b.json", json.dumps([cdr("C1", total_energy=number // 2), cdr(f"C{number}")]))
    monkeypatch.setattr(raw, "BATCH_PAGES", 5)
    with duckdb.connect() as again:
        accounts = load_raw(again, bench.paths, bench.config)
        assert contents(again) == contents(bench.con)
        assert len(accounts) == 12


def test_a_crash_while_loading_keeps_nothing_of_the_batch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.land(bench.put("1.json", json.dumps([token()])))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(raw, "_insert_pages", crash)
        with pytest.raises(KeyboardInterrupt):
            bench.load()
    assert bench.rows("select (select count(*) from raw.tokens), (select count(*) from raw.pages)") == [(0, 0)]
    assert [account.loaded for account in bench.load()] == [1]


def test_a_lost_object_stops_the_load(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.land(bench.put("1.json", json.dumps([token()])))
    monkeypatch.setattr(raw, "_insert_versions", lambda *_: None)
    with pytest.raises(RuntimeError, match="lost or doubled"):
        bench.load()
    assert bench.rows("select count(*) from raw.pages") == [(0,)]


def test_a_missing_body_is_named(bench: Bench) -> None:
    bench.land(bench.put("1.json", json.dumps([token()])))
    (body,) = Path(bench.paths.landing, "pulls").rglob("*.zst")
    body.unlink()
    with pytest.raises(UserError, match="restore the landing folder"):
        bench.load()


def test_warehouse_tables_left_behind_are_none_but_raw(bench: Bench) -> None:
    bench.account("1.json", json.dumps([token()]))
    names = bench.rows("select table_schema, table_name from information_schema.tables where table_schema <> 'raw'")
    assert names == []
