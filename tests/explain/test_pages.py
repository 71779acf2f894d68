"""Pages in every format: partner text stays text, nothing of the driver is on them, CDRs without a price say why."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from pipeline.explain.advice import ADVICE
from pipeline.explain.compose import compose
from pipeline.explain.html import render_html
from pipeline.explain.markdown import render_markdown
from pipeline.explain.numbers import amount
from pipeline.explain.page import Page
from pipeline.explain.records import Explanation
from pipeline.explain.terminal import render_terminal
from pipeline.settings import DBT_PROJECT_DIR
from tests.explain.conftest import Explain, page_text
from tests.explain.small_cdrs import cdr, component, element, period, tariff

RENDERERS = {"terminal": render_terminal, "markdown": render_markdown, "html": render_html}
HOSTILE = "C<script>alert(1)</script>|*b*\x1b[31m\u202e"
CDRS = [
    cdr(
        HOSTILE,
        [{**tariff(element(component(price=0.123456, vat=21), component("TIME", 3, 60))), "id": "<img src=x>`|"}],
        [period(ENERGY=7.77, TIME=1.65)],
    ),
    cdr("unpriced", [], [period(ENERGY=3)]),
    cdr("foreign", [{**tariff(element()), "currency": "SEK"}], [period(ENERGY=3)]),
    cdr("unknown", [tariff(element())], [{**period(ENERGY=3), "tariff_id": "T9"}]),
    cdr("original", [tariff(element())], [period(ENERGY=3)]),
    cdr("credit", [], [period(ENERGY=3)], credit=True, credit_reference_id="original", total_cost={"excl_vat": -1.4}),
    cdr("orphan", [], [period(ENERGY=3)], credit=True, credit_reference_id="nowhere", total_cost={"excl_vat": -1.5}),
]


@pytest.fixture(scope="module")
def explained(explain_all: Explain) -> dict[str, Explanation]:
    return explain_all(CDRS)


class Reader(HTMLParser):
    """The tags of a page, and everything that would be fetched from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_nothing_about_the_driver_is_on_a_page(
    explained: dict[str, Explanation], render: Callable[[Page], str]
) -> None:
    for explanation in explained.values():
        assert "SECRET" not in render(compose(explanation))


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_every_cost_line_is_on_the_page_as_exact_as_pricing_has_it(
    explained: dict[str, Explanation], render: Callable[[Page], str]
) -> None:
    for explanation in explained.values():
        text = render(compose(explanation))
        for line in explanation.lines:
            assert amount(line.cost_excl_vat) in text
            assert amount(line.cost_incl_vat) in text


def test_partner_text_is_escaped_in_html(explained: dict[str, Explanation]) -> None:
    html = render_html(compose(explained[HOSTILE]))
    reader = Reader()
    reader.feed(html)
    assert not reader.tags & {"script", "img", "link", "b"}
    assert reader.fetched == []
    assert "url(" not in html
    assert "@import" not in html
    assert "&lt;script&gt;" in html


def test_partner_text_is_escaped_in_markdown(explained: dict[str, Explanation]) -> None:
    text = render_markdown(compose(explained[HOSTILE]))
    assert "<" not in text
    assert r"&lt;script&gt;alert(1)&lt;/script&gt;\|\*b\*" in text
    assert r"&lt;IMG SRC=X&gt;\`\|" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) in (4, 5, 6, 9) for line in tables)


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_partner_text_cannot_steer_a_terminal_or_turn_the_writing(
    explained: dict[str, Explanation], render: Callable[[Page], str]
) -> None:
    text = render(compose(explained[HOSTILE]))
    assert not {"\x1b", "\u202e"} & set(text)


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("unpriced", ("Not priced: Tariff missing.", "Ask the CPO to embed the tariff")),
        ("foreign", ("Not priced: Currency differs.", "Ask the CPO which currency is right")),
        ("unknown", ("Not priced: Tariff of the period unknown.", "Here: T9.", "T9, which is not known")),
        ("credit", ("takes back what its original claimed", "It should claim EUR −1.50 and claims EUR −1.40.")),
        ("credit", ("Original NL*CPI*original", "Claimed EUR 1.50 without VAT", "this is number 1")),
        ("orphan", ("The original nowhere is not among the CDRs here.",)),
    ],
)
def test_a_cdr_without_a_price_says_why(
    explained: dict[str, Explanation], name: str, sentences: tuple[str, ...]
) -> None:
    text = page_text(explained[name])
    for sentence in sentences:
        assert sentence in text
    assert "Total, rounded" not in text


def test_there_is_advice_for_whatever_stands_in_the_way_of_a_price() -> None:
    with (DBT_PROJECT_DIR / "seeds" / "pricing_blockers.csv").open() as seed:
        assert {row["code"] for row in csv.DictReader(seed)} == set(ADVICE)


def test_findings_are_told_in_the_words_of_the_catalogue(explained: dict[str, Explanation]) -> None:
    assert (
        "Tariff of the period unknown (period 1): A period names a tariff that is not among the tariffs of the CDR."
        in page_text(explained["unknown"])
    )
