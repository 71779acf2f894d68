"""What is sent again and after how long, what is not, and what a fault keeps."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.ocpi.answer import Answer, read_page
from pipeline.ocpi.client import Client, PullFault
from pipeline.ocpi.retry import MAX_ATTEMPTS, MAX_RETRY_AFTER_S, retry_after, wait_before
from pipeline.settings import Paths
from tests.ocpi.connecting import US, client_of, partner_at
from tests.ocpi.server import FATAL, TRANSIENT, Server, make

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
# Followed or known only after more than one answer.
OF_ONE_ANSWER = [kind for kind in FATAL if kind.startswith(("http_", "ocpi_", "no"))]


@pytest.mark.parametrize("kind", TRANSIENT)
def test_what_may_pass_is_sent_again(kind: str, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        server.fail(kind, module="cdrs", times=2)
        partner = partner_at(server.versions_url, timeout_s=0.2)
        with client_of(partner, paths, monkeypatch, server.token) as client:
            (page,) = client.pages("cdrs")
    assert (page.object_keys, page.attempts) == (("NL*CPI*C000001",), 3)


@pytest.mark.parametrize("kind", OF_ONE_ANSWER)
def test_what_will_not_pass_is_not_sent_again(kind: str, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.fail(kind, module="cdrs", times=None)
        with (
            client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client,
            pytest.raises(PullFault) as raised,
        ):
            list(client.pages("cdrs"))
        # A refused key is tried in its other form.
        assert len(server.received("cdrs")) == (2 if kind == "http_401" else 1)
    fault = raised.value
    assert not fault.may_pass
    assert fault.url.startswith(server.url("cdrs"))
    assert fault.http_status == (int(kind[5:]) if kind.startswith("http_") else 200)
    assert fault.ocpi_status == (int(kind[5:]) if kind.startswith("ocpi_") else None)
    assert json.loads(fault.body)


def test_after_the_last_attempt_the_fault_keeps_what_came(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setenv("CPI_OCPI_TOKEN", "server-secret-token")
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        server.fail("truncated_json", module="cdrs", times=None)
        with (
            Client(partner_at(server.versions_url), US, paths, sleep=waits.append, random=random.Random(1)) as client,
            pytest.raises(PullFault) as raised,
        ):
            list(client.pages("cdrs"))
        assert len(server.received("cdrs")) == MAX_ATTEMPTS
    assert raised.value.kind == "not_json"
    assert raised.value.body.startswith(b'{"data":[{')
    assert [0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(waits)] == [True] * (MAX_ATTEMPTS - 1)


def test_half_a_body_is_kept_too(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(10)))
        server.fail("truncated", module="cdrs", times=None)
        with (
            client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client,
            pytest.raises(PullFault) as raised,
        ):
            list(client.pages("cdrs"))
    assert raised.value.kind == "truncated"
    assert raised.value.body.startswith(b'{"data":[{')


def test_pages_before_a_fault_are_given(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(page_size=2) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(6)))
        server.fail("http_500", module="cdrs", at=1, times=None)
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            pages = client.pages("cdrs")
            assert next(pages).object_count == 2
            with pytest.raises(PullFault):
                next(pages)


@pytest.mark.parametrize(("kind", "value", "least"), [("too_many", 30, 30), ("too_many_date", 30, 28)])
def test_the_partner_says_how_long_to_wait(
    kind: str, value: float, least: float, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setenv("CPI_OCPI_TOKEN", "server-secret-token")
    with Server() as server:
        server.fail(kind, module="cdrs", value=value)
        with Client(partner_at(server.versions_url), US, paths, sleep=waits.append) as client:
            list(client.pages("cdrs"))
    assert len(waits) == 1
    assert least <= waits[0] <= 30


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Sun, 01 Nov 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, NOW) == seconds


def test_waits_grow_are_spread_and_have_an_end() -> None:
    drawn = [[wait_before(attempt, None, random.Random(seed)) for seed in range(50)] for attempt in range(1, 12)]
    assert all(len(set(waits)) > 40 for waits in drawn)
    assert [max(waits) <= min(60, 2**n) for n, waits in enumerate(drawn)] == [True] * 11
    assert [min(waits) >= min(60, 2**n) / 2 for n, waits in enumerate(drawn)] == [True] * 11
    assert wait_before(1, 86400, random.Random(1)) == MAX_RETRY_AFTER_S


def test_a_trickle_ends_although_each_byte_comes_in_time(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(10)))
        server.fail("trickle", module="cdrs", times=None)
        partner = partner_at(server.versions_url, timeout_s=0.1)
        monkeypatch.setenv("CPI_OCPI_TOKEN", server.token)
        with Client(partner, US, paths, max_attempts=1) as client, pytest.raises(PullFault) as raised:
            list(client.pages("cdrs"))
    assert raised.value.kind == "timeout"
    assert raised.value.message == "the body was not complete after 1 s"


# --- bodies ---


def received(body: bytes, content_type: str = "application/json") -> Answer:
    return Answer("https://ocpi.example/cdrs", 200, {"content-type": content_type}, body, "")


def ocpi(data: Any, **more: Any) -> bytes:
    return json.dumps({"data": data, "status_code": 1000, "timestamp": "2026-11-01T00:00:00Z"} | more).encode()


CDR = {"country_code": "nl", "party_id": "cpi", "id": "c1", "last_updated": "2026-10-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (ocpi([CDR]), ("NL*CPI*C1",)),
        (ocpi([]), ()),
        # One object where a list belongs, and a list without envelope.
        (ocpi(CDR), ("NL*CPI*C1",)),
        (json.dumps([CDR]).encode(), ("NL*CPI*C1",)),
        (b"\xef\xbb\xbf" + ocpi([CDR]), ("NL*CPI*C1",)),
        # Entries that are no object, or have odd fields, are for the load to judge.
        (ocpi([CDR, None, "x", 5]), ("NL*CPI*C1", "", "", "")),
        (ocpi([CDR | {"id": 17}]), ("NL*CPI*17",)),
        (ocpi([CDR | {"id": {"odd": 1}, "country_code": ["NL"]}]), ("",)),
        (ocpi([{"uid": "u1"}]), ("U1",)),
        (ocpi([{"id": "c1"}]), ("C1",)),
        (ocpi([{"id": None}, {}]), ("", "")),
        (ocpi([CDR], status_code="1000"), ("NL*CPI*C1",)),
        (ocpi([CDR], status_code=1999, status_message=None), ("NL*CPI*C1",)),
        (ocpi([CDR | {"last_updated": "never", "location": {"id": "other"}}]), ("NL*CPI*C1",)),
    ],
)
def test_a_body_that_holds_objects_is_a_page(body: bytes, keys: tuple[str, ...]) -> None:
    for content_type in ("application/json", "text/plain", "text/html; charset=utf-8", ""):
        assert read_page(received(body, content_type)).object_keys == keys


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"", "application/json", "not_json"),
        (b"  \n", "application/json", "not_json"),
        (b"\xef\xbb\xbf", "application/json", "not_json"),
        (b"<html>login</html>", "text/html", "content_type"),
        (b"<html>login</html>", "application/json", "not_json"),
        (ocpi([CDR])[:-1], "application/json", "not_json"),
        (ocpi([CDR]) + b"x", "application/json", "not_json"),
        (ocpi([CDR | {"note": "x"}]).replace(b'"x"', b'"\xff"'), "application/json", "not_json"),
        (b"17", "application/json", "not_ocpi"),
        (b'{"error": "no"}', "application/json", "not_ocpi"),
        (ocpi(None), "application/json", "not_ocpi"),
        (b'{"status_code": 1000}', "application/json", "not_ocpi"),
        (ocpi("x"), "application/json", "not_ocpi"),
        (ocpi([CDR], status_code=True), "application/json", "not_ocpi"),
        (ocpi([CDR], status_code=2001), "application/json", "ocpi_status"),
        (ocpi([CDR], status_code=3000, status_message="no"), "application/json", "ocpi_status"),
        (b'{"status_code": 4003}', "application/json", "ocpi_status"),
        (ocpi([CDR], status_code=200), "application/json", "ocpi_status"),
    ],
)
def test_a_body_that_holds_none_is_a_fault_that_keeps_it(body: bytes, content_type: str, kind: str) -> None:
    with pytest.raises(PullFault) as raised:
        read_page(received(body, content_type))
    assert (raised.value.kind, raised.value.body) == (kind, body)


@pytest.mark.parametrize(
    ("stamps", "newest"),
    [
        (["2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z"], datetime(2026, 10, 2, tzinfo=UTC)),
        (["2026-10-01T00:00:00", "2026-10-01T00:00:00.5Z"], datetime(2026, 10, 1, 0, 0, 0, 500000, tzinfo=UTC)),
        (["2026-10-01T00:00:00+02:00", "2026-09-30T21:00:00Z"], datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (["2026-99-01T00:00:00Z", "2026-10-01T00:00:00Z"], datetime(2026, 10, 1, tzinfo=UTC)),
        (["never", None], None),
        ([], None),
    ],
)
def test_the_newest_change_on_a_page(stamps: list[str | None], newest: datetime | None) -> None:
    page = read_page(received(ocpi([CDR | {"last_updated": stamp} for stamp in stamps])))
    assert page.newest_last_updated == newest


def test_a_body_that_unpacks_without_end_is_given_up(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ocpi.wire.MAX_BODY_BYTES", 5000)
    with Server(page_size=50) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(50)))
        server.fail("gzip", module="cdrs", times=None)
        with (
            client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client,
            pytest.raises(PullFault, match="larger than 5000 bytes") as raised,
        ):
            list(client.pages("cdrs"))
    assert raised.value.kind == "endless"
