"""`python -m benchmarks.pull_step NAME --port P --pages N --data DIR`: one way of getting all pages, measured.

- `socket`: requests written and answers read on a bare socket; what the server and loopback can give at most.
- `requests`: a loop of `requests.get` that follows Link and throws the bodies away.
- `pull`: our pull, each page landed durably and the whole proven against the partner's count.

Each has a process of its own, so that its peak memory is its own. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import resource
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.pull_server import VERSION
from benchmarks.stream import PAGE_OBJECTS

TOKEN_VARIABLE = "BENCHMARK_OCPI_TOKEN"
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")


_IMPORTED = {"requests": ("requests",), "pull": ("pipeline.ocpi.pull_partners", "pipeline.partners")}


@dataclass(frozen=True)
class PullMeasured:
    """One run: wall and processor seconds, bytes of bodies, and the most memory that the process held."""

    name: str
    pages: int
    wall_s: float
    cpu_s: float
    body_bytes: int
    peak_bytes: int


def _by_socket(port: int, pages: int, data: Path) -> int:
    size = 0
    buffer = memoryview(bytearray(1 << 20))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for page in range(pages):
            target = f"/ocpi/{VERSION}/cdrs?offset={page * PAGE_OBJECTS}&limit={PAGE_OBJECTS}"
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            received = connection.recv_into(buffer)
            head = bytes(buffer[: min(received, 4096)]).partition(b"\r\n\r\n")[0]
            length = int((_LENGTH.search(head + b"\r\n") or [b"", b"0"])[1])
            left = length - (received - len(head) - 4)
            while left > 0:
                left -= connection.recv_into(buffer, min(left, len(buffer)))
            size += length
    return size


def _by_requests(port: int, pages: int, data: Path) -> int:
    import requests

    size = 0
    url: str | None = f"http://127.0.0.1:{port}/ocpi/{VERSION}/cdrs?limit={PAGE_OBJECTS}"
    with requests.Session() as session:
        while url:
            answer = session.get(url, headers={"Authorization": "Token c2VjcmV0"}, timeout=30)
            size += len(answer.content)
            url = answer.links.get("next", {}).get("url")
    return size


def _by_pull(port: int, pages: int, data: Path) -> int:
    from pipeline.landing.manifest import Manifest
    from pipeline.ocpi.pull_partners import pull_partners
    from pipeline.partners import load_config
    from pipeline.settings import Paths

    os.environ[TOKEN_VARIABLE] = "benchmark-key"
    paths = Paths(data.resolve())
    paths.data.mkdir(parents=True, exist_ok=True)
    paths.partners_file.write_text(json.dumps(_configuration(port)), encoding="utf-8")
    (done,) = pull_partners(paths, load_config(paths))
    if (done.outcome, done.object_count) != ("complete", pages * PAGE_OBJECTS):
        raise RuntimeError(f"the pull must be complete, but it came to: {done}")
    return sum(page.size_bytes for page in Manifest(paths.landing).pages())


def _configuration(port: int) -> dict[str, object]:
    connection = {
        "versions_url": f"http://127.0.0.1:{port}/ocpi/versions", "role": "EMSP", "requests_per_s": 10_000,
        "credentials": [{"name": "a", "token_env": TOKEN_VARIABLE}], "page_limit": PAGE_OBJECTS,
    }  # fmt: skip
    partner = {
        "partner": "partner", "name": "Partner", "country_code": "NL", "party_id": "QKA", "roles": ["CPO"],
        "ocpi_version": VERSION, "modules": ["cdrs"], "connection": connection,
    }  # fmt: skip
    ours = {"country_code": "NL", "party_id": "RLG", "roles": ["EMSP"], "name": "Ours"}
    return {"our_parties": [ours], "partners": [partner]}


WAYS: dict[str, Callable[[int, int, Path], int]] = {"socket": _by_socket, "requests": _by_requests, "pull": _by_pull}


def main() -> None:
    """Measure one way and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pull_step", description=__doc__)
    parser.add_argument("name", choices=WAYS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    for module in _IMPORTED.get(options.name, ()):
        # A night has done so long before.
        importlib.import_module(module)
    started, cpu_before = time.perf_counter(), time.process_time()
    size = WAYS[options.name](options.port, options.pages, options.data)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu_before
    # Linux counts kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    sys.stdout.write(json.dumps(asdict(PullMeasured(options.name, options.pages, wall, cpu, size, peak))) + "\n")


if __name__ == "__main__":
    main()
