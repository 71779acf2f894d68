"""From page to page: by Link where it can be trusted, by offset where it cannot, and never for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.ocpi.answer import Answer
from pipeline.ocpi.client import PullFault
from pipeline.ocpi.paging import Walk, filters, first_url, link_next
from pipeline.settings import Paths
from tests.ocpi.connecting import client_of, keys_in, partner_at
from tests.ocpi.server import Server, make

CDRS = "https://ocpi.example/2.2.1/cdrs"
FROM = datetime(2026, 10, 1, tzinfo=UTC)
WINDOW = filters(FROM, None)
FIRST = f"{CDRS}?date_from=2026-10-01T00:00:00Z&limit=10"


def page(url: str, ids: range, *, link: str | None = None, total: int | None = None, most: int | None = None) -> Answer:
    headers = {"link": f'<{link}>; rel="next"' if link is not None else None, "x-total-count": total, "x-limit": most}
    return Answer(
        url=url,
        http_status=200,
        headers={name: str(value) for name, value in headers.items() if value is not None},
        body=b"",
        sha256=f"{url}{ids}",
        object_keys=tuple(f"NL*CPI*{number}" for number in ids),
    )


def after(ids: range, asked: str = FIRST, limit: int = 10, **headers: Any) -> tuple[str | None, bool]:
    walk = Walk(CDRS, WINDOW, limit)
    return walk.next(asked, page(asked, ids, **headers)), walk.is_probe


def at(offset: int, limit: int = 10) -> str:
    return f"{CDRS}?date_from=2026-10-01T00:00:00Z&limit={limit}&offset={offset}"


def test_the_first_url_keeps_what_the_endpoint_asks_for_itself() -> None:
    found = first_url("https://ocpi.example/cdrs?tenant=7", date_from=FROM, date_to=None, limit=5)
    assert found == "https://ocpi.example/cdrs?tenant=7&date_from=2026-10-01T00:00:00Z&limit=5"


def test_a_window_is_never_written_narrower_than_asked_for() -> None:
    moment = datetime(2026, 10, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert filters(moment, moment) == {"date_from": "2026-10-01T12:00:00.123Z", "date_to": "2026-10-01T12:00:00.124Z"}


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"link": at(10), "total": 25}, at(10)),
        ({"link": at(10)}, at(10)),
        # A Link that lost the window or the limit.
        ({"link": f"{CDRS}?offset=10"}, f"{CDRS}?offset=10&date_from=2026-10-01T00:00:00Z&limit=10"),
        ({"link": f"{CDRS}?offset=10&limit=10&date_from=None"},
         f"{CDRS}?offset=10&limit=10&date_from=2026-10-01T00:00:00Z"),
        # The same moment in another form is left as the partner wrote it.
        ({"link": f"{CDRS}?date_from=2026-10-01T00:00:00.000%2B00:00&offset=10&limit=10"},
         f"{CDRS}?date_from=2026-10-01T00:00:00.000%2B00:00&offset=10&limit=10"),
        # A cursor is the partner's own business.
        ({"link": f"{CDRS}?cursor=abc&date_from=2026-10-01T00:00:00Z"},
         f"{CDRS}?cursor=abc&date_from=2026-10-01T00:00:00Z"),
        # By plain http from behind a proxy.
        ({"link": at(10).replace("https", "http")}, at(10)),
        # Relative.
        ({"link": "/2.2.1/cdrs?date_from=2026-10-01T00:00:00Z&limit=10&offset=10"}, at(10)),
        # No Link, though the count says that there is more.
        ({"total": 25}, at(10)),
        # The partner gives at most 4 a page, and says so.
        ({"total": 25, "most": 4}, at(10, 4)),
        # Links that are of no use: no URL, this page, the first page, before this page.
        ({"link": "next page", "total": 25}, at(10)),
        ({"link": "", "total": 25}, at(10)),
        ({"link": FIRST, "total": 25}, at(10)),
        ({"link": at(0), "total": 25}, at(10)),
        ({"link": "ftp://ocpi.example/cdrs?offset=10", "total": 25}, at(10)),
        # A Link that leaves out objects.
        ({"link": at(100), "total": 250}, at(10)),
        # The end.
        ({"total": 10}, None),
        ({"total": 7}, None),
        ({"total": 10, "link": FIRST}, None),
        ({"most": 20}, None),
    ],
)  # fmt: skip
def test_the_next_page(headers: dict[str, Any], wanted: str | None) -> None:
    assert after(range(10), **headers) == (wanted, False)


def test_without_any_word_on_it_one_more_page_is_looked_for() -> None:
    assert after(range(10)) == (at(10), True)
    assert after(range(7)) == (at(7), True)
    assert after(range(10), most=10) == (at(10), True)
    assert after(range(0)) == (None, False)


def test_a_foreign_link_is_kept_for_the_client_to_refuse() -> None:
    assert after(range(10), link="https://evil.example/?offset=10", total=25)[0] == (
        "https://evil.example/?offset=10&date_from=2026-10-01T00:00:00Z&limit=10"
    )


def test_a_link_to_an_earlier_page_is_not_followed() -> None:
    walk = Walk(CDRS, WINDOW, 10)
    assert walk.next(FIRST, page(FIRST, range(10), link=at(10), total=30)) == at(10)
    assert walk.next(at(10), page(at(10), range(10, 20), link=at(10), total=30)) == at(20)


def test_a_cursor_that_leads_in_a_circle_is_endless() -> None:
    walk, cursor = Walk(CDRS, {}, 10), f"{CDRS}?cursor=abc"
    assert walk.next(CDRS, page(CDRS, range(10), link=cursor)) == cursor
    with pytest.raises(PullFault) as raised:
        walk.next(cursor, page(cursor, range(10, 20), link=cursor))
    assert raised.value.kind == "endless"


def test_pages_far_beyond_the_count_are_endless() -> None:
    walk = Walk(CDRS, WINDOW, 10)

    def go_on(offset: int) -> None:
        answer = page(at(offset), range(offset, offset + 10), link=at(offset + 10), total=25)
        assert walk.next(at(offset), answer) == at(offset + 10)

    for offset in range(0, 100, 10):
        go_on(offset)
    with pytest.raises(PullFault) as raised:
        list(map(go_on, range(100, 1000, 10)))
    assert raised.value.kind == "endless"


def test_empty_pages_with_a_link_are_endless_but_not_behind_the_last_object() -> None:
    walk = Walk(CDRS, WINDOW, 10)
    assert walk.next(at(0), page(at(0), range(0), link=at(10), total=50)) == at(10)
    assert walk.next(at(10), page(at(10), range(0), link=at(20), total=50)) == at(20)
    with pytest.raises(PullFault) as raised:
        walk.next(at(20), page(at(20), range(0), link=at(30), total=50))
    assert raised.value.kind == "endless"
    assert after(range(0), asked=at(50), link=at(60), total=50) == (None, False)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ('<https://a.example/?b=1>; rel="next"', "https://a.example/?b=1"),
        ("<https://a.example/>; rel=next", "https://a.example/"),
        ('<https://a.example/1>; rel="first", <https://a.example/2>; rel="next"', "https://a.example/2"),
        ('<https://a.example/2>; title="x, y"; rel="last next"', "https://a.example/2"),
        ("<https://a.example/2>;REL=NEXT", "https://a.example/2"),
        ('<https://a.example/1>; rel="prev"', None),
        ('<https://a.example/1>; rel="nextpage"', None),
        ('https://a.example/2; rel="next"', ""),
        ("", None),
        (None, None),
    ],
)
def test_a_link_header_is_read(header: str | None, wanted: str | None) -> None:
    assert link_next(header) == wanted


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
@pytest.mark.parametrize("module", ["locations", "tariffs", "sessions", "cdrs", "tokens"])
def test_every_object_of_every_module_comes_once(
    version: str, module: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(versions=(version,), page_size=4) as server:
        server.put(module, *(make(module, number, version) for number in range(10)))
        with client_of(partner_at(server.versions_url, version), paths, monkeypatch, server.token) as client:
            pages = list(client.pages(module))
    # The key of a token has its type too.
    party = None if module == "tokens" else "" if version == "2.1.1" else "NL*CPI*"
    keys = keys_in(pages)
    assert len(keys) == len(set(keys)) == 10
    assert party is None or all(key.startswith(party) and key.count("*") == party.count("*") for key in keys)
    assert [page.object_count for page in pages] == [4, 4, 2]
    assert [page.next_url is None for page in pages] == [False, False, True]
    assert {(page.total_count, page.limit, page.ocpi_version, page.attempts) for page in pages} == {(10, 4, version, 1)}
    assert pages[-1].newest_last_updated == datetime(2026, 10, 1, 0, 9, tzinfo=UTC)


def test_the_next_request_is_sent_only_when_the_next_page_is_asked_for(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(page_size=2) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(6)))
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            pages = client.pages("cdrs")
            assert server.received("cdrs") == []
            first = next(pages)
            assert len(server.received("cdrs")) == 1
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            rest = list(client.pages("cdrs", resume_url=first.next_url))
    assert sorted([*first.object_keys, *keys_in(rest)]) == [f"NL*CPI*C00000{number}" for number in range(6)]


def test_the_window_goes_with_every_page_also_where_link_loses_it(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(page_size=2) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(20)))
        server.fail("link_bare", module="cdrs", times=None)
        start, end = (datetime(2026, 10, 1, 0, minute, tzinfo=UTC) for minute in (4, 9))
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            keys = keys_in(list(client.pages("cdrs", date_from=start, date_to=end)))
        assert keys == [f"NL*CPI*C00000{number}" for number in range(4, 9)]
        for request in server.received("cdrs"):
            assert request.query["date_from"] == "2026-10-01T00:04:00Z"
            assert request.query["date_to"] == "2026-10-01T00:09:00Z"


def test_lower_case_ids_give_the_same_keys(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        server.fail("lower_case_ids", times=None)
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            (found,) = client.pages("cdrs")
    assert found.object_keys == ("NL*CPI*C000001",)
    assert b'"c000001"' in found.body
