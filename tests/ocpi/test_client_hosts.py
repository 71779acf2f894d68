"""Where the client goes: only to allowed hosts, only over safe connections, and with the key nowhere else."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from pipeline.ocpi.answer import read_answer
from pipeline.ocpi.caller import Call
from pipeline.ocpi.client import Client, Exchange, PullFault
from pipeline.ocpi.wire import Wire, tls_context
from pipeline.settings import Paths, UserError
from tests.ocpi.connecting import client_of, partner_at
from tests.ocpi.server import Authority, Server, make


class Listener:
    """A port of another host that counts who comes."""

    def __init__(self, host: str = "127.0.0.2") -> None:
        self._socket = socket.create_server((host, 0))
        self.netloc = "{}:{}".format(*self._socket.getsockname()[:2])
        self.connections = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                accepted, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            accepted.close()

    def close(self) -> None:
        # Closing alone would not wake up who waits in accept.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


Connect = Callable[..., Client]


@pytest.fixture
def connect(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    opened: list[Client] = []

    def call(server: Server, exchanges: list[Exchange] | None = None, **connection: Any) -> Client:
        partner = partner_at(server.versions_url, max(server.versions), **connection)
        opened.append(client_of(partner, paths, monkeypatch, server.token, exchanges))
        return opened[-1]

    yield call
    for client in opened:
        client.close()


def fault_of(client: Client, module: str = "cdrs") -> PullFault:
    with pytest.raises(PullFault) as raised:
        list(client.pages(module))
    return raised.value


@pytest.mark.parametrize("kind", ["link_foreign", "redirect_foreign"])
@pytest.mark.parametrize("module", ["cdrs", "tariffs"])
def test_another_host_is_never_contacted(kind: str, module: str, connect: Connect) -> None:
    with Server(page_size=2) as server:
        server.put(module, *(make(module, number) for number in range(6)))
        server.fail(kind, module=module, at=1, times=None)
        fault = fault_of(connect(server), module)
        assert fault.kind == "forbidden_host"
        assert "127.0.0.2" in fault.message
        assert server.foreign == []


def test_not_even_a_connection_is_opened_to_a_host_that_is_not_allowed(listener: Listener, connect: Connect) -> None:
    """However the name of the other host came: in Link, in a redirect, in version details, as a URL to go on from."""
    with Server() as server:
        client = connect(server)
        client.discover()
        for url in (
            f"http://{listener.netloc}/cdrs",
            f"https://{listener.netloc}/cdrs",
            f"http://127.0.0.1:{server.port}@{listener.netloc}/cdrs",
            f"http://{listener.netloc}\\@127.0.0.1:{server.port}/cdrs",
            f"http://{listener.netloc}#@127.0.0.1:{server.port}/cdrs",
        ):
            with pytest.raises(PullFault) as raised:
                list(client.pages("cdrs", resume_url=url))
            assert raised.value.kind == "forbidden_host"
        file = next(iter(client._paths.connections.glob("*.json")))
        file.write_text(file.read_text().replace(f"127.0.0.1:{server.port}/ocpi/2.2.1", f"{listener.netloc}/ocpi"))
        assert fault_of(connect(server)).kind == "forbidden_host"
    assert listener.connections == 0
    # The listener does count.
    with socket.create_connection(listener.netloc.split(":")):
        pass
    for _ in range(100):
        if listener.connections:
            break
        threading.Event().wait(0.02)
    assert listener.connections == 1


def test_a_listed_second_host_is_contacted(connect: Connect) -> None:
    with Server(page_size=2) as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(4)))
        server.fail("link_foreign", module="cdrs", at=0)
        client = connect(server, allowed_hosts=["127.0.0.1", "127.0.0.2"])
        # It holds nothing that we ask for; that it was asked is what matters.
        fault_or_pages = [page.object_count for page in client.pages("cdrs")]
        assert fault_or_pages
        assert server.foreign


@pytest.mark.parametrize("kind", ["redirect", "redirect_301", "redirect_308", "redirect_slash"])
def test_a_redirect_on_the_same_host_is_followed_with_the_key(kind: str, connect: Connect) -> None:
    exchanges: list[Exchange] = []
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        server.fail(kind, module="cdrs")
        pages = list(connect(server, exchanges).pages("cdrs"))
        assert [page.object_count for page in pages] == [1]
        assert server.rejected == []
    assert [exchange.http_status for exchange in exchanges if exchange.module == "cdrs"][1:] == [200]


def test_a_redirect_that_goes_round_in_circles_is_a_fault(connect: Connect) -> None:
    with Server() as server:
        server.fail("redirect_loop", module="cdrs", times=None)
        assert fault_of(connect(server)).kind == "redirect"
        assert len(server.received("cdrs")) < 10


@pytest.mark.parametrize(
    ("head", "link"),
    [
        (
            "Link: </a?offset=1>; rel=first\r\nLink: </a?offset=2>; rel=next",
            "</a?offset=1>; rel=first, </a?offset=2>; rel=next",
        ),
        ("LINK: </a?offset=2>; rel=next", "</a?offset=2>; rel=next"),
    ],
)
def test_headers_count_whatever_their_case_and_also_when_they_come_twice(head: str, link: str, paths: Paths) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            accepted, _ = listening.accept()
            with accepted:
                accepted.recv(65536)
                accepted.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: 2\r\n\r\n{{}}".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/versions"
        connection = partner_at(url).connection
        assert connection is not None
        wire = Wire(connection, paths)
        found = wire.send("GET", url, {})
        wire.close()
        thread.join()
    assert (found.headers["link"], found.body) == (link, b"{}")


def test_a_put_is_not_turned_into_another_method(connect: Connect) -> None:
    with Server() as server:
        server.fail("redirect_301", module="credentials")
        call = Call(server.url("credentials"), "credentials", "c", read_answer, method="PUT", body=b"{}")
        with pytest.raises(PullFault) as raised:
            connect(server).send(call, max_attempts=1)
        assert raised.value.kind == "redirect"
        assert server.credentials_received == []


# --- TLS ---


def test_tls_with_a_ca_of_the_partner_is_verified_and_works(
    authority: Authority, connect: Connect, tmp_path: Path
) -> None:
    with Server(tls=authority) as server:
        server.put("cdrs", make("cdrs", 1))
        client = connect(server, ca_file=str(authority.ca_file(tmp_path)))
        assert [page.object_count for page in client.pages("cdrs")] == [1]


def test_a_certificate_of_another_ca_is_refused(authority: Authority, connect: Connect, tmp_path: Path) -> None:
    with Server(tls=authority) as server:
        for more in ({}, {"ca_file": str(Authority().ca_file(tmp_path))}):
            fault = fault_of(connect(server, **more))
            assert fault.kind == "tls"
            assert "certificate" in fault.message
        assert server.requests == []


def test_a_certificate_for_another_name_is_refused(authority: Authority, connect: Connect, tmp_path: Path) -> None:
    context = authority.server_context(hosts=("ocpi.example",))
    with Server(ssl_context=context) as server:
        assert fault_of(connect(server, ca_file=str(authority.ca_file(tmp_path)))).kind == "tls"
        assert server.requests == []


def test_an_expired_certificate_is_refused(connect: Connect, tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)
    with Server(ssl_context=context) as server:
        fault = fault_of(connect(server, ca_file=str(tmp_path / "ca.pem")))
        assert (fault.kind, fault.message) == ("tls", "no safe connection: certificate has expired")
        assert server.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_1_1_is_refused(authority: Authority, connect: Connect, tmp_path: Path) -> None:
    context = authority.server_context(maximum_version=ssl.TLSVersion.TLSv1_1)
    with Server(ssl_context=context) as server:
        fault = fault_of(connect(server, ca_file=str(authority.ca_file(tmp_path))))
        assert fault.kind in ("tls", "connection")
        assert server.requests == []


def test_the_oldest_version_that_we_offer_is_1_2_and_the_certificate_is_always_verified(paths: Paths) -> None:
    connection = partner_at("https://ocpi.example/versions").connection
    assert connection is not None
    context = tls_context(connection, paths)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_client_certificate_is_shown_where_one_is_configured(
    authority: Authority, connect: Connect, tmp_path: Path
) -> None:
    certificate, key = authority.client_files(tmp_path)
    ca = str(authority.ca_file(tmp_path))
    with Server(tls=authority, client_certificate_required=True) as server:
        server.put("cdrs", make("cdrs", 1))
        client = connect(server, ca_file=ca, client_certificate_file=str(certificate), client_key_file=str(key))
        assert [page.object_count for page in client.pages("cdrs")] == [1]
        assert fault_of(connect(server, ca_file=ca), "tariffs").kind in ("tls", "connection")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ca_file": "nowhere.pem"}, "ca_file"),
        ({"ca_file": "empty.pem"}, "ca_file"),
        ({"client_certificate_file": "empty.pem"}, "client_certificate_file"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence(more: dict[str, str], said: str, paths: Paths) -> None:
    (paths.data / "empty.pem").write_text("")
    connection = partner_at("https://ocpi.example/versions", **more).connection
    assert connection is not None
    with pytest.raises(UserError, match=f"{said} .* cannot be used"):
        tls_context(connection, paths)
