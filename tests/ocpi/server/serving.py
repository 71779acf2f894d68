"""The server: listeners, state, and the record of all that was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.ocpi.server import answers
from tests.ocpi.server.answers import Answer
from tests.ocpi.server.breaking import MOVED, broken
from tests.ocpi.server.faults import TRANSIENT, Fault, FaultPlan
from tests.ocpi.server.sending import Listener
from tests.ocpi.server.store import MODULES, Json, Store
from tests.ocpi.server.tls import Authority

PARTS = (*answers.DETAILS, *MODULES)
FOREIGN_HOST = "127.0.0.2"


@dataclass(frozen=True)
class Received:
    """One request: `part` is versions, details, credentials, a module or receiver; `number` counts within it.

    Header names are in lower case. `objects` are those of the page that was sent whole and right (also where its
    Link or its headers were not), else None. `status` and `ocpi_status` are those sent, or meant to be.
    """

    part: str
    number: int
    version: str | None
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    fault: str | None
    status: int
    ocpi_status: int
    objects: tuple[Json, ...] | None


class Server:
    """See the package. Starts in `__enter__` or `start()`; `stop()` ends every connection too."""

    def __init__(
        self,
        *,
        versions: Sequence[str] = ("2.2.1",),
        modules: Sequence[str] = MODULES,
        role: str = "HUB",
        token: str = "server-secret-token",
        token_encoding: str | None = None,
        page_size: int = 10,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: Authority | None = None,
        client_certificate_required: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        keeps_old_token: bool = False,
    ) -> None:
        self.versions, self.modules, self.role = tuple(versions), tuple(modules), role
        self.token, self.next_token, self.page_size = token, f"{token}-next", page_size
        self.token_encoding = token_encoding or ("raw" if set(versions) == {"2.1.1"} else "base64")
        self.store, self.plan = Store(), FaultPlan()
        self.requests: list[Received] = []
        self.foreign: list[Received] = []
        self.rejected: list[Received] = []
        self.credentials_received: list[Json] = []
        self._old_tokens: list[str] = []
        self._keeps_old_token = keeps_old_token
        self._host, self._port = host, port
        self._context = ssl_context
        if tls and not ssl_context:
            self._context = tls.server_context(
                client_certificate_required=client_certificate_required, hosts=(host, FOREIGN_HOST, "localhost")
            )
        self._changes: list[tuple[str, int, Callable[[Store], object]]] = []
        self._counts: Counter[str] = Counter()
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []

    # --- life ---

    def start(self) -> Server:
        self._listeners = [Listener(self, self._host, self._port, self._context, is_home=True)]
        self._port = self._listeners[0].server_address[1]
        return self

    def stop(self) -> None:
        for listener in self._listeners:
            listener.stop()
        self._listeners = []

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- addresses ---

    @property
    def port(self) -> int:
        return self._port

    @property
    def base_url(self) -> str:
        return f"{'https' if self._context else 'http'}://{self._host}:{self._port}"

    @cached_property
    def foreign_url(self) -> str:
        """Another host that listens too; whatever reaches it stands in `foreign`."""
        return self._other_listener(FOREIGN_HOST, self._context)

    @cached_property
    def plain_url(self) -> str:
        """The same host by plain http; whatever reaches it stands in `foreign`."""
        return self._other_listener("127.0.0.1", None)

    def _other_listener(self, host: str, context: ssl.SSLContext | None) -> str:
        listener = Listener(self, host, 0, context, is_home=False)
        self._listeners.append(listener)
        return f"{'https' if context else 'http'}://{host}:{listener.server_address[1]}"

    @property
    def versions_url(self) -> str:
        return f"{self.base_url}/ocpi/versions"

    def url(self, part: str, version: str | None = None) -> str:
        return f"{self.base_url}/ocpi/{version or max(self.versions)}/{part}"

    # --- what it holds and how it fails ---

    def put(self, module: str, *items: Json) -> None:
        self.store.put(module, *items)

    def fail(
        self,
        kind: str,
        *,
        module: str | None = None,
        at: int = 0,
        times: int | None = 1,
        value: float | None = None,
    ) -> None:
        """Fail so from now on: `at` is counted from the next request of that module (None: of each part for itself).

        Without a module, `versions`, `details` and `credentials` fail too. `times=None` is for ever.
        """
        with self._lock:
            for part in [module] if module else PARTS:
                self.plan.add(Fault(kind, part, self._counts[part] + at, times, value))

    def fail_at_random(self, seed: float | str, probability: float, kinds: Sequence[str] = TRANSIENT) -> None:
        """Every request fails with that probability, in one of these ways."""
        self.plan.at_random(seed, probability, kinds)

    def heal(self) -> None:
        """No faults, and no planned changes, from here on."""
        with self._lock:
            self.plan.clear()
            self._changes.clear()

    def at(self, module: str, number: int, change: Callable[[Store], object]) -> None:
        """Change the store just before the request `number` of a module, counted from the next one."""
        with self._lock:
            self._changes.append((module, self._counts[module] + number, change))

    # --- what was asked ---

    def received(self, part: str) -> list[Received]:
        return [request for request in self.requests if request.part == part]

    def clear_record(self) -> None:
        with self._lock:
            for record in (self.requests, self.foreign, self.rejected):
                record.clear()

    # --- answers ---

    def answer(
        self, listener: Listener, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> tuple[Answer, Fault | None]:
        """The answer to one request, and the fault that its sending has to follow; called by connections."""
        with self._lock:
            part, version = answers.part_of(path.removeprefix(MOVED)) or ("nothing", None)
            number = self._counts[part]
            self._counts[part] += 1
            is_authorised = any(
                answers.has_token(headers.get("authorization"), token, self.token_encoding)
                for token in [self.token, *self._old_tokens]
            )
            fault = self.plan.choose(part, number) if part in PARTS and listener.is_home else None
            if is_authorised:
                self._change(part, number)
                answer = self._right(method, part, version, query, body)
            else:
                answer, fault = answers.refusal(401, 2001), None
            if fault:
                answer = broken(self, fault, answer, part, path, query)
            received = Received(
                part, number, version, method, path, query, headers, body, fault.kind if fault else None,
                answer.status, answer.ocpi_status, _delivered(answer, fault),
            )  # fmt: skip
            if not listener.is_home:
                self.foreign.append(received)
            elif not is_authorised or part in ("receiver", "nothing"):
                self.rejected.append(received)
            if listener.is_home:
                self.requests.append(received)
            return answer, fault

    def _change(self, part: str, number: int) -> None:
        due = [change for module, at, change in self._changes if (module, at) == (part, number)]
        self._changes = [entry for entry in self._changes if entry[:2] != (part, number)]
        for change in due:
            change(self.store)

    def _right(self, method: str, part: str, version: str | None, query: dict[str, str], body: bytes) -> Answer:
        if part == "credentials":
            return self._credentials(method, version or "", body)
        if method != "GET":
            return answers.refusal(405)
        if part == "versions":
            return Answer(data=[{"version": name, "url": f"{self.base_url}/ocpi/{name}"} for name in self.versions])
        if part == "receiver":
            return answers.refusal(200)
        if version not in self.versions or (part in MODULES and part not in self.modules):
            return answers.refusal(404)
        if part == "details":
            found = answers.endpoints(self.base_url, version, self.modules, self.role)
            return Answer(data={"version": version, "endpoints": found})
        return answers.page(self.store, part, query, self.page_size)

    def _credentials(self, method: str, version: str, body: bytes) -> Answer:
        if method in ("POST", "PUT"):
            try:
                sent = json.loads(body)
                self.credentials_received.append({"token": sent["token"], "url": sent["url"]} | sent)
            except (ValueError, KeyError, TypeError):
                return answers.refusal(200, 2001)
            if self._keeps_old_token:
                self._old_tokens.append(self.token)
            self.token, self.next_token = self.next_token, f"{self.next_token}-next"
        elif method != "GET":
            return answers.refusal(405)
        return Answer(data=answers.credentials(self.token, self.base_url, version))


def _delivered(answer: Answer, fault: Fault | None) -> tuple[Json, ...] | None:
    lost = fault and fault.kind in (
        "slow", "trickle", "reset", "hang_up", "reset_in_body", "truncated", "truncated_json", "chunked_cut",
        "gzip_cut", "applied_reset",
    )  # fmt: skip
    return None if lost or answer.objects is None or answer.ocpi_status >= 2000 else tuple(answer.objects)


def objects_of(requests: Iterable[Received]) -> list[Json]:
    """All objects that these requests were answered with, in order."""
    return [item for request in requests for item in request.objects or ()]
