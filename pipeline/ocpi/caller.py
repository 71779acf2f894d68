"""Requests to one partner with everything that makes them succeed: key, redirects, pace, retries. Each one is told."""

from __future__ import annotations

import logging
import random as randomness
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from pipeline import __version__
from pipeline.ocpi.answer import Answer
from pipeline.ocpi.exchange import Exchange
from pipeline.ocpi.faults import PullFault
from pipeline.ocpi.keys import Encoding, Key
from pipeline.ocpi.paging import secured
from pipeline.ocpi.retry import MAX_ATTEMPTS, retry_after, wait_before
from pipeline.ocpi.wire import Wire

_log = logging.getLogger(__name__)
_MAX_REDIRECTS = 5
# Not all partners tell a key that they do not know from one that may not do this.
_REFUSALS = {401, 403}
_REDIRECTS = {301, 302, 303, 307, 308}
# After these only the method that changes nothing is sent again elsewhere.
_SAME_METHOD = {307, 308}


@dataclass(frozen=True)
class Call:
    """One request as it is meant; `read` turns what came into an answer or raises a PullFault."""

    url: str
    module: str
    correlation_id: str
    read: Callable[[Answer], Answer]
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


class Caller:
    """Sends calls to one partner. `encodings` remembers, by name of a key, which way of writing it was accepted."""

    def __init__(
        self,
        partner: str,
        wire: Wire,
        *,
        keys: Callable[[], list[Key]],
        ways: Callable[[], tuple[Encoding, ...]],
        encodings: dict[str, Encoding],
        requests_per_s: float,
        on_exchange: Callable[[Exchange], None],
        sleep: Callable[[float], None],
        random: randomness.Random,
        now: Callable[[], datetime],
        max_attempts: int = MAX_ATTEMPTS,
    ) -> None:
        self._partner = partner
        self._wire = wire
        self._keys = keys
        self._ways = ways
        self.encodings = encodings
        self._interval_s = 1 / requests_per_s
        self._free_at = 0.0
        self._on_exchange = on_exchange
        self._sleep = sleep
        self._random = random
        self._now = now
        self._max_attempts = max_attempts

    def send(self, call: Call, *, max_attempts: int | None = None, keys: list[Key] | None = None) -> tuple[Answer, int]:
        """Send until it succeeds or nothing more helps; returns the answer and the number of attempts.

        Only `keys` are used where they are given. Raises PullFault, with every key blotted out of its message, URL and
        body; UserError when no key is at hand.
        """
        at_hand = keys or self._keys()
        attempt = 1
        while True:
            try:
                return self._with_any_key(call, at_hand, attempt), attempt
            except PullFault as error:
                fault = _blotted(error, at_hand)
            if fault.kind == "unauthorised" and keys is None and (newer := self._keys()) != at_hand:
                # Another process has rotated the key meanwhile.
                at_hand = newer
            elif not fault.may_pass or attempt >= (max_attempts or self._max_attempts):
                raise fault
            else:
                self._sleep(wait_before(attempt, fault.retry_after_s, self._random))
                attempt += 1

    def _with_any_key(self, call: Call, keys: list[Key], attempt: int) -> Answer:
        """Try the valid keys, the newest first, each in the way that it was accepted before, until one is."""
        refused: PullFault | None = None
        for key, way in self._key_ways(keys):
            try:
                answer = self._follow(call, key, way, attempt)
            except PullFault as fault:
                if not self._may_refuse(fault, call, key):
                    raise
                if refused is None or fault.http_status in _REFUSALS:
                    refused = fault
                continue
            if refused is not None and key is not keys[0]:
                _log.warning("%s refuses the key %s; %s is used instead", self._partner, keys[0].name, key.name)
            self.encodings[key.name] = way
            return answer
        if refused is None:
            raise AssertionError("a partner without keys is never called")
        if refused.http_status not in _REFUSALS:
            raise refused
        raise PullFault(
            "unauthorised",
            f"HTTP {refused.http_status}: the partner accepts no key of ours ({', '.join(key.name for key in keys)})",
            url=refused.url,
            http_status=refused.http_status,
            body=refused.body,
        )

    def _may_refuse(self, fault: PullFault, call: Call, key: Key) -> bool:
        """Whether a fault may mean that the key, or the way it is written, is not accepted.

        Some partners say 403 to a key that they do not know, answer one that is not written as they expect with an OCPI
        error in HTTP 200, or want it otherwise for their versions than for the rest. Of a key that was accepted before
        this is only believed there: else 403 means that it may not do this.
        """
        if fault.http_status == 401:
            return True
        is_doubtful = key.name not in self.encodings or call.module == "versions"
        return is_doubtful and (fault.http_status == 403 or fault.kind == "ocpi_status")

    def _key_ways(self, keys: list[Key]) -> Iterator[tuple[Key, Encoding]]:
        for key in keys:
            ways = self._ways()
            known = self.encodings.get(key.name)
            for way in sorted(ways, key=lambda way: way != known):
                yield key, way

    def _follow(self, call: Call, key: Key, way: Encoding, attempt: int) -> Answer:
        """Follow redirects, within the allowed hosts and with the method kept."""
        url, seen = call.url, {call.url}
        while True:
            answer = self._exchange(replace(call, url=url), key, way, attempt)
            if answer.http_status not in _REDIRECTS:
                return answer
            target = secured(urljoin(url, answer.headers.get("location", "")), url)
            if call.method != "GET" and answer.http_status not in _SAME_METHOD:
                raise _redirect(answer, f"{call.method} was answered with a redirect that would change its method")
            if key.blot(target) != target:
                raise _redirect(answer, "the redirect has our key in its URL")
            if target in seen or len(seen) > _MAX_REDIRECTS:
                raise _redirect(answer, "the redirects lead nowhere")
            seen.add(target)
            url = target

    def _exchange(self, call: Call, key: Key, way: Encoding, attempt: int) -> Answer:
        """Send one request, read what came and tell what was sent, whatever came of it."""
        request_id = str(uuid.uuid4())
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"Roamledger/{__version__}",
            "X-Request-ID": request_id,
            "X-Correlation-ID": call.correlation_id,
            **dict(call.headers),
            "Authorization": key.header(way),
        }
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        self._keep_pace()
        started_at, started = self._now(), time.monotonic()
        answer: Answer | None = None
        fault: PullFault | None = None
        is_sent = True
        try:
            answer = self._wire.send(call.method, call.url, headers, call.body)
            if answer.http_status not in _REDIRECTS:
                answer = _accepted(call, answer, started_at)
            return answer
        except PullFault as error:
            fault = error
            is_sent = error.kind != "forbidden_host"
            raise
        finally:
            if is_sent and (answer or fault):
                self._on_exchange(
                    Exchange(
                        partner=self._partner,
                        method=call.method,
                        url=key.blot(call.url),
                        module=call.module,
                        attempt=attempt,
                        started_at=started_at,
                        duration_s=time.monotonic() - started,
                        http_status=answer.http_status if answer else fault.http_status if fault else None,
                        ocpi_status=(fault.ocpi_status if fault else answer.ocpi_status if answer else None) or None,
                        size_bytes=len(answer.body if answer else fault.body if fault else b""),
                        sha256=answer.sha256 if answer else None,
                        request_id=request_id,
                        correlation_id=call.correlation_id,
                        credential=key.name,
                        fault=fault.kind if fault else None,
                    )
                )

    def _keep_pace(self) -> None:
        at = time.monotonic()
        if at < self._free_at:
            self._sleep(self._free_at - at)
        self._free_at = max(at, self._free_at) + self._interval_s


def _accepted(call: Call, answer: Answer, at: datetime) -> Answer:
    if not 200 <= answer.http_status < 300:
        raise PullFault(
            "http_status",
            f"HTTP status {answer.http_status}",
            url=answer.url,
            http_status=answer.http_status,
            body=answer.body,
            retry_after_s=retry_after(answer.headers.get("retry-after"), at),
        )
    return call.read(answer)


def _redirect(answer: Answer, why: str) -> PullFault:
    return PullFault("redirect", why, url=answer.url, http_status=answer.http_status, body=answer.body)


def _blotted(fault: PullFault, keys: list[Key]) -> PullFault:
    message, url, body = fault.message, fault.url, fault.body
    for key in keys:
        message, url, body = key.blot(message), key.blot(url), key.blot_bytes(body)
    return PullFault(
        fault.kind,
        message,
        url=url,
        http_status=fault.http_status,
        ocpi_status=fault.ocpi_status,
        body=body,
        retry_after_s=fault.retry_after_s,
    )
