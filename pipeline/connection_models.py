"""How a partner is reached over HTTP: the `connection` of an entry in partners.yml. It names secrets, it holds none."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from pipeline.entry import Country, Entry, Party

# What the other side owns and we therefore pull (OCPI 2.3.0 transport_and_format, Pull and Push).
_PULLED_BY = {"EMSP": ("locations", "tariffs", "sessions", "cdrs"), "CPO": ("tokens",)}
MAX_CREDENTIALS = 2
_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Whether a host name (without port) is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text):
        raise ValueError(f"{text!r} is no name of a credential; use letters, digits, . - and _, such as 2026-a")
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        # Whoever wrote the key itself here should not find it in a terminal or a log again.
        raise ValueError("this is no name of an environment variable; write its name here, never the key itself")
    return text


def _url(text: str) -> str:
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ValueError("a URL holds no user name or password; name the key under credentials")
    try:
        parts = parse_url(text)
    except LocationParseError as error:
        raise ValueError("this is no URL; write it like https://ocpi.example.com/ocpi/versions") from error
    if parts.scheme not in _PORTS or not parts.host or re.search(r"[\s\\]", text):
        raise ValueError(f"{text!r} is no URL; write it like https://ocpi.example.com/ocpi/versions")
    if parts.query:
        # URLs are kept in landing and logs, where no key may stand.
        raise ValueError("a URL with a part after ? is not used here: keys belong under credentials")
    if parts.fragment:
        raise ValueError(f"{text!r} has a part after #, which no server gets; leave it out")
    if parts.scheme == "http" and not is_loopback(parts.host.strip("[]")):
        raise ValueError("plain http would show the key to everybody on the way; write https")
    return text


def _host(text: str) -> str:
    host, _, port = text.rpartition(":") if re.search(r":[0-9]+$", text) and not text.count(":") > 2 else (text, "", "")
    if not re.fullmatch(r"[a-z0-9.-]+|\[?[0-9a-f:]+\]?", host.lower()) or (port and not 0 < int(port) < 65536):
        raise ValueError(
            f"{text!r} is no host; write a name such as ocpi.example.com, with :port where only that is meant"
        )
    return text.lower()


Moment = Annotated[datetime, AfterValidator(_aware)]
Url = Annotated[str, AfterValidator(_url)]


class Credential(Entry):
    """One key that we call the partner with: its name, where it is kept, and when it is valid."""

    name: Annotated[str, AfterValidator(_name)]
    token_env: Annotated[str, AfterValidator(_variable)] | None = None
    token_file: Path | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None

    @model_validator(mode="after")
    def _is_kept_in_one_place(self) -> Credential:
        if (self.token_env is None) == (self.token_file is None):
            raise ValueError("give either token_env or token_file: where the key is kept")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from (it is the first moment no longer covered)")
        return self


class HubParty(Entry):
    """The hub between us and the partner."""

    country_code: Country
    party_id: Party


class Connection(Entry):
    """One partner's OCPI interface and how we call it. Relative files lie below the data directory."""

    versions_url: Url
    role: Literal["EMSP", "CPO"]
    allowed_hosts: list[Annotated[str, AfterValidator(_host)]] = Field(default_factory=list)
    hub: HubParty | None = None
    routing_headers: bool | None = None
    credentials: list[Credential] = Field(min_length=1, max_length=MAX_CREDENTIALS)
    auth_encoding: Literal["auto", "raw", "base64"] = "auto"
    our_versions_url: Url | None = None
    ca_file: Path | None = None
    client_certificate_file: Path | None = None
    client_key_file: Path | None = None
    requests_per_s: float = Field(default=5, gt=0, le=10_000)
    page_limit: int = Field(default=1000, ge=1, le=100_000)
    timeout_s: float = Field(default=30, gt=0, le=600)
    first_pull_from: Moment | None = None
    overlap_h: float = Field(default=24, ge=0, le=24 * 31)
    full_every_days: int = Field(default=7, ge=1, le=366)

    @model_validator(mode="after")
    def _first_host_is_allowed(self) -> Connection:
        if self.allowed_hosts and not self.allows(self.versions_url):
            raise ValueError(
                f"allowed_hosts leaves out the host of versions_url, {parse_url(self.versions_url).netloc}"
            )
        return self

    @model_validator(mode="after")
    def _key_has_a_certificate(self) -> Connection:
        if self.client_key_file and not self.client_certificate_file:
            raise ValueError("client_key_file is of no use without client_certificate_file")
        return self

    @model_validator(mode="after")
    def _credentials_follow_each_other(self) -> Connection:
        names = [credential.name for credential in self.credentials]
        if len(set(names)) < len(names):
            raise ValueError(f"two credentials are called {names[0]}; give each a name of its own")
        earlier, *later = sorted(self.credentials, key=lambda c: c.valid_from or datetime.min.replace(tzinfo=UTC))
        for following in later:
            if earlier.valid_to and following.valid_from and earlier.valid_to < following.valid_from:
                raise ValueError(
                    f"no credential is valid from {earlier.valid_to:%Y-%m-%dT%H:%M:%SZ} to"
                    f" {following.valid_from:%Y-%m-%dT%H:%M:%SZ}; let {earlier.name} last until {following.name} begins"
                )
        return self

    @property
    def pulled_modules(self) -> tuple[str, ...]:
        """Modules that a party of our role pulls."""
        return _PULLED_BY[self.role]

    @property
    def hosts(self) -> list[str]:
        """Hosts that may be contacted; one without port stands for all its ports."""
        own = parse_url(self.versions_url)
        return self.allowed_hosts or [f"{own.host}:{own.port or _PORTS[own.scheme or 'https']}"]

    def allows(self, url: str) -> bool:
        """Whether this URL may be contacted: its host is listed, and only this machine is reached by plain http."""
        try:
            # The same reading of a URL as that of the connection that is opened to it.
            parts = parse_url(url)
        except LocationParseError:
            return False
        host = parts.host or ""
        if parts.scheme not in _PORTS or not host or parts.auth is not None or re.search(r"[\s\\]", url):
            return False
        if parts.scheme == "http" and not is_loopback(host.strip("[]")):
            return False
        return not {host, host.strip("[]"), f"{host}:{parts.port or _PORTS[parts.scheme]}"}.isdisjoint(self.hosts)
