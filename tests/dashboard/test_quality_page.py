"""The page of the suites says what the published tables say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.dashboard.quality_page import render_quality_page
from pipeline.settings import UserError
from tests.conftest import SampleNight
from tests.dashboard.published_file import PublishedFile, add_suites
from tests.dashboard.test_report import section, words


def told(page: str, name: str) -> str:
    """The text of one section without the words behind its bars."""
    return section(re.sub(r"<svg.*?</svg>", " ", page, flags=re.DOTALL), name)


def test_the_first_words_are_the_newest_day(usual_quality_page: str) -> None:
    newest = told(usual_quality_page, "newest")
    assert "Records received on 1 Nov 2026 None of 360 records breaks a rule" in newest
    # Twenty days of three partners: 40 to 59 records each, six broken on two days of three.
    assert "CDRs 1 Nov 120 0 0.0 %" in newest
    assert "2,970 234 7.9 %" in newest
    assert "13 Oct 2026 to 1 Nov 2026" in newest
    assert "The suites and SQL agree on all 312 hits" in newest


def test_a_rule_shows_its_counts_its_partners_and_examples(usual_quality_page: str) -> None:
    cdrs = told(usual_quality_page, "suite-cdrs")
    assert "Contract id malformed R15 warn · 117 2,970 3.9 % 117 ✓ agrees" in cdrs
    assert "Negative energy R31 reject · · 2,970 · · ✓ agrees" in cdrs
    assert "End before start reject end_date_time is before start_date_time. end_before_start · R20 · TIM_ORDER" in cdrs
    assert "be-vlt 39 990 3.9 %" in cdrs
    assert "Broken now, for example Object Partner Observed BE-VLT*con1-0 be-vlt observed 0" in cdrs


def test_every_rule_of_the_suites_is_explained(usual_quality_page: str) -> None:
    rules = told(usual_quality_page, "definitions")
    assert "RFID uid malformed warn" in rules
    assert "rfid_uid_format · R17 · ID_UID_FMT · judged by the suites and by SQL" in rules


def test_where_the_judges_differ_the_page_says_so(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_suites(file)
    file.add("validation.fct_rule_hits", [("token", "k", "K", "nl-cpi", "rfid_uid_format", "gx", "5")])
    file.add("validation.fct_rule_hits", [("token", "l", "L", "nl-cpi", "rfid_uid_format", "sql", "5")])
    page = render_quality_page(file.finish())
    assert "The suites and SQL differ: 312 hits of both, 1 of the suites alone, 1 of SQL alone" in section(
        page, "newest"
    )
    assert "RFID uid malformed R17 warn · 39 2,970 1.3 % 40 ✕ 2 differ" in told(page, "suite-tokens")


def test_a_broken_newest_day_is_told_first(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    file.add("validation.fct_suite_runs", [("k", "cdrs", "nl-cpi", date(2026, 10, 31), 1, 1, None)])
    rule = ("k", "cdrs", "cdr", "no_such_rule", "nl-cpi", date(2026, 10, 31), 1, 1, None)
    file.add("validation.fct_suite_results", [rule])
    page = render_quality_page(file.finish())
    assert "1 of 1 record breaks a rule" in told(page, "newest")
    assert "no_such_rule" in told(page, "suite-cdrs")


def test_without_records_the_page_is_whole_and_says_so(tmp_path: Path) -> None:
    page = render_quality_page(PublishedFile(tmp_path / "p.duckdb").finish())
    assert "Nothing received yet" in told(page, "newest")
    assert "No rule has been judged yet." in words(page)


def test_what_partners_write_stays_text(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_suites(file)
    odd = "<script>alert(1)</script>"
    file.add("validation.fct_rule_hits", [("token", "!", odd, "!a", "rfid_uid_format", "gx", odd)])
    page = render_quality_page(file.finish())
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_file_that_lacks_a_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb").finish()
    with duckdb.connect(str(file)) as con:
        con.execute("drop table validation.fct_suite_runs")
    with pytest.raises(UserError, match="lacks a table that the page of the suites reads"):
        render_quality_page(file)


@pytest.mark.slow
def test_the_page_of_the_sample_counts_what_the_suites_counted(sample_night: SampleNight) -> None:
    page = (sample_night.paths.published / "quality.html").read_text(encoding="utf-8")
    with duckdb.connect(str(sample_night.paths.warehouse), read_only=True) as con:
        rows = con.execute(
            "select suite, rule_code, sum(failed_count) from quality.gx_rule_runs group by all"
        ).fetchall()
        identifiers = {
            row[0]
            for row in con.execute(
                "select fields.cdr_token.uid from raw.cdrs union select fields.cdr_token.contract_id from raw.cdrs"
                " union select object_id from raw.tokens"
            ).fetchall()
            if row[0]
        }
    for suite, rule, failed in rows:
        assert (f'id="{suite}-{rule}"' in page) == bool(failed)
    assert not {identifier for identifier in identifiers if identifier in page}
    assert "The suites and SQL agree on all" in page
