"""The suites find what they should on hand-made records, forget nothing and agree with the SQL rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import duckdb
import pytest

from expectations.suites import SUITES
from pipeline.landing.fields import FIELDS, kept_fields, read_fields
from pipeline.landing.raw_tables import create_raw_tables
from pipeline.quality import tables
from pipeline.quality.frames import FRAMES, MACROS
from pipeline.quality.results import last_results
from pipeline.quality.run import SuiteRun, judge
from pipeline.settings import DBT_PROJECT_DIR

CDR: dict[str, Any] = {
    "start_date_time": "2026-10-01T10:00:00Z",
    "end_date_time": "2026-10-01T11:00:00Z",
    "auth_method": "WHITELIST",
    "cdr_token": {"uid": "04AABBCCDD1122", "type": "RFID", "contract_id": "NL-RLG-C00000001-X"},
    "cdr_location": {
        "id": "L1",
        "country": "NLD",
        "coordinates": {"latitude": "52.1", "longitude": "4.9"},
        "evse_uid": "1",
        "evse_id": "NL*ABC*E1",
        "connector_id": "1",
    },
    "currency": "EUR",
    "charging_periods": [{"start_date_time": "2026-10-01T10:00:00Z", "dimensions": []}],
    "total_cost": {"excl_vat": 3.5},
    "total_energy": 10.5,
    "total_time": 1.0,
    "last_updated": "2026-10-01T11:05:00Z",
}
SESSION: dict[str, Any] = {
    **{key: CDR[key] for key in ("start_date_time", "end_date_time", "auth_method", "cdr_token", "currency")},
    "kwh": 10.5,
    "location_id": "L1",
    "evse_uid": "1",
    "connector_id": "1",
    "status": "COMPLETED",
    "last_updated": "2026-10-01T11:05:00Z",
}
LOCATION: dict[str, Any] = {
    "publish": True,
    "address": "Kade 1",
    "city": "Utrecht",
    "country": "NLD",
    "coordinates": {"latitude": "52.1", "longitude": "4.9"},
    "time_zone": "Europe/Amsterdam",
    "evses": [{"uid": "1", "evse_id": "NL*ABC*E1", "connectors": [{"id": "1", "tariff_ids": ["T1"]}]}],
    "last_updated": "2026-10-01T11:05:00Z",
}
TARIFF: dict[str, Any] = {
    "currency": "EUR",
    "elements": [
        {
            "price_components": [
                {"type": "ENERGY", "price": 0.3, "vat": 21, "step_size": 1},
                # Without step_size it is 1, its default.
                {"type": "TIME", "price": 3, "vat": 21},
            ]
        }
    ],
    "last_updated": "2026-10-01T11:05:00Z",
}
TOKEN: dict[str, Any] = {
    "uid": "04AABBCCDD1122",
    "type": "RFID",
    "contract_id": "NL-RLG-C00000001-X",
    "issuer": "Roamledger",
    "valid": True,
    "whitelist": "ALLOWED",
    "last_updated": "2026-10-01T11:05:00Z",
}
GOOD = {"cdrs": CDR, "sessions": SESSION, "locations": LOCATION, "tariffs": TARIFF, "tokens": TOKEN}

# Module, path of the field, its bad value, and the rule that must speak and alone.
BAD = [
    ("cdrs", "total_energy", None, "cdr_required_fields_missing"),
    ("cdrs", "end_date_time", "2026-10-01T09:59:59Z", "end_before_start"),
    ("cdrs", "start_date_time", "1970-01-01T00:00:00Z", "timestamp_epoch_placeholder"),
    ("cdrs", "cdr_location.evse_id", "NL*ABC*1", "evse_id_format"),
    ("cdrs", "cdr_token.contract_id", "NL_RLG", "contract_id_format"),
    ("cdrs", "total_energy", -0.5, "energy_negative"),
    ("cdrs", "total_energy", 10500, "energy_unit_suspect"),
    ("sessions", "kwh", None, "session_required_fields_missing"),
    ("sessions", "end_date_time", "2026-10-01T09:59:59Z", "session_end_before_start"),
    ("sessions", "kwh", 1000.5, "session_energy_invalid"),
    ("locations", "city", "", "location_required_fields_missing"),
    ("locations", "country", "NL", "location_country_invalid"),
    ("locations", "coordinates.latitude", "521.0", "location_coordinates_invalid"),
    ("locations", "evses.0.evse_id", "1234", "evse_id_format"),
    ("locations", "evses.0.connectors.0.tariff_ids", [], "connector_without_tariff"),
    ("locations", "time_zone", "Amsterdam", "location_time_zone_missing"),
    ("cdrs", "total_time", 1.5, "duration_total_time_mismatch"),
    ("cdrs", "auth_method", "CARD", "cdr_field_type_invalid"),
    ("cdrs", "total_parking_time", 1.1, "parking_exceeds_total"),
    ("cdrs", "charging_periods.0.start_date_time", "2026-10-01T10:00:02Z", "charging_periods_disorder"),
    ("sessions", "status", "INVALID", "session_invalid_status"),
    ("tariffs", "currency", None, "tariff_required_fields_missing"),
    ("tariffs", "elements.0.price_components.0.vat", 0.21, "tariff_vat_fraction"),
    ("tariffs", "elements.0.price_components.0.step_size", 0, "tariff_step_size_zero"),
    ("tokens", "issuer", None, "token_required_fields_missing"),
    ("tokens", "contract_id", "NL_RLG", "contract_id_format"),
    ("tokens", "uid", "04AABB", "rfid_uid_format"),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        create_raw_tables(con)
        yield con


def receive(con: duckdb.DuckDBPyConnection, module: str, body: dict[str, Any], *, object_id: str, seq: int = 1) -> None:
    text = json.dumps(body)
    content = (
        f"{kept_fields(module, read_fields(module, '$text::json'))} as fields"
        if module in FIELDS
        else "$text::json as body"
    )
    con.execute(
        f"""
        insert into raw.{module} by name
        select
            md5($object_id) as object_key, md5($text) as object_hash, 'nl-abc' as partner, '2.2.1' as ocpi_version,
            'NL' as country_code, 'ABC' as party_id, $object_id as object_id, cast($seq as bigint) as landing_seq,
            cast((select count(*) from raw.{module}) as integer) as ordinal,
            {content}
        """,
        {"object_id": object_id, "text": text, "seq": seq},
    )


def rules(suite: str) -> set[str]:
    return {expectation.meta["rule_code"] for expectation in SUITES[suite]().expectations if expectation.meta}


def spoiled(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the body with one field changed; numbers in the path count list entries."""
    copy = deepcopy(body)
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    part: Any = copy
    for step in steps:
        part = part[step]
    part[last] = value
    return copy


def test_good_records_pass_and_each_bad_one_breaks_its_own_rule_alone(con: duckdb.DuckDBPyConnection) -> None:
    for module, body in GOOD.items():
        receive(con, module, body, object_id="good")
    for number, (module, path, value, _) in enumerate(BAD):
        receive(con, module, spoiled(GOOD[module], path, value), object_id=f"bad-{number}")
    judge(con)
    # An EVSE has a key of its own; its hash is that of its Location.
    found = con.execute("select module, object_hash, rule_code from quality.gx_hits").fetchall()
    hashes = dict(
        con.execute(
            " union all ".join(f"select object_hash, object_id from raw.{module}" for module in GOOD)
        ).fetchall()
    )
    assert sorted((module, hashes[key], rule) for module, key, rule in found) == sorted(
        (module, f"bad-{number}", rule) for number, (module, _, _, rule) in enumerate(BAD)
    )


def test_only_records_that_are_new_are_judged(con: duckdb.DuckDBPyConnection) -> None:
    receive(con, "tokens", spoiled(TOKEN, "uid", "1"), object_id="a", seq=1)
    assert judge(con) == [SuiteRun("tokens", "tokens", 1, 1, {"rfid_uid_format": 1})]
    before = con.execute("from quality.gx_runs").fetchall(), con.execute("from quality.gx_hits").fetchall()
    assert judge(con) == []
    assert (con.execute("from quality.gx_runs").fetchall(), con.execute("from quality.gx_hits").fetchall()) == before
    receive(con, "tokens", TOKEN, object_id="b", seq=2)
    assert judge(con) == [SuiteRun("tokens", "tokens", 1, 0)]


def test_a_version_that_comes_back_is_another_record(con: duckdb.DuckDBPyConnection) -> None:
    for seq, body in enumerate((spoiled(TOKEN, "uid", "1"), TOKEN, spoiled(TOKEN, "uid", "1"))):
        receive(con, "tokens", body, object_id="a", seq=seq)
        judge(con)
    assert con.execute("select landing_seq, ordinal from quality.gx_hits").fetchall() == [(0, 0), (2, 2)]


def test_judged_night_by_night_or_at_once_the_results_are_the_same(con: duckdb.DuckDBPyConnection) -> None:
    bad, worse = spoiled(TOKEN, "uid", "1"), spoiled(TOKEN, "issuer", "")
    received = [("a", bad), ("b", TOKEN), ("a", TOKEN), ("c", worse), ("a", bad), ("b", worse)]
    for night, (object_id, body) in enumerate(received):
        receive(con, "tokens", body, object_id=object_id, seq=night)
        receive(
            con, "locations", {**LOCATION, "evses": [{"uid": "1", "evse_id": "1"}] * night}, object_id="l", seq=night
        )
        con.execute("update raw.tokens set partner = 'nl-hub' where landing_seq > 2")
        judge(con)
    tables = ("quality.gx_runs", "quality.gx_rule_runs", "quality.gx_hits")
    nightly = [con.execute(f"from {table} order by all").fetchall() for table in tables]
    for table in tables:
        con.execute(f"drop table {table}")
    judge(con)
    assert [con.execute(f"from {table} order by all").fetchall() for table in tables] == nightly
    assert all(nightly)


def test_the_newest_result_is_that_of_the_last_72_hours_however_they_were_judged(
    con: duckdb.DuckDBPyConnection,
) -> None:
    for day, body in enumerate((spoiled(TOKEN, "uid", "1"), spoiled(TOKEN, "uid", "2"), TOKEN, TOKEN)):
        receive(con, "tokens", body, object_id=str(day), seq=day)
    con.execute("update raw.tokens set received_at = timestamptz '2026-10-01 02:00:00Z' + interval 1 day * landing_seq")
    judge(con)
    result = last_results(con)["tokens"]
    assert (result.evaluated_count, result.failed_count) == (3, 1)
    assert result.failed_by_rule == {"rfid_uid_format": 1}
    assert result.rule_count == len(rules("tokens"))


def test_every_rule_of_a_page_is_counted_also_where_nothing_broke_it(con: duckdb.DuckDBPyConnection) -> None:
    receive(con, "tokens", spoiled(TOKEN, "uid", "1"), object_id="a", seq=1)
    receive(con, "tokens", spoiled(spoiled(TOKEN, "uid", "1"), "issuer", ""), object_id="b", seq=1)
    receive(con, "tokens", TOKEN, object_id="c", seq=2)
    judge(con)
    found = con.execute(
        "select rule_code, landing_seq, evaluated_count, failed_count from quality.gx_rule_runs"
    ).fetchall()
    first = {"rfid_uid_format": 2, "token_required_fields_missing": 1}
    assert sorted(found) == sorted(
        [(rule, 1, 2, first.get(rule, 0)) for rule in rules("tokens")] + [(rule, 2, 1, 0) for rule in rules("tokens")]
    )


def test_other_suites_judge_everything_again(con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(con, "tokens", spoiled(TOKEN, "uid", "1"), object_id="a", seq=1)
    first = judge(con)
    before = con.execute("from quality.gx_hits").fetchall()
    monkeypatch.setattr(tables, "fingerprint", lambda: "of another release")
    assert judge(con) == first
    assert con.execute("from quality.gx_hits").fetchall() == before
    assert judge(con) == []


def test_the_suites_compute_from_raw_alone(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(MACROS)
    for frame in FRAMES:
        sql = frame.sql.replace("$first", "0").replace("$last", "0")
        read = con.get_table_names(sql, qualified=True)
        assert f"raw.{frame.module}" in read
        assert read <= {f"raw.{frame.module}", "raw.tariff_sets"}, frame.suite


def test_records_are_judged_in_batches_with_the_same_result(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(7):
        receive(con, "tokens", spoiled(TOKEN, "uid", "1") if number % 3 else TOKEN, object_id=str(number))
    assert judge(con, batch_rows=2) == [SuiteRun("tokens", "tokens", 7, 4, {"rfid_uid_format": 4})]


def test_odd_values_break_rules_and_not_the_night(con: duckdb.DuckDBPyConnection) -> None:
    odd = {
        **CDR,
        "start_date_time": "infinity",
        "end_date_time": "0001-01-01",
        "total_energy": "1e30",
        "total_cost": [],
    }
    for number, body in enumerate((odd, {"id": "x"}, {**CDR, "cdr_location": None, "charging_periods": "none"})):
        receive(con, "cdrs", body, object_id=str(number))
    receive(con, "locations", {**LOCATION, "evses": {"uid": 1}, "coordinates": "here"}, object_id="l")
    receive(con, "tariffs", {**TARIFF, "elements": "none"}, object_id="t")
    # The first lacks nothing, but its values cannot be read.
    assert {run.suite: run.failed_count for run in judge(con)} == {
        "cdrs": 3,
        "locations": 1,
        "evses": 0,
        "tariffs": 1,
    }


def test_the_catalogue_knows_every_rule_of_the_suites() -> None:
    codes = (DBT_PROJECT_DIR / "seeds" / "codes.csv").read_text().splitlines()
    known = {line.split(",")[0] for line in codes if line.split(",")[1] == "rule"}
    assert {rule for suite in SUITES for rule in rules(suite)} <= known
    assert {frame.suite for frame in FRAMES} == set(SUITES)
