"""One HTTP request at a time to a partner: TLS, time limits and whole bodies. Follows nothing, retries nothing."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Mapping
from pathlib import Path

import urllib3
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    IncompleteRead,
    InvalidChunkLength,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as NothingCame
from urllib3.util import Timeout, parse_url

from pipeline.connection_models import Connection
from pipeline.ocpi.answer import Answer
from pipeline.ocpi.faults import PullFault
from pipeline.settings import Paths, UserError

# A page holds a few megabytes; what never ends, or unpacks without end, must not fill the memory.
MAX_BODY_BYTES = 512 * 1024 * 1024
# Each byte that comes starts the time limit anew, so a trickle needs a limit of its own.
_WHOLE_BODY_FACTOR = 10
_CHUNK = 1024 * 1024


class Wire:
    """The connections to one partner; kept open between requests, not shared between threads.

    urllib3 is used as it is, without a session around it: nothing takes a proxy, a password or a cookie from the
    environment or from an earlier answer.
    """

    def __init__(self, connection: Connection, paths: Paths) -> None:
        self._connection = connection
        self._timeout_s = connection.timeout_s
        self._pool = urllib3.PoolManager(
            num_pools=4,
            maxsize=1,
            timeout=Timeout(connect=connection.timeout_s, read=connection.timeout_s),
            ssl_context=tls_context(connection, paths),
        )

    def close(self) -> None:
        """Close what is open."""
        self._pool.clear()

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Send one request and read the answer whole; the host is checked first, whoever named it.

        Raises PullFault: forbidden_host, timeout, connection, tls or truncated.
        """
        if not self._connection.allows(url):
            raise PullFault("forbidden_host", forbidden(url), url=url)
        parts = parse_url(url)
        # Each chunk is put together once, at the end.
        chunks: list[bytes] = []
        started = time.monotonic()
        try:
            response = self._pool.connection_from_host(parts.host, parts.port, parts.scheme).urlopen(
                method,
                parts.request_uri,
                body=body,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            try:
                self._read(response, chunks, started, url)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except HTTPError as error:
            # What urllib3 raises holds the request; nothing of it goes on.
            raise _fault(error, url, b"".join(chunks), self._timeout_s) from None
        whole = b"".join(chunks)
        return Answer(
            url=url,
            http_status=response.status,
            # A header that comes twice, such as Link, counts as one list (RFC 9110, 5.3).
            headers={name.lower(): value for name, value in response.headers.itermerged()},
            body=whole,
            sha256=hashlib.sha256(whole).hexdigest(),
        )

    def _read(self, response: urllib3.BaseHTTPResponse, chunks: list[bytes], started: float, url: str) -> None:
        size = 0
        deadline = started + _WHOLE_BODY_FACTOR * self._timeout_s
        while chunk := response.read1(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise PullFault("endless", f"the body is larger than {MAX_BODY_BYTES} bytes", url=url)
            if time.monotonic() > deadline:
                raise PullFault(
                    "timeout",
                    f"the body was not complete after {_WHOLE_BODY_FACTOR * self._timeout_s:g} s",
                    url=url,
                    body=b"".join(chunks),
                )


def tls_context(connection: Connection, paths: Paths) -> ssl.SSLContext:
    """Certificates always verified, TLS 1.2 at least; the partner's own CA instead of the machine's where one is named.

    Raises UserError when a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if connection.ca_file:
        file = below(paths, connection.ca_file)
        try:
            context.load_verify_locations(file)
        except (OSError, ssl.SSLError) as error:
            raise UserError(f"ca_file {file} cannot be used: {_reason(error)}") from None
    else:
        context.load_default_certs()
    if connection.client_certificate_file:
        file = below(paths, connection.client_certificate_file)
        key = below(paths, connection.client_key_file) if connection.client_key_file else None
        try:
            # Never ask a person at the terminal: nights run alone.
            context.load_cert_chain(file, key, password=_no_password)
        except (OSError, ssl.SSLError, ValueError) as error:
            raise UserError(f"client_certificate_file {file} cannot be used: {_reason(error)}") from None
    return context


def below(paths: Paths, file: Path) -> Path:
    """A file of the configuration; relative ones lie below the data directory."""
    return paths.data / file


def forbidden(url: str) -> str:
    """The sentence for a host that must not be contacted."""
    try:
        netloc = parse_url(url).netloc or "no host"
    except HTTPError:
        netloc = "no host"
    netloc = netloc.rpartition("@")[2]
    return f"{netloc} is not among the allowed hosts, or not by this way; it was not contacted"


def _no_password() -> str:
    raise ValueError("its key is encrypted; give one without a password, readable by this user only")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error)


def _fault(error: HTTPError, url: str, body: bytes, timeout_s: float) -> PullFault:
    if isinstance(error, NewConnectionError):
        why = "the host name is not known" if isinstance(error, NameResolutionError) else "no connection"
        return PullFault("connection", f"{why}: {_cause(error)}", url=url)
    if isinstance(error, NothingCame):
        return PullFault("timeout", f"nothing came for {timeout_s:g} s", url=url, body=body)
    if isinstance(error, SSLError):
        cause = error.args[0] if error.args else error
        if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return PullFault("connection", "the connection was closed within TLS", url=url, body=body)
        return PullFault("tls", f"no safe connection: {_tls_reason(cause)}", url=url)
    if isinstance(error, (IncompleteRead, InvalidChunkLength)):
        return PullFault("truncated", "the body ended before its announced length", url=url, body=body)
    if isinstance(error, DecodeError):
        return PullFault("truncated", "the compressed body cannot be unpacked", url=url, body=body)
    if isinstance(error, ProtocolError):
        kind = "truncated" if "IncompleteRead" in str(error) else "connection"
        return PullFault(kind, f"the connection broke off: {_cause(error)}", url=url, body=body)
    return PullFault("connection", f"the request failed ({type(error).__name__})", url=url, body=body)


def _tls_reason(cause: object) -> str:
    told = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
    return str(told or type(cause).__name__).replace("_", " ").lower()


def _cause(error: HTTPError) -> str:
    """The name of what the operating system said; its text may hold more than we want to tell."""
    inner = error.__cause__ or (error.args[1] if len(error.args) > 1 else None)
    if isinstance(inner, OSError):
        return inner.strerror or type(inner).__name__
    return type(inner).__name__ if isinstance(inner, BaseException) else type(error).__name__
