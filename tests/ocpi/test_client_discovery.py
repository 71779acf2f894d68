"""What a partner offers: versions, endpoints, and what is remembered of them between runs."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.ocpi.answer import Answer, read_answer
from pipeline.ocpi.client import Client, PullFault
from pipeline.ocpi.discovery import Discovery, discover
from pipeline.settings import Paths
from tests.ocpi.connecting import US, client_of, partner_at
from tests.ocpi.server import Server, make

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://ocpi.example/versions"


def found_in(answers: dict[str, object], wanted: str = "2.2.1") -> Discovery:
    def get(url: str, module: str) -> Answer:
        body = json.dumps({"data": answers[url], "status_code": 1000, "timestamp": "2026-11-01T00:00:00Z"}).encode()
        return read_answer(Answer(url, 200, {}, body, ""))

    return discover(get, "nl-cpi", URL, wanted, NOW)


def endpoint(module: str, role: str | None = None, url: str | None = None) -> dict[str, str]:
    told = {"identifier": module, "url": url or f"https://ocpi.example/{(role or 'x').lower()}/{module}"}
    return told | ({"role": role} if role else {})


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_every_version_is_discovered_with_the_senders_of_its_modules(
    version: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Server(versions=("2.1.1", "2.2.1", "2.3.0"), token_encoding="either") as server,
        client_of(partner_at(server.versions_url, version), paths, monkeypatch, server.token) as client,
    ):
        found = client.discover()
        assert found.version == version
        assert found.endpoints["cdrs"] == server.url("cdrs", version)
        assert found.credentials_url == server.url("credentials", version)


@pytest.mark.parametrize(
    ("offered", "wanted", "chosen"),
    [
        (["2.1.1", "2.2.1", "2.3.0"], "2.2.1", "2.2.1"),
        (["2.1.1", "2.2.1"], "2.3.0", "2.2.1"),
        (["2.0", "2.1.1"], "2.2.1", "2.1.1"),
        (["2.1.1", "2.2"], "2.2.1", "2.2.1"),
        (["2.3", "3.0"], "2.2.1", "2.3.0"),
    ],
)
def test_the_configured_version_is_taken_else_the_newest_that_both_know(
    offered: list[str], wanted: str, chosen: str
) -> None:
    versions = [{"version": name, "url": f"https://ocpi.example/{name}"} for name in offered]
    details = {f"https://ocpi.example/{name}": {"version": name, "endpoints": []} for name in offered}
    found = found_in({URL: versions, **details}, wanted)
    assert (found.version, found.wanted_version, found.offered_versions) == (chosen, wanted, offered)


def test_no_common_version_is_a_fault_that_names_what_is_offered() -> None:
    with pytest.raises(PullFault, match=r"offers OCPI 2\.0; we speak 2\.1\.1, 2\.2\.1, 2\.3\.0") as raised:
        found_in({URL: [{"version": "2.0", "url": "https://ocpi.example/2.0"}]})
    assert raised.value.kind == "no_endpoint"


@pytest.mark.parametrize("data", [[], [{"version": 2}], "2.2.1", None, {}])
def test_versions_that_cannot_be_read_are_a_fault(data: object) -> None:
    with pytest.raises(PullFault) as raised:
        found_in({URL: data})
    assert raised.value.kind == "not_ocpi"


def test_a_versions_url_that_gives_the_details_themselves_is_read_as_such() -> None:
    found = found_in({URL: {"version": "2.2.1", "endpoints": [endpoint("cdrs", "SENDER")]}})
    assert found.endpoints == {"cdrs": "https://ocpi.example/sender/cdrs"}


@pytest.mark.parametrize("roles", [("SENDER", "RECEIVER"), ("RECEIVER", "SENDER"), ("sender",), (None, "SENDER")])
def test_objects_are_pulled_from_the_sender_in_whatever_order_roles_come(roles: tuple[str | None, ...]) -> None:
    details = {"version": "2.2.1", "endpoints": [endpoint("cdrs", role) for role in roles]}
    assert found_in({URL: details}).endpoints == {"cdrs": "https://ocpi.example/sender/cdrs"}


def test_an_endpoint_without_role_is_taken_where_there_is_no_better_one_and_a_receiver_never() -> None:
    details = {"version": "2.2.1", "endpoints": [endpoint("cdrs"), endpoint("tokens", "RECEIVER")]}
    assert found_in({URL: details}).endpoints == {"cdrs": "https://ocpi.example/x/cdrs"}


def test_relative_urls_and_plain_http_behind_a_proxy_are_mended() -> None:
    details = {
        "version": "2.2.1",
        "endpoints": [
            endpoint("cdrs", "SENDER", "/ocpi/cdrs"),
            endpoint("tariffs", "SENDER", "http://ocpi.example:80/t"),
        ],
    }
    assert found_in({URL: details}).endpoints == {
        "cdrs": "https://ocpi.example/ocpi/cdrs",
        "tariffs": "https://ocpi.example/t",
    }


def test_what_was_found_is_remembered_for_a_day_and_holds_no_key(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [NOW]
    with Server() as server:
        monkeypatch.setenv("CPI_OCPI_TOKEN", server.token)
        for asked, now in ((1, NOW), (1, NOW + timedelta(hours=23)), (2, NOW + timedelta(hours=25))):
            clock[0] = now
            with Client(partner_at(server.versions_url), US, paths, now=lambda: clock[0]) as client:
                client.discover()
                client.discover()
            assert len(server.received("versions")) == asked
        file = paths.connections / "nl-cpi.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert server.token not in file.read_text()
        assert json.loads(file.read_text())["encodings"] == {"a": "base64"}


@pytest.mark.parametrize("damaged", ["", "{", '{"discovery": {"version": 1}}'])
def test_a_damaged_memory_is_asked_for_again(damaged: str, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    paths.connections.mkdir()
    (paths.connections / "nl-cpi.json").write_text(damaged)
    with Server() as server, client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
        assert client.discover().version == "2.2.1"


def test_a_module_that_moved_is_looked_for_again(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            client.discover()
        file = paths.connections / "nl-cpi.json"
        file.write_text(file.read_text().replace("/2.2.1/cdrs", "/2.2.1/old-cdrs"))
        with client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client:
            assert [page.object_count for page in client.pages("cdrs")] == [1]
        assert len(server.received("versions")) == 2


def test_a_module_that_is_not_offered_is_a_fault_that_says_what_is(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Server(modules=("cdrs", "tariffs")) as server,
        client_of(partner_at(server.versions_url), paths, monkeypatch, server.token) as client,
        pytest.raises(PullFault, match="has no sessions to pull from; it offers: cdrs, tariffs") as raised,
    ):
        next(client.pages("sessions"))
    assert raised.value.kind == "no_endpoint"
