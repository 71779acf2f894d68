"""Which key goes to the partner and how it is written; and what else a request says."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.ocpi.client import Client, Exchange, PullFault
from pipeline.settings import Paths, UserError
from tests.ocpi.connecting import US, client_of, partner_at
from tests.ocpi.server import Server, make

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HUB = {"country_code": "NL", "party_id": "HUB"}


def partner_with(server: Server, *credentials: dict[str, Any], **more: Any) -> Any:
    return partner_at(server.versions_url, max(server.versions), credentials=list(credentials), **more)


def sent(server: Server) -> list[str]:
    return [request.headers["authorization"] for request in server.requests]


def written(token: str) -> str:
    return "Token " + base64.b64encode(token.encode()).decode()


@pytest.mark.parametrize(
    ("version", "encoding", "tries"),
    [("2.1.1", "raw", 1), ("2.1.1", "base64", 2), ("2.2.1", "base64", 1), ("2.2.1", "raw", 2), ("2.3.0", "raw", 2)],
)
def test_the_other_encoding_is_tried_on_401_and_the_one_that_works_remembered(
    version: str, encoding: str, tries: int, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanges: list[Exchange] = []
    with Server(versions=(version,), token_encoding=encoding) as server:
        partner = partner_at(server.versions_url, version)
        with client_of(partner, paths, monkeypatch, server.token, exchanges) as client:
            client.discover()
            list(client.pages("cdrs"))
        # The first request to be refused, and none after it.
        assert [exchange.http_status for exchange in exchanges] == [401] * (tries - 1) + [200, 200, 200]
        with client_of(partner, paths, monkeypatch, server.token) as client:
            list(client.pages("tariffs"))
            assert client.encodings == {"a": encoding}
        assert len(server.rejected) == tries - 1


@pytest.mark.parametrize("fixed", ["raw", "base64"])
def test_a_configured_encoding_is_the_only_one(fixed: str, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"raw": "base64", "base64": "raw"}[fixed]
    with (
        Server(token_encoding=other) as server,
        client_of(partner_at(server.versions_url, auth_encoding=fixed), paths, monkeypatch, server.token) as client,
    ):
        with pytest.raises(PullFault) as raised:
            client.discover()
        assert (raised.value.kind, raised.value.http_status) == ("unauthorised", 401)
        assert len(server.requests) == 1


def test_of_two_valid_keys_the_newest_is_used_and_the_other_one_on_401_which_is_told(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OLD_KEY", "server-secret-token")
    monkeypatch.setenv("NEW_KEY", "not-yet-known-token")
    exchanges: list[Exchange] = []
    with Server() as server:
        partner = partner_with(
            server,
            {"name": "new", "token_env": "NEW_KEY", "valid_from": "2026-10-01"},
            {"name": "old", "token_env": "OLD_KEY"},
        )
        with Client(partner, US, paths, now=lambda: NOW, on_exchange=exchanges.append) as client:
            client.discover()
        assert [(exchange.credential, exchange.http_status) for exchange in exchanges[:3]] == [
            ("new", 401), ("new", 401), ("old", 200),
        ]  # fmt: skip
        assert sent(server)[0] == written("not-yet-known-token")
    assert "nl-cpi refuses the key new; old is used instead" in caplog.text
    assert "token" not in caplog.text


@pytest.mark.parametrize(
    ("now", "used"),
    [
        (datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC), "old-key"),
        (datetime(2026, 5, 1, tzinfo=UTC), "new-key"),
        (datetime(2026, 5, 2, tzinfo=UTC), "new-key"),
    ],
)
def test_a_key_is_used_within_its_window_only(
    now: datetime, used: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_KEY", "old-key")
    monkeypatch.setenv("NEW_KEY", "new-key")
    with Server(token=used) as server:
        partner = partner_with(
            server,
            {"name": "old", "token_env": "OLD_KEY", "valid_to": "2026-05-02"},
            {"name": "new", "token_env": "NEW_KEY", "valid_from": "2026-05-01"},
        )
        with Client(partner, US, paths, now=lambda: now) as client:
            client.discover()
        assert set(sent(server)) == {written(used)}


@pytest.mark.parametrize("text", ["server-secret-token", "server-secret-token\n", "  server-secret-token \n\n"])
def test_a_key_is_read_from_a_file_below_the_data_directory(text: str, paths: Paths) -> None:
    (paths.data / "secrets").mkdir()
    (paths.data / "secrets" / "key").write_text(text)
    with (
        Server() as server,
        Client(partner_with(server, {"name": "a", "token_file": "secrets/key"}), US, paths) as client,
    ):
        assert client.discover().version == "2.2.1"


@pytest.mark.parametrize(
    ("credential", "said"),
    [
        ({"name": "a", "token_env": "NOT_SET"}, "the key a of nl-cpi is missing: set NOT_SET"),
        ({"name": "a", "token_env": "EMPTY"}, "the key a of nl-cpi is missing: set EMPTY"),
        ({"name": "a", "token_env": "TWO_WORDS"}, "TWO_WORDS holds no key"),
        ({"name": "a", "token_file": "nowhere"}, "nowhere does not exist"),
        ({"name": "a", "token_file": "empty"}, "holds no key"),
        ({"name": "a", "token_file": "umlaut"}, "holds no key"),
        (
            {"name": "a", "token_env": "GOOD", "valid_to": "2026-10-31"},
            "no credential of nl-cpi is valid at 2026-11-01",
        ),
        ({"name": "a", "token_env": "GOOD", "valid_from": "2026-11-02"}, "no credential of nl-cpi is valid"),
    ],
)
def test_a_key_that_is_not_at_hand_is_a_sentence_and_nothing_is_sent(
    credential: dict[str, Any], said: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"EMPTY": " ", "TWO_WORDS": "not-a key", "GOOD": "server-secret-token"}.items():
        monkeypatch.setenv(name, value)
    (paths.data / "empty").write_text("\n")
    (paths.data / "umlaut").write_text("schlüssel")
    with Server() as server:
        with (
            Client(partner_with(server, credential), US, paths, now=lambda: NOW) as client,
            pytest.raises(UserError) as raised,
        ):
            client.discover()
        assert said in str(raised.value)
        assert "not-a key" not in str(raised.value)
        assert server.requests == []


def test_a_key_that_another_process_renewed_meanwhile_is_read_again(paths: Paths) -> None:
    file = paths.data / "key"
    file.write_text("server-secret-token")
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        with Client(partner_with(server, {"name": "a", "token_file": "key"}), US, paths) as client:
            client.discover()
            server.token = "renewed-token"
            answered = server.answer

            def renew(*arguments: Any) -> Any:
                found = answered(*arguments)
                file.write_text("renewed-token")
                return found

            server.answer = renew  # ty: ignore[invalid-assignment]
            assert [page.object_count for page in client.pages("cdrs")] == [1]


ROUTING = {
    "ocpi-to-country-code": "NL", "ocpi-to-party-id": "CPI",
    "ocpi-from-country-code": "NL", "ocpi-from-party-id": "RLG",
}  # fmt: skip


@pytest.mark.parametrize(
    ("version", "more", "is_routed"),
    [
        ("2.2.1", {"hub": HUB}, True),
        ("2.3.0", {"hub": HUB}, True),
        ("2.1.1", {"hub": HUB}, False),
        ("2.2.1", {}, False),
        ("2.2.1", {"routing_headers": True}, True),
        ("2.2.1", {"hub": HUB, "routing_headers": False}, False),
    ],
)
def test_routing_headers_name_the_partner_and_us_and_only_for_modules_with_objects(
    version: str, more: dict[str, Any], is_routed: bool, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Server(versions=(version,)) as server,
        client_of(partner_at(server.versions_url, version, **more), paths, monkeypatch, server.token) as client,
    ):
        list(client.pages("cdrs"))
        for request in server.requests:
            told = {name: value for name, value in request.headers.items() if name.startswith("ocpi-")}
            assert told == (ROUTING if is_routed and request.part == "cdrs" else {})


def test_every_request_has_an_id_of_its_own_and_those_of_a_pull_share_another(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanges: list[Exchange] = []
    with Server(page_size=1) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(3)))
        server.fail("http_503", module="cdrs", at=1)
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token, exchanges) as client:
            list(client.pages("cdrs"))
            list(client.pages("tariffs"))
        headers = [request.headers for request in server.requests]
    assert [told["x-request-id"] for told in headers] == [exchange.request_id for exchange in exchanges]
    assert len({told["x-request-id"] for told in headers}) == len(headers) == 7
    by_module = {e.module: {x.correlation_id for x in exchanges if x.module == e.module} for e in exchanges}
    assert {module: len(ids) for module, ids in by_module.items()} == {"versions": 1, "cdrs": 1, "tariffs": 1}
    assert len(set().union(*by_module.values())) == 3
    assert [told["x-correlation-id"] for told in headers] == [exchange.correlation_id for exchange in exchanges]


def test_every_exchange_is_told_with_what_came_of_it(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges: list[Exchange] = []
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        server.fail("http_503", module="cdrs", at=0)
        server.fail("reset", module="cdrs", at=1)
        server.fail("ocpi_3000", module="cdrs", at=2)
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token, exchanges) as client:
            (page,) = client.pages("cdrs")
    told = [(e.attempt, e.http_status, e.ocpi_status, e.fault) for e in exchanges if e.module == "cdrs"]
    assert told == [
        (1, 503, None, "http_status"),
        (2, None, None, "connection"),
        (3, 200, 3000, "ocpi_status"),
        (4, 200, 1000, None),
    ]
    last = exchanges[-1]
    assert (last.partner, last.method, last.url, last.credential) == ("nl-cpi", "GET", page.url, "a")
    assert (last.sha256, last.size_bytes, page.attempts) == (page.sha256, len(page.body), 4)
    assert last.started_at.tzinfo is UTC
    assert last.duration_s > 0


def test_nothing_of_the_environment_changes_what_is_sent(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A password of .netrc would replace the key, and a proxy would see it."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert "no_proxy" not in os.environ
    with Server() as server, client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
        client.discover()
        assert set(sent(server)) == {written(server.token)}


def test_requests_keep_the_pace(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setenv("CPI_OCPI_TOKEN", "server-secret-token")
    with Server(page_size=1) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(4)))
        with Client(partner_at(server.versions_url, requests_per_s=0.01), US, paths, sleep=waits.append) as client:
            list(client.pages("cdrs"))
        assert len(server.requests) == 6
    # The first request waits for nobody; the sleep is not a real one, so each wait is a hundred seconds longer.
    assert [round(wait, -2) for wait in waits] == [100, 200, 300, 400, 500]
    assert timedelta(seconds=waits[0]) <= timedelta(seconds=100)
