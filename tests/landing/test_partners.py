"""partners.yml and agreements.yml: what is read, what is refused, what reaches the warehouse."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.partners import load_config, write_config_tables
from pipeline.settings import PROJECT_ROOT, Paths, UserError

PARTNERS = """\
our_parties:
  - {country_code: NL, party_id: RLG, roles: [EMSP], name: Roamledger Mobility}
partners:
  - partner: no-cpi
    name: Charge Point Inn
    country_code: NO
    party_id: 007
    roles: [CPO]
    ocpi_version: 2.2
    time_zone: Europe/Oslo
    policies: {step_size_211: component}
"""

AGREEMENTS = """\
agreements:
  - agreement_id: no-cpi-2026
    partner: no-cpi
    version: 1
    valid_from: 2026-01-01
    valid_to: null
    commercial_model: wholesale_markup
    currency: EUR
    markup: {energy_percent: "12", energy_per_kwh: 0.02, session_fee: 0.35}
    retail_vat_percent: 21
"""


def given(tmp_path: Path, partners: str | None = PARTNERS, agreements: str | None = AGREEMENTS) -> Paths:
    if partners is not None:
        (tmp_path / "partners.yml").write_text(partners, encoding="utf-8")
    if agreements is not None:
        (tmp_path / "agreements.yml").write_text(agreements, encoding="utf-8")
    return Paths(tmp_path)


def test_values_are_read_as_written_and_not_guessed_by_yaml(tmp_path: Path) -> None:
    partner = load_config(given(tmp_path)).partners[0]
    assert (partner.country_code, partner.party_id, partner.ocpi_version) == ("NO", "007", "2.2.1")
    assert partner.allowed_operator_ids == ["007"]


def test_money_is_decimal_exactly_as_written(tmp_path: Path) -> None:
    markup = load_config(given(tmp_path)).agreements[0].markup
    assert (markup.energy_percent, markup.energy_per_kwh, markup.session_fee) == (
        Decimal("12"),
        Decimal("0.02"),
        Decimal("0.35"),
    )


def test_missing_files_count_as_empty_and_still_give_every_table(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        write_config_tables(con, load_config(Paths(tmp_path)))
        tables = con.execute(
            "select table_name from information_schema.tables where table_schema = 'config' order by 1"
        ).fetchall()
        assert [name for (name,) in tables] == [
            "agreements",
            "calendar_days",
            "exception_terms",
            "our_parties",
            "partner_operator_ids",
            "partner_policies",
            "partners",
            "rule_overrides",
        ]


def test_tables_hold_what_was_configured_and_are_replaced_when_written_again(tmp_path: Path) -> None:
    config = load_config(given(tmp_path))
    with duckdb.connect() as con:
        write_config_tables(con, config)
        write_config_tables(con, config)
        assert con.execute("from config.our_parties").fetchall() == [("NL", "RLG", "EMSP", "Roamledger Mobility")]
        assert con.execute("select partner, role, time_zone from config.partners").fetchall() == [
            ("no-cpi", "CPO", "Europe/Oslo")
        ]
        assert con.execute("from config.partner_policies").fetchall() == [("no-cpi", "step_size_211", "component")]
        assert con.execute("select energy_per_kwh, valid_to from config.agreements").fetchall() == [
            (Decimal("0.020000"), None)
        ]


@pytest.mark.parametrize(
    ("wrong", "instead", "expected"),
    [
        ("country_code: NO", "country_code: NOR", ["line 6", "partners[1].country_code", "two-letter"]),
        ("time_zone: Europe/Oslo", "time_zone: Oslo", ["line 10", "time_zone", "Europe/Amsterdam"]),
        ("ocpi_version: 2.2", "ocpi_version: 2.0", ["line 9", "OCPI 2.0 is not supported"]),
        ("partner: no-cpi", "partner: NO CPI", ["line 4", "no partner name"]),
        ("time_zone:", "timezone:", ["line 10", "this field is not known"]),
        ("    name: Charge Point Inn\n", "", ["partners[1].name", "required"]),
        ("step_size_211: component", "step_size: component", ["policy 'step_size' is not known"]),
        ("roles: [CPO]", "roles: [CPO", ["not valid YAML"]),
        ("party_id: 007", "party_id: 007\n    party_id: 008", ["line 8", "given twice"]),
    ],
)
def test_a_mistake_names_file_line_and_field(tmp_path: Path, wrong: str, instead: str, expected: list[str]) -> None:
    with pytest.raises(UserError) as error:
        load_config(given(tmp_path, PARTNERS.replace(wrong, instead)))
    assert "partners.yml" in str(error.value)
    for part in expected:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "instead", "expected"),
    [
        ("partner: no-cpi", "partner: nobody", ["line 3", "'nobody' is not a partner"]),
        ("valid_to: null", "valid_to: 2025-01-01", ["line 2", "valid_to must be later"]),
        ("retail_vat_percent: 21", "retail_vat_percent: lots", ["line 10", "retail_vat_percent"]),
        ("energy_per_kwh: 0.02", "energy_per_kwh: 0.0000001", ["energy_per_kwh", "6 decimal"]),
        ("currency: EUR", "currency: EUR\n    rounding_level: session", ["rounding_level", "not supported yet"]),
    ],
)
def test_a_mistake_in_an_agreement_names_the_field(
    tmp_path: Path, wrong: str, instead: str, expected: list[str]
) -> None:
    with pytest.raises(UserError) as error:
        load_config(given(tmp_path, agreements=AGREEMENTS.replace(wrong, instead)))
    assert "agreements.yml" in str(error.value)
    for part in expected:
        assert part in str(error.value)


def test_a_partner_given_twice_is_refused(tmp_path: Path) -> None:
    entry = PARTNERS[PARTNERS.index("  - partner:") :]
    with pytest.raises(UserError, match="no-cpi is given twice"):
        load_config(given(tmp_path, PARTNERS + entry))


def test_a_party_that_two_partners_have_identifies_neither_unless_the_module_tells(tmp_path: Path) -> None:
    entry = PARTNERS[PARTNERS.index("  - partner:") :].replace("no-cpi", "no-old")
    config = load_config(given(tmp_path, PARTNERS + entry + "    modules: [locations]\n"))
    assert config.partner_of("no", "007") is None
    found = config.partner_of("no", "007", "cdrs")
    assert found is not None
    assert found.partner == "no-cpi"


def test_the_example_file_is_valid(tmp_path: Path) -> None:
    example = (PROJECT_ROOT / "data" / "partners.example.yml").read_text(encoding="utf-8")
    config = load_config(given(tmp_path, example, None))
    assert [partner.partner for partner in config.partners] == ["nl-cpi", "own"]
