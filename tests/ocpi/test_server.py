"""The fault-injecting server itself: right when nothing is wrong, and wrong in the way that was asked for."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import PROJECT_ROOT
from tests.ocpi.server import KINDS, Authority, Server, Store, make
from tests.ocpi.server.store import MODULES

# The answer to the second of three pages is the same, for a client that follows redirects and unpacks.
SEEN_ELSEWHERE = [kind for kind in KINDS if kind.startswith("redirect")] + ["gzip", "chunked", "endless"]


def ask(server: Server, url: str, context: ssl.SSLContext | None = None, **options: Any) -> tuple[Any, dict[str, str]]:
    encoded = base64.b64encode(server.token.encode()).decode()
    sent = server.token if server.token_encoding == "raw" else encoded
    request = urllib.request.Request(url, headers={"Authorization": f"Token {sent}"}, **options)
    with urllib.request.urlopen(request, timeout=5, context=context) as answer:
        return json.loads(answer.read()), {name.lower(): value for name, value in answer.headers.items()}


def crawl(server: Server, url: str) -> list[str]:
    found: list[str] = []
    next_url: str | None = url
    while next_url:
        answer, headers = ask(server, next_url)
        found += [item.get("id") or item["uid"] for item in answer["data"]]
        next_url = headers["link"].split(">")[0].removeprefix("<") if "link" in headers else None
    return found


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
@pytest.mark.parametrize("module", MODULES)
def test_a_crawl_by_link_gets_every_object_once(version: str, module: str) -> None:
    with Server(versions=[version], page_size=4) as server:
        server.put(module, *(make(module, n, version) for n in range(10)))
        details, _ = ask(server, f"{server.base_url}/ocpi/{version}")
        senders = {e["identifier"]: e["url"] for e in details["data"]["endpoints"] if e.get("role") != "RECEIVER"}
        assert len(crawl(server, senders[module] + "?limit=100")) == len(set(crawl(server, senders[module]))) == 10
        assert [r.query.get("limit") for r in server.received(module)][:3] == ["100", "4", "4"]


def test_dates_are_inclusive_at_the_start_and_exclusive_at_the_end() -> None:
    with Server() as server:
        server.put("cdrs", *(make("cdrs", n) for n in range(5)))
        url = server.url("cdrs") + "?date_from=2026-10-01T00:01:00Z&date_to=2026-10-01T00:03:00Z"
        assert crawl(server, url) == ["C000001", "C000002"]


def test_an_object_changed_during_a_crawl_moves_to_its_end() -> None:
    def change(store: Store) -> None:
        store.touch("cdrs", "C000000")

    with Server(page_size=2) as server:
        server.put("cdrs", *(make("cdrs", n) for n in range(4)))
        server.at("cdrs", 1, change)
        assert crawl(server, server.url("cdrs")) == ["C000000", "C000001", "C000003", "C000000"]


def test_a_new_token_takes_the_place_of_the_old_one() -> None:
    body = json.dumps({"token": "ours", "url": "https://us.example/ocpi/versions", "roles": []}).encode()
    with Server() as server:
        answer, _ = ask(server, server.url("credentials"), data=body, method="PUT")
        assert answer["data"]["token"] == server.token == "server-secret-token-next"
        assert server.credentials_received[0]["token"] == "ours"
        server.token = "another"
        assert crawl(server, server.url("cdrs")) == []


def test_a_wrong_token_is_refused_and_recorded() -> None:
    with Server() as server:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(server.versions_url, timeout=5)
        assert [request.part for request in server.rejected] == ["versions"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("slow", "trickle", "applied_reset")])
def test_a_fault_is_no_right_answer_and_the_next_request_is_answered_right(kind: str) -> None:
    with Server(page_size=2) as server:
        server.put("cdrs", *(make("cdrs", n) for n in range(6)))
        url = server.url("cdrs") + "?offset=2&limit=2"
        right = ask(server, url)
        server.fail(kind, module="cdrs")
        try:
            met = ask(server, url)
        except (OSError, ValueError, http.client.HTTPException):
            met = None
        if kind not in SEEN_ELSEWHERE:
            assert met is None or (met[0], met[1] | {"date": ""}) != (right[0], right[1] | {"date": ""})
        assert server.received("cdrs")[1].fault == kind
        assert bool(server.foreign) == (kind in ("redirect_foreign", "redirect_http"))
        assert ask(server, url)[0] == right[0]


def test_a_slow_answer_comes_when_the_client_still_waits() -> None:
    with Server() as server:
        server.fail("slow", module="cdrs", value=0.3)
        assert ask(server, server.url("cdrs"))[0]["data"] == []
        server.fail("slow", module="cdrs")
        request = urllib.request.Request(server.url("cdrs"), headers={"Authorization": "Token x"})
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=0.2)


def test_random_faults_are_the_same_for_the_same_seed() -> None:
    def faults(seed: int) -> list[str | None]:
        with Server() as server:
            server.fail_at_random(seed, 0.5, ["http_500", "http_503"])
            for _ in range(20):
                try:
                    ask(server, server.url("cdrs"))
                except urllib.error.HTTPError:
                    continue
            return [request.fault for request in server.requests]

    assert faults(3) == faults(3) != faults(4)


def test_it_asks_for_a_client_certificate(tmp_path: Path) -> None:
    authority = Authority()
    trusting = ssl.create_default_context(cafile=str(authority.ca_file(tmp_path)))
    with Server(tls=authority, client_certificate_required=True) as server:
        with pytest.raises(OSError):  # noqa: PT011 - a reset or an alert, as the moment has it
            ask(server, server.versions_url, trusting)
        certificate, key = authority.client_files(tmp_path)
        trusting.load_cert_chain(certificate, key)
        assert ask(server, server.versions_url, trusting)[0]["status_code"] == 1000


def test_it_runs_as_its_own_process(tmp_path: Path) -> None:
    state = {"server": {"page_size": 2, "token_encoding": "raw"}, "objects": {"cdrs": [make("cdrs", 1)]}}
    (tmp_path / "state.json").write_text(json.dumps(state))
    command = [sys.executable, "-m", "tests.ocpi.server", "--state", tmp_path / "state.json"]
    command += ["--requests", tmp_path / "requests.ndjson"]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/ocpi/2.2.1/cdrs"
        request = urllib.request.Request(url, headers={"Authorization": "Token server-secret-token"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert [item["id"] for item in json.loads(answer.read())["data"]] == ["C000001"]
    assert json.loads((tmp_path / "requests.ndjson").read_text())["path"] == "/ocpi/2.2.1/cdrs"
