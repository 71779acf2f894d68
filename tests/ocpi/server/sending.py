"""Listening sockets and connections: requests read, answers sent, and broken off where the fault says so."""

from __future__ import annotations

import gzip
import os
import select
import socket
import socketserver
import ssl
import struct
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

from tests.ocpi.server.answers import Answer
from tests.ocpi.server.breaking import link
from tests.ocpi.server.faults import Fault

if TYPE_CHECKING:
    from tests.ocpi.server.serving import Server

_CRUMB_S = 0.05
# Kinds that concern the answer's way to the client, not what it says.
_CUT_IN_HALF = ("reset_in_body", "truncated", "chunked_cut")


class Connection(BaseHTTPRequestHandler):
    """Answers every method alike. Headers and body leave in one piece, so that no fault is left to timing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(
        self,
        format: str,  # noqa: A002 - the name it has in the base class
        *args: object,
    ) -> None:
        """Requests are recorded, not printed."""

    def _serve(self) -> None:
        listener = cast(Listener, self.server)
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        answer, fault = listener.owner.answer(listener, self.command, parts.path, query, headers, body)
        self._send(listener, fault, answer, parts.path, query)

    def _send(self, listener: Listener, fault: Fault | None, answer: Answer, path: str, query: dict[str, str]) -> None:
        kind = fault.kind if fault else None
        if kind in ("reset", "applied_reset"):
            return self._reset()
        if kind == "hang_up":
            self.close_connection = True
            return None
        if kind == "slow":
            self._wait_for_hang_up(60.0 if fault is None or fault.value is None else fault.value)
        body = answer.rendered()
        headers = {"Content-Type": answer.content_type, "Date": self.date_time_string(), **answer.headers}
        if answer.location is not None:
            headers["Location"] = answer.location
        if (target := link(listener.owner, kind, answer, path, query)) is not None:
            headers["Link"] = target
        if kind in ("gzip", "gzip_cut"):
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        if kind in ("truncated_json", "gzip_cut"):
            body = body[: len(body) // 2]
        if kind in ("chunked", "chunked_cut"):
            headers["Transfer-Encoding"] = "chunked"
            half = len(body) // 2
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
            body += b"0\r\n\r\n"
        else:
            headers["Content-Length"] = str(len(body))
        head = [f"HTTP/1.1 {answer.status} {_reason(answer.status)}", *(f"{k}: {v}" for k, v in headers.items())]
        self._deliver(kind, ("\r\n".join(head) + "\r\n\r\n").encode("latin-1"), body)
        return None

    def _deliver(self, kind: str | None, head: bytes, body: bytes) -> None:
        try:
            if kind in _CUT_IN_HALF:
                self.wfile.write(head + body[: len(body) // 2])
                self.close_connection = True
                if kind == "reset_in_body":
                    # What was sent should be read before the reset makes the other side forget it.
                    time.sleep(0.02)
                    self._reset()
            elif kind == "trickle":
                self.wfile.write(head)
                for position in range(len(body)):
                    self.wfile.write(body[position : position + 1])
                    time.sleep(_CRUMB_S)
            else:
                self.wfile.write(head + body)
        except OSError:
            self.close_connection = True

    def _reset(self) -> None:
        """Close with a TCP reset: a lingering close of no seconds throws away what is under way."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def _wait_for_hang_up(self, longest_s: float) -> None:
        until = time.monotonic() + longest_s
        while time.monotonic() < until:
            readable, _, _ = select.select([self.connection], [], [], min(0.2, max(until - time.monotonic(), 0)))
            if readable:
                self.close_connection = True
                return


class Listener(socketserver.ThreadingTCPServer):
    """A listening socket; each connection has a thread."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, owner: Server, host: str, port: int, context: ssl.SSLContext | None, *, is_home: bool) -> None:
        self.owner, self._context, self.is_home = owner, context, is_home
        self._open: set[socket.socket] = set()
        super().__init__((host, port), Connection)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self._context:
            # The handshake waits for the connection's own thread.
            connection = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may hang up or refuse the certificate at any time."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
