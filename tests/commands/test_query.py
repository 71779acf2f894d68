"""`query` answers from the published warehouse and cannot change or reach anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.settings import Paths
from tests.commands.conftest import Roamledger

TOTALS = "select cdr_id, total_cost_excl_vat, ended_at from core.fct_cdrs where upper(cdr_id) < 'A-3' order by cdr_key"


def test_json_gives_exact_decimals_as_text_and_times_in_utc(roamledger: Roamledger, published: Paths) -> None:
    done = roamledger("query", TOTALS, "--format", "json")
    assert json.loads(done.out) == [
        {"cdr_id": "a-1", "total_cost_excl_vat": "12.5", "ended_at": "2026-10-01T00:00:00Z"},
        {"cdr_id": "a-2", "total_cost_excl_vat": "-0.1", "ended_at": "2026-10-02T00:00:00Z"},
        {"cdr_id": "A-2", "total_cost_excl_vat": None, "ended_at": None},
    ]


def test_json_has_a_short_name_that_no_format_may_contradict(roamledger: Roamledger, published: Paths) -> None:
    asked = roamledger("query", TOTALS, "--json")
    assert asked.code == 0
    assert asked.out == roamledger("query", TOTALS, "--format", "json").out
    assert roamledger("query", TOTALS, "--json", "--format", "json").out == asked.out
    refused = roamledger("query", TOTALS, "--json", "--format", "csv")
    assert (refused.code, refused.out) == (2, "")
    assert "contradict each other" in refused.err


@pytest.mark.parametrize("sql", ["", "  ", ";", "/* only a remark */"])
def test_no_statement_is_a_sentence(roamledger: Roamledger, published: Paths, sql: str) -> None:
    done = roamledger("query", sql)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("roamledger: There is nothing to ask")


def test_several_statements_are_refused_and_one_may_end_in_a_semicolon(
    roamledger: Roamledger, published: Paths
) -> None:
    done = roamledger("query", "select 1; select 2")
    assert (done.code, done.out) == (2, "")
    assert "2 statements; ask them one at a time" in done.err
    assert roamledger("query", "select 'a;b' as text; -- done").code == 0


def test_csv_leaves_null_empty(roamledger: Roamledger, published: Paths) -> None:
    done = roamledger("query", TOTALS, "--format", "csv")
    assert done.out.splitlines()[0] == "cdr_id,total_cost_excl_vat,ended_at"
    assert done.out.splitlines()[3] == "A-2,,"


def test_a_long_table_says_how_many_rows_it_left_out(roamledger: Roamledger, published: Paths) -> None:
    done = roamledger("query", "select * from range(205)")
    assert "and 5 more rows" in done.out


def test_text_in_square_brackets_is_shown_as_it_is(roamledger: Roamledger, published: Paths) -> None:
    assert "[red]x" in roamledger("query", "select '[red]x' as label").out


@pytest.mark.parametrize(
    "sql",
    ["delete from core.fct_cdrs", "create table core.mine as select 1", "drop table core.fct_cdrs"],
)
def test_the_published_warehouse_cannot_be_changed(roamledger: Roamledger, published: Paths, sql: str) -> None:
    before = published.published_file.read_bytes()
    done = roamledger("query", sql)
    assert (done.code, done.out) == (2, "")
    assert "read-only" in done.err
    assert published.published_file.read_bytes() == before


def test_other_files_can_be_neither_read_nor_written(roamledger: Roamledger, published: Paths, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    target = tmp_path / "out.csv"
    for sql in (f"select * from '{secret}'", f"copy core.fct_cdrs to '{target}'", "set enable_external_access = true"):
        done = roamledger("query", sql)
        assert done.code == 2, sql
        assert done.err.startswith("roamledger: The query failed"), sql
    assert not target.exists()


def test_a_wrong_statement_gives_the_engines_sentence_and_no_traceback(
    roamledger: Roamledger, published: Paths
) -> None:
    done = roamledger("query", "select wrong_column from core.fct_cdrs")
    assert done.code == 2
    assert "wrong_column" in done.err
    assert "Traceback" not in done.err


def test_before_the_first_night_the_user_is_told_what_to_run(roamledger: Roamledger, paths: Paths) -> None:
    done = roamledger("query", "select 1")
    assert done.code == 2
    assert "roamledger run" in done.err
