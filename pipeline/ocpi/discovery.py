"""Which OCPI version a partner speaks and where its modules are: asked for, chosen, and remembered per partner.

OCPI 2.3.0 version_information_endpoint; 2.1.1 knows no role of an endpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.ocpi.answer import Answer
from pipeline.ocpi.faults import PullFault
from pipeline.ocpi.key_files import write_secretly
from pipeline.ocpi.keys import Encoding
from pipeline.ocpi.paging import secured
from pipeline.partner_models import OCPI_VERSIONS, canonical_version

CHECKED_AGAIN_AFTER = timedelta(hours=24)


class Discovery(BaseModel):
    """What a partner offers: the version in use, its endpoints that we pull from (module: URL), and all its versions.

    `wanted_version` is the configured one; another is in use only where the partner does not offer it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    partner: str
    version: str
    wanted_version: str
    endpoints: dict[str, str]
    credentials_url: str | None
    offered_versions: list[str]
    versions_url: str
    checked_at: datetime

    def is_current(self, versions_url: str, wanted_version: str, now: datetime) -> bool:
        """Whether it is young enough and still about what is configured."""
        age = now - self.checked_at
        is_same = (self.versions_url, self.wanted_version) == (versions_url, wanted_version)
        return is_same and timedelta(0) <= age < CHECKED_AGAIN_AFTER


class Memory(BaseModel):
    """What is remembered of a partner between runs. No key is in it: `encodings` goes by the names of keys."""

    model_config = ConfigDict(extra="ignore")

    discovery: Discovery | None = None
    encodings: dict[str, Encoding] = Field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Memory:
        """What was written; nothing where that is no use, since all of it can be asked for again."""
        try:
            return cls.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            return cls()

    def write(self, file: Path) -> None:
        """Keep it, for this user only."""
        write_secretly(file, self.model_dump_json(indent=2))


def discover(
    get: Callable[[str, str], Answer], partner: str, versions_url: str, wanted_version: str, now: datetime
) -> Discovery:
    """Ask for the versions and for the details of the one in use; `get` takes a URL and the name of the module.

    Raises PullFault: not_ocpi, or no_endpoint where no version is one of ours.
    """
    answer = get(versions_url, "versions")
    offered = _versions(answer)
    if not offered:
        raise PullFault("not_ocpi", "the partner lists no versions", url=versions_url, body=answer.body)
    version, details_url = _choose(offered, wanted_version, answer)
    details = answer if details_url is None else get(secured(urljoin(answer.url, details_url), answer.url), "versions")
    endpoints, credentials_url = _endpoints(details, version)
    return Discovery(
        partner=partner,
        version=version,
        wanted_version=wanted_version,
        endpoints=endpoints,
        credentials_url=credentials_url,
        offered_versions=list(offered),
        versions_url=versions_url,
        checked_at=now,
    )


def _versions(answer: Answer) -> dict[str, str | None]:
    """Version and URL of its details; no URL where the partner's versions URL gives the details themselves."""
    data = answer.data
    if isinstance(data, dict):
        if isinstance(data.get("endpoints"), list):
            return {str(data.get("version") or ""): None}
        data = data.get("versions") if isinstance(data.get("versions"), list) else [data]
    rows = data if isinstance(data, list) else []
    return {
        row["version"]: row["url"]
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("version"), str) and isinstance(row.get("url"), str)
    }


def _choose(offered: dict[str, str | None], wanted: str, answer: Answer) -> tuple[str, str | None]:
    """The configured version, else the newest one that both sides know; `2.2` is read as 2.2.1, which it lacks not."""
    if "" in offered:
        return wanted, None
    # An exact name wins over one that means the same.
    known = {canonical_version(text): url for text, url in sorted(offered.items(), key=lambda item: len(item[0]))}
    for version in (wanted, *reversed(OCPI_VERSIONS)):
        if version in known:
            return version, known[version]
    raise PullFault(
        "no_endpoint",
        f"the partner offers OCPI {', '.join(offered)}; we speak {', '.join(OCPI_VERSIONS)}",
        url=answer.url,
        http_status=answer.http_status,
        body=answer.body,
    )


def _endpoints(details: Answer, version: str) -> tuple[dict[str, str], str | None]:
    data = details.data
    rows: Any = data.get("endpoints") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise PullFault("not_ocpi", "the version details list no endpoints", url=details.url, body=details.body)
    found: dict[str, tuple[bool, str]] = {}
    credentials_url: str | None = None
    for row in rows:
        if not (isinstance(row, dict) and isinstance(row.get("identifier"), str) and isinstance(row.get("url"), str)):
            continue
        module = row["identifier"].strip().lower()
        url = secured(urljoin(details.url, row["url"]), details.url)
        role = str(row.get("role") or "").upper()
        if module == "credentials":
            # The module is the same on both sides (credentials, Interfaces and endpoints), whatever role stands there.
            credentials_url = url
        elif version == "2.1.1" or role != "RECEIVER":
            # Objects are pulled from the side that owns them; where a partner names no role it is taken for that.
            is_sure = version == "2.1.1" or role == "SENDER"
            if module not in found or (is_sure and not found[module][0]):
                found[module] = (is_sure, url)
    return {module: url for module, (_, url) in found.items()}, credentials_url
