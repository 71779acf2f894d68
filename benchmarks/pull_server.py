"""`python -m benchmarks.pull_server --pages N`: an OCPI 2.2.1 server whose pages of CDRs lie ready as bytes.

It answers as fast as a socket takes them: each answer, headers included, is one `sendall`. The first line printed is
its port; it ends when its standard input does.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import threading
from collections.abc import Iterator
from itertools import chain, islice

from benchmarks.operators import OPERATORS
from benchmarks.stream import PAGE_OBJECTS, Stream

VERSION = "2.2.1"
_TARGET = re.compile(rb"GET (\S+?)(?:\?(\S*))? HTTP/1\.1\r\n")
_OFFSET = re.compile(rb"(?:^|&)offset=(\d+)")


def page_bodies(page_count: int) -> Iterator[bytes]:
    """Answers of 1,000 CDRs each, of the operators of the stream that speak 2.2.1."""
    operators = [operator for operator in OPERATORS if operator.ocpi_version == VERSION]
    count = -(-page_count * PAGE_OBJECTS * 100 // sum(operator.percent for operator in operators)) + 10_000
    stream = Stream(count)
    cdrs = chain.from_iterable(page for operator in operators for page, _ in stream.pages(operator))
    for _ in range(page_count):
        objects = ",".join(islice(cdrs, PAGE_OBJECTS))
        yield f'{{"data":[{objects}],"status_code":1000,"timestamp":"2026-11-01T00:00:00Z"}}'.encode()


class Answers:
    """Everything the server says, rendered once."""

    def __init__(self, port: int, page_count: int) -> None:
        base = f"http://127.0.0.1:{port}/ocpi"
        self.by_path = {
            b"/ocpi/versions": _rendered([{"version": VERSION, "url": f"{base}/{VERSION}"}]),
            f"/ocpi/{VERSION}".encode(): _rendered(
                {
                    "version": VERSION,
                    "endpoints": [{"identifier": "cdrs", "role": "SENDER", "url": f"{base}/{VERSION}/cdrs"}],
                }
            ),
        }
        total = page_count * PAGE_OBJECTS
        self.pages = []
        for number, body in enumerate(page_bodies(page_count), start=1):
            headers = [f"X-Total-Count: {total}", f"X-Limit: {PAGE_OBJECTS}"]
            if number < page_count:
                query = f"offset={number * PAGE_OBJECTS}&limit={PAGE_OBJECTS}"
                headers.append(f'Link: <{base}/{VERSION}/cdrs?{query}>; rel="next"')
            self.pages.append(_http(body, headers))

    def to(self, request: bytes) -> bytes:
        found = _TARGET.match(request)
        if found is None:
            return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
        if found[1] in self.by_path:
            return self.by_path[found[1]]
        offset = _OFFSET.search(found[2] or b"")
        return self.pages[int(offset[1]) // PAGE_OBJECTS if offset else 0]


def _rendered(data: object) -> bytes:
    return _http(json.dumps({"data": data, "status_code": 1000, "timestamp": "2026-11-01T00:00:00Z"}).encode(), [])


def _http(body: bytes, headers: list[str]) -> bytes:
    head = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def _serve(connection: socket.socket, answers: Answers) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    try:
        while chunk := connection.recv(65536):
            pending += chunk
            while b"\r\n\r\n" in pending:
                request, _, pending = pending.partition(b"\r\n\r\n")
                connection.sendall(answers.to(request + b"\r\n"))
    except OSError:
        # The client has what it wanted.
        connection.close()


def _accept(listener: socket.socket, answers: Answers) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection, answers), daemon=True).start()


def main() -> None:
    """Render the pages, then serve them until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pull_server", description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        port = listener.getsockname()[1]
        answers = Answers(port, options.pages)
        threading.Thread(target=_accept, args=(listener, answers), daemon=True).start()
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
