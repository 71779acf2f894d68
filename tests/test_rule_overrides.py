"""rules.yml: what is read, what is refused and on which line, what reaches the warehouse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.partners import load_config, write_config_tables
from pipeline.settings import PROJECT_ROOT, Paths, UserError

PARTNERS = """\
partners:
  - {partner: nl-cpi, name: Inn, country_code: NL, party_id: CPI, roles: [CPO], ocpi_version: 2.2.1}
"""
RULES = """\
overrides:
  - rule: cdr_late
    partner: nl-cpi
    power_class: ac
    valid_from: 2026-07-01
    valid_to: 2026-10-01
    parameters: {after_h: 0.10}
    severity: hold
    reason: agreed
"""


def given(tmp_path: Path, rules: str = RULES) -> Paths:
    (tmp_path / "partners.yml").write_text(PARTNERS, encoding="utf-8")
    (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
    return Paths(tmp_path)


def test_an_entry_is_read_exactly(tmp_path: Path) -> None:
    (override,) = load_config(given(tmp_path)).rule_overrides
    assert override.parameters == {"after_h": Decimal("0.10")}
    assert (override.valid_from, override.valid_to) == (date(2026, 7, 1), date(2026, 10, 1))


def test_each_thing_that_an_entry_changes_is_a_row(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        write_config_tables(con, load_config(given(tmp_path)))
        rows = con.execute(
            "select override_no, parameter, value, severity, partner, power_class from config.rule_overrides"
        ).fetchall()
    assert rows == [
        (1, "after_h", Decimal("0.100000"), None, "nl-cpi", "ac"),
        (2, None, None, "hold", "nl-cpi", "ac"),
    ]


def test_without_a_file_nothing_is_overridden(tmp_path: Path) -> None:
    assert load_config(Paths(tmp_path)).rule_overrides == []


def test_the_example_is_valid(tmp_path: Path) -> None:
    example = (PROJECT_ROOT / "data" / "rules.example.yml").read_text(encoding="utf-8")
    assert [each.rule for each in load_config(given(tmp_path, example)).rule_overrides] == [
        "cdr_late",
        "contract_id_format",
        "power_above_connector",
    ]


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("rule: cdr_late", "rule: cdr_latest"), 2, "rule 'cdr_latest' is not known, or judges no CDRs"),
        (("rule: cdr_late", "rule: rfid_uid_format"), 2, "rule 'rfid_uid_format' is not known, or judges no CDRs"),
        (("after_h", "after_d"), 2, "rule cdr_late has no parameter 'after_d'; it has: after_h"),
        (
            ("cdr_late", "recalc_total_mismatch"),
            2,
            "recalc_total_mismatch has no parameter 'after_h'; it has: tolerance",
        ),
        (("partner: nl-cpi", "partner: nl-cpo"), 3, "'nl-cpo' is not a partner in partners.yml"),
        (("power_class: ac", "power_class: big"), 4, "Input should be 'ac', 'ac_above_22'"),
        (("valid_from: 2026-07-01", "valid_from: July"), 5, "Input should be a valid date"),
        (("    valid_from: 2026-07-01\n", ""), 2, "Field required"),
        (("valid_to: 2026-10-01", "valid_to: 2026-07-01"), 2, "valid_to must be later than valid_from"),
        (("0.10", "0.1000001"), 7, "no more than 6 decimal places"),
        (("0.10", "1234567890123"), 7, "no more than 12 digits before the decimal point"),
        (("0.10", "NaN"), 7, "finite number"),
        (("severity: hold", "severity: held"), 8, "Input should be 'reject', 'hold', 'warn' or 'off'"),
        (("reason: agreed", "reason: ''"), 9, "at least 1 character"),
        (("reason: agreed", "reason: agreed\n    because: it is"), 10, "this field is not known"),
        (("    parameters: {after_h: 0.10}\n    severity: hold\n", ""), 2, "this entry changes nothing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], line: int, said: str) -> None:
    with pytest.raises(UserError) as told:
        load_config(given(tmp_path, RULES.replace(*change)))
    assert f"rules.yml, line {line}: " in str(told.value)
    assert said in str(told.value)


def test_what_is_the_same_for_everybody_cannot_be_overridden(tmp_path: Path) -> None:
    rules = RULES.replace("cdr_late", "time_sum_mismatch").replace("after_h", "tolerance_s")
    with pytest.raises(UserError, match="parameter 'tolerance_s' of rule time_sum_mismatch is the same for everybody"):
        load_config(given(tmp_path, rules))
