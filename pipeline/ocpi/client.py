"""One partner's OCPI interface as a pull needs it: what it offers, and the pages of a module."""

from __future__ import annotations

import logging
import random as randomness
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from pipeline.ocpi.answer import Answer, read_answer, read_page
from pipeline.ocpi.caller import Call, Caller
from pipeline.ocpi.discovery import Discovery, Memory, discover
from pipeline.ocpi.exchange import Exchange, ignore
from pipeline.ocpi.faults import PullFault
from pipeline.ocpi.keys import Encoding, Key, keys_of
from pipeline.ocpi.paging import Walk, filters, first_url
from pipeline.ocpi.retry import MAX_ATTEMPTS
from pipeline.ocpi.wire import Wire
from pipeline.partner_models import OurParty, Partner
from pipeline.settings import Paths, UserError

__all__ = ["Client", "Discovery", "Exchange", "Page", "PullFault"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """One page of objects of a module.

    `body` is as received, but for the transport's content-encoding; `sha256` is that of `body`. `object_keys` are
    upper-cased `country*party*id` (the id or uid alone in 2.1.1), in order, `""` for an object without id.
    `total_count` is X-Total-Count and `limit` X-Limit. `next_url` is where `Client.pages` can go on after this page;
    None after the last one. `url` and `next_url` hold no secret.
    """

    url: str
    body: bytes
    sha256: str
    received_at: datetime
    http_status: int
    ocpi_status: int
    object_count: int
    object_keys: tuple[str, ...]
    newest_last_updated: datetime | None
    total_count: int | None
    limit: int | None
    next_url: str | None
    ocpi_version: str
    attempts: int


def utc_now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class Client:
    """One partner's OCPI interface. Not shared between threads.

    Raises UserError where the configuration cannot be used (no connection, no valid key, an unreadable file).
    """

    def __init__(
        self,
        partner: Partner,
        our_party: OurParty,
        paths: Paths,
        *,
        on_exchange: Callable[[Exchange], None] = ignore,
        sleep: Callable[[float], None] = time.sleep,
        random: randomness.Random | None = None,
        now: Callable[[], datetime] = utc_now,
        max_attempts: int = MAX_ATTEMPTS,
    ) -> None:
        if partner.connection is None:
            raise UserError(f"{partner.partner} has no connection in partners.yml; its objects arrive as files")
        self.partner = partner
        self.connection = partner.connection
        self.our_party = our_party
        self._paths = paths
        self._now = now
        self._memory_file = paths.connections / f"{partner.partner}.json"
        self._memory = Memory.read(self._memory_file)
        self._discovery: Discovery | None = None
        self._wire = Wire(self.connection, paths)
        self._caller = Caller(
            partner.partner,
            self._wire,
            keys=self.valid_keys,
            ways=self._ways,
            encodings=dict(self._memory.encodings),
            requests_per_s=self.connection.requests_per_s,
            on_exchange=on_exchange,
            sleep=sleep,
            random=random or randomness.Random(),
            now=now,
            max_attempts=max_attempts,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open between requests."""
        self._wire.close()

    def valid_keys(self) -> list[Key]:
        """The keys that are valid now, the newest first."""
        return keys_of(self.connection, self.partner.partner, self._paths, self._now())

    @property
    def encodings(self) -> dict[str, Encoding]:
        """How each key (by name) was written when the partner accepted it."""
        return dict(self._caller.encodings)

    def send(self, call: Call, *, keys: list[Key] | None = None, max_attempts: int | None = None) -> Answer:
        """Send one call of another kind, such as of the module credentials. Raises PullFault."""
        return self._caller.send(call, max_attempts=max_attempts, keys=keys)[0]

    def discover(self, *, again: bool = False) -> Discovery:
        """The version in use and the endpoints of its modules; asked for when not known, older than a day, or `again`.

        Raises PullFault.
        """
        url, wanted = self.connection.versions_url, self.partner.ocpi_version
        known = self._discovery or self._memory.discovery
        if again or known is None or not known.is_current(url, wanted, self._now()):
            correlation_id = str(uuid.uuid4())

            def get(url: str, module: str) -> Answer:
                return self.send(Call(url, module, correlation_id, read_answer))

            used = known.version if known else wanted
            known = discover(get, self.partner.partner, url, wanted, self._now())
            self._refuse_keys_in(known)
            if known.version not in (wanted, used):
                _log.warning("%s does not offer OCPI %s; %s is used", known.partner, wanted, known.version)
            self._remember(known)
        self._discovery = known
        return known

    def pages(
        self,
        module: str,
        *,
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        resume_url: str | None = None,
        limit: int | None = None,
        correlation_id: str | None = None,
    ) -> Iterator[Page]:
        """The pages of a module with `last_updated` in [`date_from`, `date_to`), one request each, on demand.

        `resume_url` is the `next_url` of the page to go on after. Raises PullFault, after the pages before it.
        """
        found = self.discover()
        endpoint = self._endpoint(found, module)
        asked_limit = limit or self.connection.page_limit
        walk = self._walk(endpoint, date_from, date_to, asked_limit)
        correlation_id = correlation_id or str(uuid.uuid4())
        url = resume_url or first_url(endpoint, date_from=date_from, date_to=date_to, limit=asked_limit)
        is_first = True
        while url is not None:
            try:
                answer, attempts = self._page(module, url, correlation_id, walk)
            except PullFault as fault:
                if walk.is_probe and _says_there_is_no_more(fault):
                    return
                moved = self._moved(found, module, fault) if is_first and resume_url is None else None
                if moved is None:
                    raise
                found, is_first = moved, False
                endpoint = self._endpoint(found, module)
                walk = self._walk(endpoint, date_from, date_to, asked_limit)
                url = first_url(endpoint, date_from=date_from, date_to=date_to, limit=asked_limit)
                continue
            is_first = False
            if answer is None:
                return
            received_at = self._now()
            next_url = walk.next(url, answer)
            yield Page(
                url=url,
                body=answer.body,
                sha256=answer.sha256,
                received_at=received_at,
                http_status=answer.http_status,
                ocpi_status=answer.ocpi_status,
                object_count=len(answer.object_keys),
                object_keys=answer.object_keys,
                newest_last_updated=answer.newest_last_updated,
                total_count=_count(answer, "x-total-count"),
                limit=_count(answer, "x-limit"),
                next_url=next_url,
                ocpi_version=found.version,
                attempts=attempts,
            )
            url = next_url

    def _page(self, module: str, url: str, correlation_id: str, walk: Walk) -> tuple[Answer | None, int]:
        """One page; None where a page that was only looked for turns out to be an earlier one."""
        call = Call(url, module, correlation_id, read_page, headers=self._routing())
        answer, attempts = self._caller.send(call)
        if self.encodings != self._memory.encodings:
            self._remember(self.discover())
        if not walk.has_seen(answer):
            return answer, attempts
        if walk.is_probe:
            return None, attempts
        # A slip of the partner shows the page before once more; one that goes on so never ends.
        answer, more = self._caller.send(call)
        if walk.has_seen(answer):
            raise PullFault(
                "endless",
                "the objects of an earlier page came again instead of new ones",
                url=url,
                http_status=answer.http_status,
                ocpi_status=answer.ocpi_status,
                body=answer.body,
            )
        return answer, attempts + more

    def _walk(self, endpoint: str, date_from: datetime | None, date_to: datetime | None, limit: int) -> Walk:
        keys = self.valid_keys()
        return Walk(
            endpoint,
            filters(date_from, date_to),
            limit,
            # A partner that puts our key into a Link would have it written into the manifest.
            may_use=lambda url: all(key.blot(url) == url for key in keys),
        )

    def _moved(self, found: Discovery, module: str, fault: PullFault) -> Discovery | None:
        """Where the module is now, when the remembered place is gone."""
        if fault.http_status != 404:
            return None
        again = self.discover(again=True)
        return again if again.endpoints.get(module) not in (None, found.endpoints.get(module)) else None

    def _endpoint(self, found: Discovery, module: str) -> str:
        endpoint = found.endpoints.get(module)
        if endpoint is None:
            offered = ", ".join(found.endpoints) or "none"
            raise PullFault(
                "no_endpoint",
                f"OCPI {found.version} of the partner has no {module} to pull from; it offers: {offered}",
                url=found.versions_url,
            )
        return endpoint

    def _routing(self) -> tuple[tuple[str, str], ...]:
        """Who speaks to whom (OCPI 2.3.0 transport_and_format, Message Routing Headers); for modules with objects."""
        wanted = self.connection.routing_headers
        is_known = self.discover().version != "2.1.1"
        if not (wanted if wanted is not None else self.connection.hub is not None and is_known):
            return ()
        return (
            ("OCPI-to-country-code", self.partner.country_code),
            ("OCPI-to-party-id", self.partner.party_id),
            ("OCPI-from-country-code", self.our_party.country_code),
            ("OCPI-from-party-id", self.our_party.party_id),
        )

    def _ways(self) -> tuple[Encoding, ...]:
        """How the key may be written, the likely way first: as it is in 2.1.1, base64 from 2.2 on."""
        if self.connection.auth_encoding != "auto":
            return (self.connection.auth_encoding,)
        version = self._discovery.version if self._discovery else self.partner.ocpi_version
        return ("raw", "base64") if version == "2.1.1" else ("base64", "raw")

    def _refuse_keys_in(self, found: Discovery) -> None:
        """Addresses are remembered, landed and logged: a partner that writes our key into one is not followed."""
        keys = self.valid_keys()
        for module, url in found.endpoints.items():
            if any(key.blot(url) != url for key in keys):
                raise PullFault("not_ocpi", f"the endpoint of {module} holds our key", url=found.versions_url)

    def _remember(self, found: Discovery) -> None:
        self._memory = Memory(discovery=found, encodings=self.encodings)
        self._memory.write(self._memory_file)


def _says_there_is_no_more(fault: PullFault) -> bool:
    """A partner that is asked for objects beyond its last one may call that a mistake of ours."""
    return fault.http_status in (400, 404, 416) or (fault.ocpi_status or 0) // 1000 == 2


def _count(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
