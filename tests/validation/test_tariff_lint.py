"""The tariff lint on a table of tariffs, landed and built the way a night does, in one batch."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
import yaml

from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import DBT_PROJECT_DIR, Paths
from tests.oracle.generator import Case as DrawnCase
from tests.oracle.generator import cases
from tests.oracle.language import dump
from tests.oracle.session import read_session
from tests.validation.lint_cases import AFIR, CASES, Case, case

AS_OF = datetime(2026, 10, 1, 2, tzinfo=UTC)
PARTNERS = {"2.1.1": ("old", "OLD"), "2.2.1": ("now", "NOW"), "2.3.0": ("new", "NEW")}
LINT_MODELS = DBT_PROJECT_DIR / "models" / "validation" / "tariff_lint"
EMBEDDED_ONLY = case("embedded", "price_low", "ENERGY 0.01")
REPEATED = [case("repeated", "", "ENERGY 0.4", last_updated=f"2026-09-0{day}T00:00:00Z") for day in (1, 2)]
# Whatever may stand where an element, a component or a restriction should.
NONSENSE: dict[str, Any] = {
    "id": "nonsense",
    "currency": "EUR",
    "last_updated": "2026-09-01T00:00:00Z",
    "elements": [
        *(None, 5, "x", [], {}),
        {"price_components": None},
        {"price_components": {"type": "ENERGY"}},
        {"price_components": [None, 3, "x", [], {}]},
        {"price_components": [{"type": "ENERGY", "price": 0.4, "step_size": 1}], "restrictions": "none"},
        {"price_components": [{"type": "ENERGY", "price": [], "step_size": "one"}], "restrictions": ["a"]},
        {
            "price_components": [{"type": "ENERGY", "price": 0.4, "step_size": 10**30, "vat": {}}],
            "restrictions": {"start_date": "infinity", "end_date": "-infinity", "day_of_week": "MONDAY", "min_kwh": {}},
        },
        {
            "price_components": [{"type": "TIME", "price": 3, "step_size": 1}],
            "restrictions": {
                "min_duration": 10**11,
                "max_duration": 10**30,
                "min_power": -(10**5),
                "start_time": "24:00",
            },
        },
    ],
}
DRAWN = list(cases(1500, "lint"))
ALL = [*CASES, *(each for each, _, _ in AFIR)]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with every case landed and linted."""
    paths = Paths(tmp_path_factory.mktemp("lint"))
    drops = paths.data / "drops"
    by_version: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in ALL:
        by_version[each.version].append(each.body)
    for drawn in DRAWN:
        by_version[drawn.ocpi_version] += [{**each, "id": drawn_id(drawn, each["id"])} for each in drawn.cdr["tariffs"]]
    by_version["2.2.1"].append(NONSENSE)
    for version, bodies in by_version.items():
        write(drops, version, "tariffs", [{**party(version), **body} for body in bodies])
    write(drops, "2.2.1", "locations", [location(number, *placed) for number, placed in enumerate(AFIR)])
    write(drops, "2.2.1", "cdrs", [cdr("C1", EMBEDDED_ONLY), cdr("C2", EMBEDDED_ONLY), cdr("C3", *REPEATED)])
    ours = [{"country_code": "NL", "party_id": "EMP", "roles": ["EMSP"], "name": "Us"}]
    paths.partners_file.write_text(yaml.safe_dump({"our_parties": ours, "partners": [partner(v) for v in PARTNERS]}))
    land_path(paths, load_config(paths), drops, received_at=AS_OF)
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    only_lint = ["--select", "+int_tariff_hits", "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=AS_OF, ledger_position=0, select=only_lint)
    with duckdb.connect(str(paths.warehouse), read_only=True) as opened:
        yield opened


def write(drops: Any, version: str, module: str, objects: list[dict[str, Any]]) -> None:
    body = drops / PARTNERS[version][0] / version / module / f"{module}.json"
    body.parent.mkdir(parents=True)
    body.write_text(dump({"status_code": 1000, "data": objects}))


def party(version: str) -> dict[str, Any]:
    return {} if version == "2.1.1" else {"country_code": "NL", "party_id": PARTNERS[version][1]}


def partner(version: str) -> dict[str, Any]:
    slug, party_id = PARTNERS[version]
    named = {"partner": slug, "name": slug, "country_code": "NL", "party_id": party_id}
    return {**named, "roles": ["CPO"], "ocpi_version": version, "modules": ["tariffs", "locations", "cdrs"]}


def location(number: int, tariff: Case, watts: int, country: str) -> dict[str, Any]:
    connector: dict[str, Any] = {
        "standard": "IEC_62196_T2_COMBO",
        "format": "CABLE",
        "power_type": "DC",
        "max_voltage": 900,
    }
    connector |= {"id": "1", "max_amperage": 500, "max_electric_power": watts, "tariff_ids": [tariff.name.upper()]}
    evse = {"uid": "1", "evse_id": f"NL*NOW*E{number}", "status": "AVAILABLE", "connectors": [connector]}
    place: dict[str, Any] = {"address": "Kade 1", "city": "Stad", "country": country, "time_zone": "Europe/Amsterdam"}
    place |= {"coordinates": {"latitude": "52.1", "longitude": "4.9"}, "last_updated": "2026-09-01T00:00:00Z"}
    return {**party("2.2.1"), "id": f"L{number}", "publish": True, **place, "evses": [evse]}


def cdr(cdr_id: str, *tariffs: Case) -> dict[str, Any]:
    start, end = "2026-09-30T10:00:00Z", "2026-09-30T11:00:00Z"
    period = {"start_date_time": start, "dimensions": [{"type": "ENERGY", "volume": 1}]}
    totals = {"currency": "EUR", "total_cost": {"excl_vat": 0.4}, "total_energy": 1, "total_time": 1}
    session = {"start_date_time": start, "end_date_time": end, "last_updated": end, "charging_periods": [period]}
    return {**party("2.2.1"), "id": cdr_id, **session, **totals, "tariffs": [each.body for each in tariffs]}


def drawn_id(drawn: DrawnCase, tariff_id: str) -> str:
    return f"DRAWN-{drawn.index}-{tariff_id.upper()}"


def lint(con: duckdb.DuckDBPyConnection, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    return con.execute(f"select {columns} from validation.fct_tariff_lint where {where} order by all").fetchall()


def test_every_tariff_gets_its_codes_and_no_other(con: duckdb.DuckDBPyConnection) -> None:
    found: dict[str, set[str]] = {each.name.upper(): set() for each in ALL}
    for tariff_id, code in lint(con, "distinct tariff_id, lint_code", "tariff_count > 0"):
        if tariff_id in found:
            found[tariff_id].add(code)
    expected = {each.name.upper(): set(each.codes) for each in ALL}
    assert {name: codes for name, codes in found.items() if codes != expected[name]} == {}


def test_every_code_of_the_models_has_a_case_and_stands_in_the_catalogue() -> None:
    models = "".join(path.read_text() for path in LINT_MODELS.glob("*.sql"))
    raised = set(re.findall(r"(?:lint_columns|component_lint)\(\s*'(\w+)'", models))
    with (DBT_PROJECT_DIR / "seeds" / "codes.csv").open() as file:
        kinds = {row["code"]: row["kind"] for row in csv.DictReader(file)}
    in_cases = {code for each in [*ALL, EMBEDDED_ONLY] for code in each.codes} | {"tariff_id_repeated"}
    assert raised == in_cases
    assert {code for code in raised if kinds.get(code) not in ("rule", "lint")} == set()
    assert {code for code, kind in kinds.items() if kind == "lint"} <= raised


def test_a_code_says_where_in_the_tariff_it_stands(con: duckdb.DuckDBPyConnection) -> None:
    place = "element_index, component_index, concerns, observed, bound"
    assert lint(con, place, "tariff_id = 'HIDDEN-BY-ALL'") == [(1, 0, "ENERGY", "element 0 at 0.4", "0.5")]
    assert lint(con, place, "tariff_id = 'FIELD-MISSPELT'") == [(0, None, None, "dayOfWeek", None)]
    assert lint(con, place, "tariff_id = 'LIMIT-BEFORE-TAX'") == [(None, None, "max_price", "3", None)]
    assert lint(con, place, "tariff_id = 'AFIR-AD-HOC'") == [(0, 1, "FLAT", "1", "connectors: 1")]


@pytest.mark.parametrize(
    ("tariff_id", "gap"),
    [
        ("gap-at-night", "2026-10-01 00:00"),
        ("gap-of-a-minute", "2026-10-01 06:59"),
        ("gap-on-sunday", "2026-10-01 SUNDAY 00:00"),
        ("gap-between-tiers", "2026-10-01 00:00 after 10 kWh"),
        ("gap-always", "always"),
        ("gap-in-power", "2026-10-01 00:00 at 11 kW"),
        ("runs-out", "2026-12-01 00:00"),
        ("from-tomorrow", "2026-10-01 00:00"),
        ("free-then-gap", "2026-10-01 00:00 after 3600 s"),
        ("too-many-cells", None),
    ],
)
def test_the_first_gap_is_named(con: duckdb.DuckDBPyConnection, tariff_id: str, gap: str | None) -> None:
    where = f"tariff_id = '{tariff_id.upper()}' and lint_code = 'tariff_without_fallback'"
    assert lint(con, "bound", where) == [(gap,)]


def test_bodies_that_only_cdrs_carry_are_linted_once_and_counted(con: duckdb.DuckDBPyConnection) -> None:
    columns = "lint_code, tariff_count, cdr_count, connector_count"
    assert lint(con, columns, "tariff_id = 'EMBEDDED'") == [("tariff_price_low", 0, 2, 0)]
    # Only the first of two bodies under one id counts, so the other one is used by no CDR.
    assert lint(con, columns, "tariff_id = 'REPEATED'") == [("tariff_id_repeated", 0, 0, 0)]


def test_a_rule_makes_one_hit_of_each_tariff_and_advice_makes_none(con: duckdb.DuckDBPyConnection) -> None:
    hits = con.execute("select object_label, rule_code from validation.int_tariff_hits").fetchall()
    rules = lint(
        con,
        "distinct concat('NL*', party_id, '*', tariff_id), lint_code",
        "is_rule and tariff_count > 0 and party_id is not null",
    )
    assert sorted((label.upper(), code) for label, code in hits if "*OLD*" not in label) == rules


def test_nonsense_is_told_and_does_not_stop_the_night(con: duckdb.DuckDBPyConnection) -> None:
    codes = {code for (code,) in lint(con, "distinct lint_code", "tariff_id = 'NONSENSE'")}
    assert {"tariff_element_empty", "tariff_price_unreadable", "tariff_restriction_unreadable"} <= codes


def test_what_is_never_reached_is_never_charged(con: duckdb.DuckDBPyConnection) -> None:
    """Drawn sessions priced by the oracle: no line comes from a place that the lint calls out of reach."""
    hidden = "lint_code in ('tariff_hidden_by_unrestricted', 'tariff_hidden_by_wider')"
    never = "lint_code in ('tariff_restriction_impossible', 'tariff_dates_equal')"
    # Bounds on power and current hold where a CDR carries none, however they contradict each other.
    never += " and not regexp_matches(observed, 'power|current')"
    drawn_only = "tariff_id like 'DRAWN-%'"
    out_of_reach = {*lint(con, "tariff_id, element_index, concerns", f"{hidden} and {drawn_only}")}
    empty = {*lint(con, "tariff_id, element_index", f"{never} and {drawn_only}")}
    charged = {
        (drawn_id(drawn, line.tariff_id), line.element, line.dimension.removeprefix("RESERVATION_"))
        for drawn in DRAWN
        if _is_ordinary(drawn)
        for line in drawn.priced().lines
        if line.element is not None
    }
    assert len(out_of_reach) > 100
    assert len(charged) > 1000
    assert charged & out_of_reach == set()
    assert {place[:2] for place in charged} & empty == set()


def test_what_has_no_gap_is_always_charged(con: duckdb.DuckDBPyConnection) -> None:
    """Drawn sessions under one tariff without dates: where the lint sees no gap, the oracle charges every volume."""
    gaps = "lint_code in ('tariff_without_fallback', 'tariff_free_at_first')"
    open_dimensions = {*lint(con, "tariff_id, concerns", f"{gaps} and tariff_id like 'DRAWN-%'")}
    volumes, missing = 0, []
    for drawn in DRAWN:
        elements = drawn.cdr["tariffs"][0]["elements"] if len(drawn.cdr["tariffs"]) == 1 else []
        restrictions = [each.get("restrictions") or {} for each in elements]
        # A period may swing over a bound of power or current and then match neither side.
        if not _is_ordinary(drawn) or any(
            re.search("date|power|current", name) for each in restrictions for name in each
        ):
            continue
        priced = drawn.priced()
        if priced.total_excl_vat is None:
            continue
        lines = {(line.period, line.dimension) for line in priced.lines}
        tariff = drawn.cdr["tariffs"][0]["id"]
        for dimension in ("ENERGY", "TIME", "PARKING_TIME"):
            has_price = any(
                component["type"] == dimension and "reservation" not in (each.get("restrictions") or {})
                for each in elements
                for component in each["price_components"]
            )
            if not has_price or (drawn_id(drawn, tariff), dimension) in open_dimensions:
                continue
            for period in read_session(drawn.cdr, drawn.ocpi_version).periods:
                if dimension in period.volumes and period.tariff_id is not None:
                    volumes += 1
                    if (period.index, dimension) not in lines:
                        missing.append((drawn.index, period.index, dimension))
    assert volumes > 300
    assert missing == []


def _is_ordinary(drawn: DrawnCase) -> bool:
    """Under the default reading of equal times, and without energy that flows back."""
    volumes = [each for period in drawn.cdr["charging_periods"] for each in period["dimensions"]]
    flows_back = any(each["type"] == "ENERGY" and str(each["volume"]).startswith("-") for each in volumes)
    return drawn.policies.start_equals_end == "whole_day" and not flows_back
