"""Report and quality page opened in a real browser: silent, whole, readable at a desk and on a telephone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from selenium import webdriver

WIDTHS = [1280, 390]


PAGES = ("report.html", "quality.html")


@pytest.fixture(scope="module")
def folder(usual_page: str, usual_quality_page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both pages side by side, as they are published."""
    folder = tmp_path_factory.mktemp("published")
    for name, page in zip(PAGES, (usual_page, usual_quality_page), strict=True):
        (folder / name).write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=PAGES)
def page_file(folder: Path, request: pytest.FixtureRequest) -> Path:
    return folder / request.param


def open_page(browser: webdriver.Chrome, file: Path, width: int, **media: str) -> None:
    """Open the page in a window of this width, after emptying the logs."""
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(file.as_uri())


def requested_urls(browser: webdriver.Chrome) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"
    ]


def test_the_page_asks_for_nothing_and_complains_of_nothing(browser: webdriver.Chrome, page_file: Path) -> None:
    open_page(browser, page_file, 1280)
    assert browser.get_log("browser") == []
    assert requested_urls(browser) == [page_file.as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_never_wider_than_the_window(browser: webdriver.Chrome, page_file: Path, width: int) -> None:
    open_page(browser, page_file, width)
    assert browser.execute_script("return window.innerWidth") == width
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_into_the_margin(browser: webdriver.Chrome, page_file: Path, width: int) -> None:
    open_page(browser, page_file, width)
    sticking_out = browser.execute_script("""
        const edge = document.querySelector('main').getBoundingClientRect().right + 1;
        return [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('.scroll, svg, .hidden') && e.getBoundingClientRect().right > edge)
            .map(e => e.outerHTML.slice(0, 80));
    """)
    assert sticking_out == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_answer_and_the_money_stand_on_the_first_screen(
    browser: webdriver.Chrome, folder: Path, width: int
) -> None:
    open_page(browser, folder / "report.html", width)
    for selector, text in ((".verdict", "Not yet: decisions are open"), (".statement .strong .num", "48,519.45")):
        place = browser.execute_script(
            "const e = document.querySelector(arguments[0]), r = e.getBoundingClientRect();"
            "return [e.innerText, r.top, r.bottom, r.right]",
            selector,
        )
        assert place[0] == text
        assert 0 <= place[1] < place[2] <= 800
        assert place[3] <= width


def test_words_are_readable_on_light_and_dark_ground(browser: webdriver.Chrome, page_file: Path) -> None:
    script = """
        const rgb = c => c.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const light = c => { const [r, g, b] = rgb(c).map(v => (v /= 255) <= 0.03928 ? v / 12.92
            : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const ground = light(getComputedStyle(document.body).backgroundColor);
        let worst = [21, ''];
        for (const e of document.querySelectorAll('main *, header *, nav *, footer *')) {
            const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
            if (!own || e.closest('.nil, svg') || !e.checkVisibility()) continue;
            const ink = light(getComputedStyle(e).color);
            const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
            if (contrast < worst[0]) worst = [contrast, e.className + ': ' + e.innerText];
        }
        return [ground, ...worst];
    """
    grounds = []
    for scheme in ("light", "dark"):
        open_page(browser, page_file, 1280, prefers_color_scheme=scheme)
        ground, contrast, where = browser.execute_script(script)
        grounds.append(ground)
        assert contrast >= 4.5, f"{scheme}: {where}"
    assert grounds[0] > 0.9 > 0.1 > grounds[1]


def test_tables_charts_and_sections_have_names(browser: webdriver.Chrome, page_file: Path) -> None:
    open_page(browser, page_file, 1280)
    nameless = browser.execute_script("""
        const bad = [];
        for (const s of document.querySelectorAll('svg'))
            if (s.getAttribute('aria-hidden') !== 'true' && !s.getAttribute('aria-label')) bad.push('svg');
        for (const s of document.querySelectorAll('section, article'))
            if (!document.getElementById(s.getAttribute('aria-labelledby'))) bad.push(s.id || 'article');
        for (const t of document.querySelectorAll('table')) {
            if (!t.querySelector('thead th[scope=col]')) bad.push('table without head');
            for (const r of t.querySelectorAll('tbody tr:not(.bars)'))
                if (!r.querySelector('th')) bad.push('row without head');
        }
        for (const a of document.querySelectorAll('a[href^="#"]'))
            if (!document.getElementById(a.getAttribute('href').slice(1))) bad.push(a.href);
        return bad;
    """)
    assert nameless == []


def test_each_page_leads_to_the_other_and_nowhere_else(browser: webdriver.Chrome, page_file: Path) -> None:
    open_page(browser, page_file, 1280)
    leads = (
        "return [...new Set([...document.querySelectorAll('a:not([href^=\"#\"])')].map(a => a.getAttribute('href')))]"
    )
    assert browser.execute_script(leads) == [name for name in PAGES if name != page_file.name]


def test_numbers_stand_right_aligned(browser: webdriver.Chrome, page_file: Path) -> None:
    open_page(browser, page_file, 1280)
    aligned = browser.execute_script(
        "return [...new Set([...document.querySelectorAll('td.num')].map(e => getComputedStyle(e).textAlign))]"
    )
    assert aligned == ["right"]
