"""Pulls from an OCPI server that nobody of this project wrote (extrawest-ocpi), over HTTP, with all its ways."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.ocpi.client import Client, Exchange, PullFault
from pipeline.ocpi.rotation import Rotating
from pipeline.settings import PROJECT_ROOT, SAMPLE_DIR, Paths
from tests.ocpi.connecting import KEY_VARIABLE, US, client_of, keys_in, partner_at
from tests.ocpi.server import Fault, Server
from tests.ocpi.server.answers import Answer
from tests.ocpi.server.sending import Listener

APP = Path(__file__).parent / "third_party" / "app.py"
MODULES = ("locations", "tariffs", "sessions", "cdrs")
TOKEN = "third-party-key-1"
# Its versions endpoint takes what is no base64 of a text for a raw key.
RAW_TOKEN = "abcdefgh/+/+ijkl"
LARGEST_PAGE = 10


@dataclass
class ThirdParty:
    """The running server; `change` what it holds by writing its state."""

    port: int
    state_file: Path

    @property
    def versions_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ocpi/versions"

    @property
    def state(self) -> dict[str, Any]:
        return json.loads(self.state_file.read_bytes())

    def change(self, **changes: Any) -> None:
        beside = self.state_file.with_suffix(".next")
        beside.write_text(json.dumps(self.state | changes))
        beside.replace(self.state_file)

    def put(self, module: str, objects: list[dict[str, Any]]) -> None:
        self.change(objects=self.state["objects"] | {module: objects})

    def ids(self, module: str) -> list[str]:
        return [f"{o['country_code']}*{o['party_id']}*{o['id']}".upper() for o in self.state["objects"][module]]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment of the server's own: it needs another pydantic than we do."""
    uv = shutil.which("uv") or str(PROJECT_ROOT / ".uv" / "bin" / "uv")
    if not Path(uv).exists():
        pytest.skip("uv is not at hand to fetch a third party's OCPI server")
    folder = tmp_path_factory.mktemp("ocpi-server") / "venv"
    python = folder / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    locked = PROJECT_ROOT / "requirements" / "ocpi-server.txt"
    fetched = subprocess.run(
        [uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", locked],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode:
        pytest.skip(f"a third party's OCPI server could not be fetched: {fetched.stderr.strip()}")
    return python


@pytest.fixture(scope="session", params=[True, False], ids=["slash", "no-slash"])
def running(
    environment: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[ThirdParty]:
    """The server, which names its endpoints with the slash that it wants, or without: then it redirects (307)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    state = tmp_path_factory.mktemp("ocpi-state") / "state.json"
    state.write_text("{}")
    settings = {"OCPI_HOST": f"127.0.0.1:{port}", "PROTOCOL": "http", "TRAILING_SLASH": str(request.param)}
    process = subprocess.Popen(
        [environment, APP, state, str(port)],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield ThirdParty(port, state)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def server(running: ThirdParty) -> ThirdParty:
    running.state_file.write_text(json.dumps({"tokens": [TOKEN], "largest_page": LARGEST_PAGE, "objects": _objects()}))
    return running


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def client(
    server: ThirdParty, paths: Paths, monkeypatch: pytest.MonkeyPatch, exchanges: list[Exchange]
) -> Iterator[Client]:
    with client_of(partner_at(server.versions_url), paths, monkeypatch, TOKEN, exchanges) as client:
        yield client


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the third party's server ended"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ocpi/docs", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the third party's server does not answer")


def _objects() -> dict[str, list[dict[str, Any]]]:
    """25 of each module out of the sample's pulls; the library takes no null where a list belongs."""
    found: dict[str, list[dict[str, Any]]] = {}
    folder = SAMPLE_DIR / "pulls" / "2026-10-30" / "nl-efl" / "2.2.1"
    for module in MODULES:
        page = json.loads(gzip.decompress((folder / module / "page-0001.json.gz").read_bytes()))
        found[module] = [_without_nulls(item) for item in page["data"][:25]]
    return found


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def test_it_is_discovered_and_the_newest_common_version_chosen(client: Client, server: ThirdParty) -> None:
    found = client.discover()
    assert (found.version, found.offered_versions) == ("2.2.1", ["2.1.1", "2.2.1"])
    assert set(found.endpoints) == set(MODULES)
    assert found.credentials_url


@pytest.mark.parametrize("module", MODULES)
def test_every_object_comes_once_though_its_link_leads_nowhere(
    client: Client, server: ThirdParty, module: str, exchanges: list[Exchange]
) -> None:
    """Its Link is `https://.../VersionNumber.v_2_2_1/ModuleID.cdrs/?date_from=None&...`, on a server of plain http."""
    pages = list(client.pages(module))
    assert sorted(keys_in(pages)) == sorted(server.ids(module))
    assert [page.total_count for page in pages] == [25, 25, 25]
    assert {page.limit for page in pages} == {LARGEST_PAGE}
    assert [exchange.fault for exchange in exchanges if exchange.fault not in (None, "http_status")] == []


def test_ids_that_it_wrote_in_lower_case_are_the_same_ids(client: Client, server: ThirdParty) -> None:
    (page, *_) = client.pages("cdrs")
    sent = json.loads(page.body)["data"][0]
    assert sent["country_code"] == sent["country_code"].lower()
    assert page.object_keys[0] == f"{sent['country_code']}*{sent['party_id']}*{sent['id']}".upper()


def test_dates_bound_what_comes(client: Client, server: ThirdParty) -> None:
    stamps = sorted(item["last_updated"] for item in server.state["objects"]["cdrs"])
    start, end = (datetime.fromisoformat(stamps[at]).astimezone(UTC) for at in (5, 20))
    found = keys_in(list(client.pages("cdrs", date_from=start, date_to=end)))
    wanted = [stamp for stamp in stamps if stamps[5] <= stamp < stamps[20]]
    assert len(found) == len(set(found)) == len(wanted)


def test_an_object_that_it_cannot_write_is_an_ocpi_error_in_http_200(client: Client, server: ThirdParty) -> None:
    *good, newest = sorted(server.state["objects"]["cdrs"], key=lambda item: item["last_updated"])
    server.put("cdrs", [*good, newest | {"tariffs": None}])
    pages = client.pages("cdrs")
    assert next(pages).object_count == LARGEST_PAGE
    with pytest.raises(PullFault) as raised:
        list(pages)
    assert (raised.value.kind, raised.value.http_status, raised.value.ocpi_status) == ("ocpi_status", 200, 3000)


def test_after_a_fault_the_pull_goes_on_where_it_stopped(client: Client, server: ThirdParty) -> None:
    good = server.state["objects"]["cdrs"]
    pages = client.pages("cdrs")
    first = next(pages)
    server.put("cdrs", [item | {"tariffs": None} for item in good])
    with pytest.raises(PullFault):
        next(pages)
    server.put("cdrs", good)
    rest = list(client.pages("cdrs", resume_url=first.next_url))
    assert sorted([*first.object_keys, *keys_in(rest)]) == sorted(server.ids("cdrs"))


@pytest.mark.parametrize("token", [TOKEN, RAW_TOKEN])
def test_an_older_version_takes_the_key_as_it_is(
    token: str, server: ThirdParty, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its versions are asked for with base64 all the same, and it answers a raw key there with OCPI 3000."""
    server.change(tokens=[token], objects={"cdrs": []})
    with client_of(partner_at(server.versions_url, "2.1.1"), paths, monkeypatch, token) as client:
        for _ in range(2):
            found = client.discover(again=True)
            assert (found.version, set(found.endpoints)) == ("2.1.1", set(MODULES))
        assert [page.object_count for page in client.pages("cdrs")] == [0]


def test_the_older_of_two_keys_is_used_while_it_does_not_know_the_newer(
    server: ThirdParty, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses with HTTP 403."""
    monkeypatch.setenv("NEWER_TOKEN", "not-known-yet")
    credentials = [
        {"name": "older", "token_env": KEY_VARIABLE},
        {"name": "newer", "token_env": "NEWER_TOKEN", "valid_from": "2026-01-01"},
    ]
    partner = partner_at(server.versions_url, credentials=credentials)
    with client_of(partner, paths, monkeypatch, TOKEN) as client:
        assert len(keys_in(list(client.pages("cdrs")))) == 25


def test_a_key_that_it_does_not_know_is_refused(
    server: ThirdParty, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        client_of(partner_at(server.versions_url), paths, monkeypatch, "another-key") as client,
        pytest.raises(PullFault) as raised,
    ):
        list(client.pages("cdrs"))
    assert raised.value.kind == "unauthorised"
    assert "another-key" not in str(raised.value)


class OurSide(Server):
    """Our own OCPI address: it takes the key that a rotation has just made for the partner."""

    key_file = Path()

    def answer(
        self, listener: Listener, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> tuple[Answer, Fault | None]:
        if self.key_file.exists():
            self.token = self.key_file.read_text().strip()
        return super().answer(listener, method, path, query, headers, body)


def test_a_key_is_renewed_while_it_asks_back_at_our_address(server: ThirdParty, paths: Paths) -> None:
    file = paths.data / "secrets" / "key"
    file.parent.mkdir()
    file.write_text(TOKEN)
    ours = OurSide(role="EMSP", token_encoding="either")
    ours.key_file = file.with_name("key.of-partner.next")
    with ours:
        credentials = [{"name": "a", "token_file": "secrets/key"}]
        partner = partner_at(server.versions_url, credentials=credentials, our_versions_url=ours.versions_url)
        with Client(partner, US, paths) as client:
            done = Rotating(client, [US], paths, now=datetime.now(UTC)).run()
        assert done.is_tried
        assert [request.part for request in ours.requests] == ["versions", "details"]
    assert [file.read_text().strip()] == server.state["tokens"] == [f"{TOKEN}-next"]
    with Client(partner, US, paths) as client:
        assert len(keys_in(list(client.pages("cdrs")))) == 25
