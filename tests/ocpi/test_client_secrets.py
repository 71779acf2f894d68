"""A key is seen by the partner and by nobody else: no log, no exception, no file, no URL."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ocpi.answer import Answer
from pipeline.ocpi.client import Client, Exchange, PullFault
from pipeline.ocpi.keys import Header
from pipeline.settings import Paths
from tests.ocpi.connecting import US, client_of, partner_at
from tests.ocpi.server import FATAL, TRANSIENT, Server, make

TOKEN = "s3cr3t-t0k3n-that-nobody-may-see"
FORMS = (TOKEN, base64.b64encode(TOKEN.encode()).decode())


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def files_below(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("kind", ["", *TRANSIENT, *FATAL])
def test_no_log_exception_or_file_holds_the_key(
    kind: str, paths: Paths, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    exchanges: list[Exchange] = []
    with Server(token=TOKEN, page_size=2) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(4)))
        if kind:
            server.fail(kind, module="cdrs", at=1, times=None)
        partner = partner_at(server.versions_url, timeout_s=0.1)
        with client_of(partner, paths, monkeypatch, TOKEN, exchanges) as client:
            try:
                told = [repr(page) for page in client.pages("cdrs")]
            except PullFault as fault:
                shown = traceback.TracebackException.from_exception(fault, capture_locals=True)
                told = ["".join(shown.format()), repr(fault), repr(vars(fault))]
            told += [repr(client), repr(client.valid_keys()), repr(partner)]
    assert len(exchanges) > 2
    assert leaks("\n".join([*told, *map(repr, exchanges), caplog.text])) == []
    for file in files_below(paths.data):
        assert leaks(file.read_text(errors="replace")) == []


@pytest.mark.parametrize("form", FORMS, ids=["raw", "base64"])
def test_a_partner_that_repeats_the_key_does_not_get_it_written_down(
    form: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Error pages quote headers, and some Links carry them on."""
    exchanges: list[Exchange] = []
    with (
        Server(token=TOKEN, page_size=2) as server,
        client_of(partner_at(server.versions_url), paths, monkeypatch, TOKEN, exchanges) as client,
    ):
        server.put("cdrs", *(make("cdrs", number) for number in range(4)))
        client.discover()
        sent = client._wire.send

        def quoting(method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
            found = sent(method, url, headers, body)
            told = {**found.headers, "link": f'<{url}&offset=2&token={form}>; rel="next"'}
            content = found.body.replace(b'"status_code":1000', b'"status_code":2001,"x":"%s"' % form.encode())
            content = found.body if "offset" not in url else content.replace(b"Success", b"no " + form.encode())
            return Answer(found.url, found.http_status, told, content, found.sha256)

        monkeypatch.setattr(client._wire, "send", quoting)
        pages = client.pages("cdrs")
        first = next(pages)
        assert leaks(f"{first.url} {first.next_url}") == []
        with pytest.raises(PullFault) as raised:
            next(pages)
    fault = raised.value
    assert fault.kind == "ocpi_status"
    assert leaks(f"{fault} {fault.message} {fault.url} {fault.body!r}") == []
    assert b"**********" in fault.body
    assert leaks(repr(exchanges)) == []


def test_a_header_does_not_show_itself() -> None:
    assert TOKEN not in repr({"Authorization": Header(f"Token {TOKEN}")})


def test_a_key_in_a_file_is_not_shown_either(paths: Paths) -> None:
    (paths.data / "key").write_text(TOKEN)
    with Server(token=TOKEN) as server:
        partner = partner_at(server.versions_url, credentials=[{"name": "a", "token_file": "key"}])
        with Client(partner, US, paths) as client:
            client.discover()
            assert leaks(repr(client.valid_keys())) == []
    others = [file for file in files_below(paths.data) if file.name != "key"]
    assert others
    assert [file for file in others if leaks(file.read_text())] == []
