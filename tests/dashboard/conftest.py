"""Published files and a browser for the tests of the report."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from pipeline.dashboard.quality_page import render_quality_page
from pipeline.dashboard.report import render_report
from tests.dashboard.published_file import a_usual_month

BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def usual_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_usual_month(tmp_path_factory.mktemp("published") / "roamledger.duckdb")


@pytest.fixture(scope="session")
def usual_page(usual_file: Path) -> str:
    return render_report(usual_file)


@pytest.fixture(scope="session")
def usual_quality_page(usual_file: Path) -> str:
    return render_quality_page(usual_file)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("No browser here: install Debian's chromium and chromium-driver to open the report in one.")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*BROWSER_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    try:
        # Leaves the browser's own start page, whose requests are not ours.
        chrome.get("about:blank")
        yield chrome
    finally:
        chrome.quit()
