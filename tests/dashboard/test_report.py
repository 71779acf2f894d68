"""The report says what the published tables say, whatever they lack."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from pipeline.dashboard.report import render_report
from pipeline.settings import UserError
from tests.dashboard.published_file import OCTOBER, SEPTEMBER, PublishedFile, add_flow, add_intake, add_rates


def words(page: str) -> str:
    """The page's text with single spaces, without styles."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text))


def section(page: str, name: str) -> str:
    """The text of one section."""
    found = re.search(rf'<section id="{name}".*?</section>', page, flags=re.DOTALL)
    assert found, f"no section {name}"
    return words(found.group())


def test_the_head_names_clock_version_partners_and_period(usual_page: str) -> None:
    text = words(usual_page)
    assert "As of 1 Nov 2026, 01:00 UTC" in text
    assert "Version 20261101T010000Z-5e1fbeef" in text
    assert "Period Sep 2026 to Oct 2026" in text
    assert "Partners be-vlt, de-aur, nl-cpi" in text


def test_the_first_screen_tells_that_held_cdrs_stand_in_the_way(usual_page: str) -> None:
    close = section(usual_page, "close")
    assert "Can October 2026 be closed? Not yet: decisions are open" in close
    assert "86 CDRs held" in close
    assert "EUR 1,154.27 at stake" in close
    assert "3 days provisional; settled from 4 Nov 2026" in close
    assert "The bridge adds up" in close
    assert "14,226 objects received, 24 in quarantine" in close


def test_money_is_the_exact_sum_over_partners(usual_page: str) -> None:
    # 3,615 CDRs of 13.4217 are 48,519.4455: sums of rounded amounts would miss the last cent.
    close = section(usual_page, "close")
    assert "Claimed by partners 48,519.45" in close
    assert "held 1,154.27" in close
    assert "rejected 496.60" in close
    assert "Claimed less expected +184.11" in close
    assert "13.3 % of retail 7,217.76" in close


def test_stuck_cdrs_stand_by_reason_with_age_and_partner(usual_page: str) -> None:
    assert "Same session billed twice held 13 EUR 174.48 10 d" in section(usual_page, "stuck")


def test_the_bridge_leads_from_received_to_billable_with_nothing_left(usual_page: str) -> None:
    flow = section(usual_page, "flow")
    assert "Received 3,646 48,935.52" in flow
    assert "Duplicates −31 −416.07" in flow
    assert "Billable 3,492 46,868.58" in flow
    assert "Difference 0 0.00" in flow
    assert "Bars start at 3,300 CDRs, not at zero." in flow


def test_rates_show_interval_number_of_cases_and_target(usual_page: str) -> None:
    rates = section(usual_page, "rates")
    assert re.search(r"Session success rate K01 9\d\.\d % .*?9\d\.\d–9\d\.\d %, n = 2,319", rates)
    assert "target at least 95.0 % (our proposal)" in rates
    assert "provisional" in rates


def test_every_kpi_shown_is_defined(usual_page: str) -> None:
    for kpi_id in set(re.findall(r'href="#def-(\w+)"', usual_page)):
        assert f'id="def-{kpi_id}"' in usual_page
    assert "COMPLETED sessions with at least 0.5 kWh or 120 s" in section(usual_page, "definitions")


def test_differences_add_up_to_those_of_the_money(usual_page: str) -> None:
    # The causes know 61.33 of each partner's 61.37; the rest went when expected amounts were rounded.
    differences = section(usual_page, "differences")
    assert "Finer than the claims' own rounding – +0.12 +0.04 +0.04 +0.04" in differences
    assert "Sum +184.11 +61.37 +61.37 +61.37" in differences


def test_cdrs_without_expected_amount_come_last_and_claim_neither_too_much_nor_too_little(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    file.add(
        "kpis.kpi_differences_monthly", [(OCTOBER, "nl-cpi", "EUR", "not_priced", 2, Decimal("-900"), Decimal("-1089"))]
    )
    page = render_report(file.finish())
    assert "Rounding 4 – +0.37 +0.37 Not priced 2 −1,089.00 −900.00 −900.00" in section(page, "differences")
    bars = re.findall(r'class="bar (over|under)".*?<rect x="(.*?)" y="0" width="(.*?)"', page)
    assert bars[0] == ("over", "500.0", "500.0")
    assert bars[-1][2] == "0.0"


def test_partners_show_how_clean_what_they_send_is_and_how_it_was(usual_page: str) -> None:
    partners = section(usual_page, "partners")
    cdrs = "800 28 8 96.5 % 95.0–98.0 % +4.0 pp 92.5 % → 96.5 % EUR 40.25 EUR 10.50"
    assert f"be-vlt cdrs {cdrs} be-vlt tariffs 10 0 0 100.0 % 72.2–100.0 % – · · · de-aur cdrs" in partners
    assert " all " not in partners.split("By month")[1]


def test_a_difference_that_no_cause_explains_is_not_passed_off_as_rounding(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    file.add("kpis.kpi_differences_monthly", [(OCTOBER, "nl-cpi", "EUR", "vat", 2, Decimal("-900"), None)])
    differences = section(render_report(file.finish()), "differences")
    assert "Explained by no cause – +900.04" in differences
    assert "rounding" not in differences


def test_held_cdrs_of_earlier_months_are_not_forgotten(usual_page: str) -> None:
    assert "67 CDRs of earlier months still held" in section(usual_page, "close")
    assert "EVSE unknown held 41 EUR 550.29 10 d 32 10 18 13" in section(usual_page, "stuck")


def test_differences_quality_delivery_and_intake_show_their_figures(usual_page: str) -> None:
    assert "Not from the tariff 12 – +132.30 +44.10 +44.10 +44.10" in section(usual_page, "differences")
    assert "CDR late warn 183 61 61 61" in section(usual_page, "quality")
    assert "October 2026 all partners 311 3.4 h 21.7 h 3.2 d" in section(usual_page, "latency")
    assert "All 12 14,226 14,142 24 60 0" in section(usual_page, "ingest")


class Outside(HTMLParser):
    """Collects everything in a page that could make a browser ask for something else."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"src", "srcset", "data", "action", "poster"} or (
                name in {"href", "xlink:href"} and not (value or "").startswith("#")
            ):
                self.found.append(f"{tag} {name}={value}")
        if tag in {"link", "script", "iframe", "img", "object", "embed", "base"}:
            self.found.append(tag)


def test_nothing_in_the_page_points_outside(usual_page: str) -> None:
    outside = Outside()
    outside.feed(usual_page)
    assert outside.found == ["a href=quality.html"]
    assert not re.search(r"https?://|//\w+\.\w+|url\(|@import", usual_page)
    assert usual_page.count("<html") == 1
    assert len(usual_page) < 1_000_000


def test_a_file_without_cdrs_still_shows_its_intake(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb").add(
        "meta.ingest_accounting", [("nl-cpi", "locations", "p1", "page-0001.json", 214, 213, 1, 0, 0)]
    )
    page = render_report(file.finish())
    assert "Is there a month to close? Nothing to close yet" in section(page, "close")
    assert "nl-cpi locations 1 214 213 1 0 0" in section(page, "ingest")
    assert "No CDRs, so no bridge." in section(page, "flow")
    assert "Partners nl-cpi" in words(page)


def test_sessions_without_cdrs_have_their_rates(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_rates(file, ["nl-cpi"], first=OCTOBER)
    page = render_report(file.finish())
    assert "Nothing to close yet" in section(page, "close")
    assert "KPI rates October 2026" in section(page, "rates")


def test_intake_that_does_not_add_up_is_told_without_any_cdr(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    file.add("meta.ingest_accounting", [(None, None, "p1", "page-0001.json", 3, 1, 1, 0, 1)])
    page = render_report(file.finish())
    assert "No: the books do not add up" in section(page, "close")
    assert "unknown unidentified 1 3 1 1 0 1" in section(page, "ingest")


def test_an_empty_file_renders(tmp_path: Path) -> None:
    page = render_report(PublishedFile(tmp_path / "p.duckdb").finish())
    assert "Nothing has been received yet." in section(page, "ingest")
    assert "Partners none" in words(page)


def test_currencies_are_never_added(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "CHF")
    add_flow(file, OCTOBER, "de-aur", "EUR")
    page = render_report(file.finish())
    money = section(page, "money")
    # Two rows of their own, and no row over both.
    assert "de-aur EUR 1,230 16,508.69" in money
    assert "nl-cpi CHF 1,579 21,192.86" in money
    assert "37,701.55" not in words(page)
    assert "CHF 362.39 and EUR 510.02 at stake" in section(page, "close")


def test_a_currency_without_minor_unit_has_no_decimals(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "JPY")
    assert "nl-cpi JPY 1,579 21,193" in section(render_report(file.finish()), "money")


def test_one_partner_alone_needs_no_total(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    add_rates(file, ["nl-cpi"])
    page = render_report(file.finish())
    assert "All partners" not in section(page, "money")
    assert "All partners" not in section(page, "flow")


def test_missing_months_are_left_out_and_compared_with_nothing(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, date(2026, 6, 1), "nl-cpi", "EUR")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    add_rates(file, ["nl-cpi"], first=OCTOBER)
    page = render_report(file.finish())
    assert "Bridge of June 2026" in section(page, "flow")
    assert "July 2026" not in words(page)
    assert "to last month" not in section(page, "rates")


def test_a_running_month_waits_and_the_one_before_is_closed_first(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb", as_of=datetime(2026, 10, 31, 1, tzinfo=UTC))
    add_flow(file, SEPTEMBER, "nl-cpi", "EUR")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    page = render_report(file.finish())
    assert "Can September 2026 be closed?" in section(page, "close")
    assert "October 2026 still runs" in section(page, "money")


def test_a_month_with_nothing_open_can_be_closed(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb", as_of=datetime(2026, 11, 4, 1, tzinfo=UTC))
    steps = ("received", "billable", "difference")
    file.add(
        "settlement.fct_settlement_bridge",
        [(OCTOBER, "nl-cpi", "EUR", n, step, 0 if n == 2 else 5, Decimal(0)) for n, step in enumerate(steps)],
    )
    add_intake(file, ["nl-cpi"])
    page = render_report(file.finish())
    assert "Yes, ready to close" in section(page, "close")


@pytest.mark.parametrize("where", ["bridge", "intake"])
def test_books_that_do_not_add_up_come_before_everything_else(tmp_path: Path, where: str) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    if where == "bridge":
        file.add("settlement.fct_settlement_bridge", [(OCTOBER, "de-aur", "EUR", 9, "difference", 1, Decimal("0.01"))])
    add_intake(file, ["nl-cpi"], missing=3 if where == "intake" else 0)
    close = section(render_report(file.finish()), "close")
    assert "No: the books do not add up" in close
    expected = "does not lead to billable for de-aur" if where == "bridge" else "3 objects unaccounted for"
    assert expected in close


def test_rates_of_few_cases_are_not_judged(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    add_flow(file, OCTOBER, "nl-cpi", "EUR")
    few = ("nl-cpi", "K01", 12, 29, Decimal("0.413793"), Decimal("0.255"), Decimal("0.592"), False)
    enough = ("all", "K01", 12, 30, Decimal("0.4"), Decimal("0.246"), Decimal("0.577"), False)
    file.add("kpis.kpi_roaming_monthly", [(OCTOBER, *few), (OCTOBER, *enough)])
    page = render_report(file.finish())
    assert re.search(r'<td class="num few"[^>]*>41\.4', page)
    assert '<div class="headline bad">' in page


def test_names_from_partners_cannot_become_markup(tmp_path: Path) -> None:
    file = PublishedFile(tmp_path / "p.duckdb")
    file.add("meta.ingest_accounting", [("<script>alert(1)</script>", '"cdrs', "p", "f", 1, 1, 0, 0, 0)])
    page = render_report(file.finish())
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_missing_file_is_a_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run `roamledger run` first"):
        render_report(tmp_path / "absent.duckdb")


def test_a_file_that_lacks_a_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.duckdb"
    duckdb.connect(str(path)).close()
    with pytest.raises(UserError, match="lacks a table"):
        render_report(path)


def test_the_same_file_gives_the_same_page(usual_file: Path, usual_page: str) -> None:
    assert render_report(usual_file) == usual_page
