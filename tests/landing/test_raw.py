"""Versions, duplicates, keys and rebuilds of schema `raw`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.landing import inserts, raw
from pipeline.landing.raw import load_raw
from pipeline.landing.raw_tables import TABLES
from pipeline.partners import Config
from pipeline.settings import UserError
from tests.landing.bench import Bench
from tests.landing.objects import Json, cdr, cdr_211, location, session_211, tariff, token

PARTNER: Json = {
    "partner": "nl-cpi", "name": "Inn", "country_code": "NL", "party_id": "CPI", "roles": ["CPO"],
    "ocpi_version": "2.1.1",
}  # fmt: skip


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


@pytest.mark.parametrize(
    "change",
    [
        {"our_parties": [{"country_code": "NL", "party_id": "NEW", "roles": ["EMSP"], "name": "Us"}]},
        {"partners": [PARTNER | {"party_id": "NEW"}]},
        {"partners": [PARTNER | {"roles": ["HUB"]}]},
        {"partners": []},
    ],
)
def test_other_parties_in_the_configuration_load_everything_again(configured: Bench, change: Json) -> None:
    def body(number: int) -> str:
        return json.dumps([cdr_211(f"C{number}", location={"id": "L1", "evses": [{"evse_id": "NL*ABC*E1"}]})])

    configured.account("1.json", body(1), partner="nl-cpi")
    before = configured.rows("select object_key from raw.cdrs")
    configured.con.execute("create schema quality")
    configured.con.execute("create table quality.gx_runs as select 1 as to_landing_seq")
    configured.config = Config.model_validate(configured.config.model_dump() | change)
    configured.land(configured.put("2.json", body(2)), partner="nl-cpi")
    told: list[str] = []
    accounts = load_raw(configured.con, configured.paths, configured.config, tell=told.append)
    assert [account.source_name for account in accounts] == ["1.json", "2.json"]
    assert told == [raw.RELOADED]
    assert before[0] not in configured.rows("select object_key from raw.cdrs")
    # Hits on keys that are no more are no hits: the suites judge everything again.
    assert configured.rows("select count(*) from duckdb_tables() where schema_name = 'quality'") == [(0,)]
    with duckdb.connect() as again:
        load_raw(again, configured.paths, configured.config)
        assert contents(again) == contents(configured.con)
    assert configured.load() == []


def test_a_partner_that_sent_nothing_and_a_new_name_load_nothing_again(configured: Bench) -> None:
    configured.account("1.json", json.dumps([cdr_211()]), partner="nl-cpi")
    more = [PARTNER | {"name": "Renamed"}, PARTNER | {"partner": "new", "party_id": "NEW"}]
    configured.config = Config.model_validate(configured.config.model_dump() | {"partners": more})
    assert configured.load() == []


def test_configuring_a_partner_takes_its_objects_out_of_quarantine(bench: Bench) -> None:
    lost = cdr_211(location={"id": "L1", "evses": []}, auth_id="1234")
    assert bench.account("1.json", json.dumps([lost]), partner="nl-cpi").reasons == {"object_party_missing": 1}
    bench.config = Config.model_validate({"partners": [PARTNER]})
    (account,) = bench.load()
    assert (account.loaded, account.quarantined) == (1, 0)


def test_a_warehouse_that_does_not_tell_its_keying_is_loaded_again(bench: Bench) -> None:
    bench.account("1.json", json.dumps([token()]))
    bench.con.execute("drop table raw.keyings")
    assert len(bench.load()) == 1


def test_a_crash_while_loading_keeps_nothing_of_the_batch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.land(bench.put("1.json", json.dumps([token()])))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inserts, "_insert_pages", crash)
        with pytest.raises(KeyboardInterrupt):
            bench.load()
    assert bench.rows("select (select count(*) from raw.tokens), (select count(*) from raw.pages)") == [(0, 0)]
    assert [account.loaded for account in bench.load()] == [1]


def test_a_lost_object_stops_the_load(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.land(bench.put("1.json", json.dumps([token()])))
    monkeypatch.setattr(inserts, "_insert_versions", lambda *_: None)
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


def test_other_columns_in_raw_load_everything_again_and_it_is_told(configured: Bench) -> None:
    configured.account("1.json", json.dumps([cdr("C1")]))
    told: list[str] = []
    configured.con.execute("drop table raw.pulls; create table raw.pulls (pull_id varchar)")
    assert load_raw(configured.con, configured.paths, configured.config, tell=told.append) == []
    configured.con.execute("alter table raw.cdrs add column body json")
    (account,) = load_raw(configured.con, configured.paths, configured.config, tell=told.append)
    assert (account.loaded, account.duplicates) == (1, 0)
    assert told == [raw.NEW_COLUMNS]
    assert configured.rows("select count(*) from raw.cdrs") == [(1,)]
