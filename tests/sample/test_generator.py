"""What a fresh seed must keep: sizes, physics, order, clean documents where nothing is planted."""

from __future__ import annotations

import ast
import csv
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

import pipeline.sample
from pipeline.check_digits import din_digit, iso_digit
from pipeline.sample.catalogue import load, outlets
from pipeline.sample.frame import NIGHTS, PARTNERS
from pipeline.sample.pulls import sent
from pipeline.sample.world import World
from pipeline.settings import PROJECT_ROOT

CODE = Path(pipeline.sample.__file__).parent
DOCUMENT = (PROJECT_ROOT / "docs" / "sample.md").read_text()


def test_the_generator_imports_nothing_of_the_pipeline_but_itself() -> None:
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = [n for n in names if n.startswith(("pipeline", "expectations", "duckdb", "dbt"))]
            # No rule is written in the check digits of Python.
            own = ("pipeline.sample", "pipeline.check_digits")
            assert all(n in own or n.startswith("pipeline.sample.") for n in foreign), (path, names)


def test_another_seed_gives_another_sample_of_the_same_size(fresh: World) -> None:
    counts = {p.slug: sum(i.module == "cdrs" and i.partner == p for i in fresh.items) for p in PARTNERS}
    assert all(abs(counts[p.slug] - p.cdr_target) < 60 for p in PARTNERS)
    assert 200 <= sum(len(places) for places in fresh.catalogue.locations.values()) <= 400


def test_every_planted_kind_is_described_and_raises_known_codes(fresh: World) -> None:
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "codes.csv").open() as file:
        known = {row["code"] for row in csv.DictReader(file)}
    for one in fresh.expected.values():
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{one.defect}` |"))
        assert f"`{one.code}`" in row
        assert one.code in known
    documented = set(re.findall(r"^\| `(\w+)` \| `\w+` \| (?:CDR|session)", DOCUMENT, re.MULTILINE))
    assert documented == {one.defect for one in fresh.expected.values()}


def test_every_planted_kind_occurs_at_least_four_times(fresh: World) -> None:
    assert min(fresh.planted.values()) >= 4
    found_in_the_feed = {"window_overlap", "evse_out_of_service"}
    assert set(fresh.planted) | found_in_the_feed >= {one.defect for one in fresh.expected.values()}


def test_charging_power_stays_within_the_connector(fresh: World) -> None:
    for record in fresh.records:
        if record.defect == "power_above_connector":
            continue
        charge = record.charge
        hours = (charge.charge_end - charge.start).total_seconds() / 3600
        assert float(charge.energy_kwh) <= charge.outlet.power_kw * hours * 1.001 + 0.01


def test_no_two_sessions_share_an_evse_or_a_driver_unless_planted(fresh: World) -> None:
    stays: dict[str, list] = {}
    for record in fresh.records:
        charge = record.charge
        for name in (charge.outlet.evse_id, charge.token.contract_id):
            stays.setdefault(name, []).append((charge.start, charge.end, record.defect))
    for some in stays.values():
        some.sort(key=lambda stay: stay[:2])
        for (_, end, first), (start, _, second) in pairwise(some):
            assert start >= end or {"overlap", "token_shared"} & {first, second}


def test_untouched_cdrs_add_up(fresh: World) -> None:
    for record in fresh.records:
        if record.defect or not record.sent_cdr:
            continue
        body = record.cdr.body
        periods = body["charging_periods"]
        volumes = [(d["type"], d["volume"]) for p in periods for d in p["dimensions"]]
        assert sum(v for kind, v in volumes if kind == "ENERGY") == body["total_energy"]
        starts = [p["start_date_time"] for p in periods]
        assert starts[0] == body["start_date_time"]
        assert starts == sorted(set(starts))
        parts = [body[n] for n in body if n.endswith("_cost") and n != "total_cost"]
        if parts:
            name = "excl_vat" if "excl_vat" in parts[0] else "before_taxes"
            assert sum(part[name] for part in parts) == body["total_cost"][name]


def test_windows_bring_resends_late_cdrs_and_running_sessions(fresh: World) -> None:
    received = list(sent(fresh.items))
    first = {(one.item.module, one.item.label) for one in received if one.night == 0}
    later = [one for one in received if one.night > 0]
    assert any((one.item.module, one.item.label) in first for one in later)
    assert any((one.item.module, one.item.label) not in first for one in later)
    assert any(one.version.body.get("status") == "ACTIVE" for one in received if one.item.module == "sessions")
    assert all(one.version.published_at <= NIGHTS[one.night] for one in received)


def test_tariffs_of_sessions_cover_what_the_rules_know(fresh: World) -> None:
    used = [r.charge.tariff for r in fresh.records]
    kinds = {c["type"] for t in used for e in t["elements"] for c in e["price_components"]}
    limits = {k for t in used for e in t["elements"] for k, v in (e["restrictions"] or {}).items() if v}
    assert kinds == {"ENERGY", "TIME", "PARKING_TIME", "FLAT"}
    assert limits >= {"start_time", "end_time", "day_of_week", "min_duration", "max_duration", "min_kwh", "max_kwh"}
    assert any(t.get("min_price") for t in used)
    assert any(t.get("tax_included") == "YES" for t in used)


def test_sessions_take_place_only_at_real_evses_with_a_tariff_of_their_operator() -> None:
    for outlet in outlets(load()):
        assert outlet.evse_id.replace("*", "")[2:5] == outlet.party_id


@pytest.mark.parametrize(
    ("contract", "digit"),
    [("NN123ABCDEFGHI", "T"), ("FRXYZ123456789", "2"), ("ITA1B2C3E4F5G6", "4"), ("DE83DUIEN83QGZ", "D")],
)
def test_check_digits_are_those_of_published_contract_ids(contract: str, digit: str) -> None:
    assert iso_digit(contract) == digit


def test_the_older_form_has_a_check_digit_of_its_own() -> None:
    assert din_digit("NLTNM012204") == "5"


def test_amounts_are_exact_decimals(fresh: World) -> None:
    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [n for item in value.values() for n in numbers(item)]
        if isinstance(value, list):
            return [n for item in value for n in numbers(item)]
        return [value]

    some = [item.body for item in fresh.items if item.module == "cdrs"][:300]
    assert not any(isinstance(number, float) for number in numbers(some))
    assert any(isinstance(number, Decimal) for number in numbers(some))
