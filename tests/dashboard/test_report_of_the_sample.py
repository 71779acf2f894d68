"""The report of the sample's night: what the page says is what the published tables hold."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from selenium import webdriver

from tests.conftest import SampleNight
from tests.dashboard.test_report import section
from tests.dashboard.test_report_in_browser import WIDTHS, open_page


@pytest.fixture(scope="module")
def page(sample_night: SampleNight) -> str:
    return (sample_night.paths.published / "report.html").read_text(encoding="utf-8")


def ask(night: SampleNight, sql: str) -> tuple[object, ...]:
    with duckdb.connect(str(night.paths.published_file), read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row


def test_the_first_screen_shows_what_the_tables_hold(page: str, sample_night: SampleNight) -> None:
    held, claimed = ask(
        sample_night,
        """
        select
            (select count(*) from verdicts.fct_cdr_verdicts where verdict = 'held' and billing_month = '2026-10-01'),
            (
                select claimed_excl_vat from kpis.kpi_money_monthly
                where kpi_month = '2026-10-01' and partner = 'all' and currency = 'EUR'
            )
        """,
    )
    close = section(page, "close")
    assert isinstance(claimed, Decimal)
    assert "Can October 2026 be closed? Not yet: decisions are open" in close
    assert f"{held} CDRs held" in close
    assert f"Claimed by partners {claimed.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}" in close
    assert "The bridge adds up" in close
    assert "The intake adds up" in close


def test_the_causes_explain_the_whole_difference(page: str) -> None:
    assert "Explained by no cause" not in page


def test_every_code_and_kpi_has_its_title(page: str, sample_night: SampleNight) -> None:
    (without_title,) = ask(
        sample_night,
        "select count(*) from kpis.kpi_quality_monthly where rule_code not in (select code from seeds.codes)",
    )
    assert without_title == 0
    assert "Total does not follow from the tariff" in section(page, "stuck")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_the_sample_fits_its_window(
    browser: webdriver.Chrome, sample_night: SampleNight, width: int
) -> None:
    open_page(browser, sample_night.paths.published / "report.html", width)
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
