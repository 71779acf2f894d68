"""What a right OCPI answer holds: versions, details, credentials and pages of a module."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.ocpi.server.store import MODULES, Json, Store, moment

STAMP = "2026-11-01T00:00:00Z"
DETAILS = ("versions", "details", "credentials")


@dataclass
class Answer:
    """An HTTP answer before anything goes wrong with it; `objects` are what a page holds."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    data: object = None
    ocpi_status: int = 1000
    objects: list[Json] | None = None
    body: bytes | None = None
    next_query: dict[str, str] | None = None
    location: str | None = None

    def rendered(self) -> bytes:
        if self.body is not None:
            return self.body
        data = self.data if self.objects is None else self.objects
        message = "Success" if self.ocpi_status < 2000 else "No success"
        envelope: Json = {"status_code": self.ocpi_status, "status_message": message, "timestamp": STAMP}
        if data is not None and self.ocpi_status < 2000:
            envelope = {"data": data} | envelope
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def refusal(http_status: int, ocpi_status: int = 2000) -> Answer:
    return Answer(status=http_status, ocpi_status=ocpi_status)


def has_token(header: str | None, token: str, encoding: str) -> bool:
    """Whether `Authorization: Token ...` holds it: raw, base64 or in either form (OCPI 2.2.1, 4.1.1)."""
    scheme, _, sent = (header or "").partition(" ")
    if scheme != "Token":
        return False
    if encoding in ("raw", "either") and sent == token:
        return True
    try:
        return encoding in ("base64", "either") and base64.b64decode(sent, validate=True).decode() == token
    except (binascii.Error, UnicodeDecodeError):
        return False


def endpoints(url: str, version: str, modules: Sequence[str], role: str) -> list[Json]:
    """Of version details. From 2.2 on each has a role; what `role` does not send it receives, elsewhere."""
    found: list[Json] = [{"identifier": "credentials", "url": f"{url}/ocpi/{version}/credentials"}]
    for module in modules:
        is_sent = role == "HUB" or (module == "tokens") == (role == "EMSP")
        receiver = {"identifier": module, "role": "RECEIVER", "url": f"{url}/ocpi/receiver/{version}/{module}"}
        sender = {"identifier": module, "role": "SENDER", "url": f"{url}/ocpi/{version}/{module}"}
        if version == "2.1.1":
            found.append({"identifier": module, "url": sender["url"]})
        else:
            # The one that is not to be pulled from comes first, for who takes the first.
            found += [receiver, sender] if is_sent and role == "HUB" else [sender] if is_sent else [receiver]
    if version != "2.1.1":
        found[0]["role"] = "SENDER"
        found.append(found[0] | {"role": "RECEIVER"})
    return found


def credentials(token: str, url: str, version: str) -> Json:
    party = {"business_details": {"name": "Charge Point Inn"}, "party_id": "CPI", "country_code": "NL"}
    if version == "2.1.1":
        return {"token": token, "url": f"{url}/ocpi/versions", **party}
    return {"token": token, "url": f"{url}/ocpi/versions", "roles": [{"role": "CPO", **party}]}


def page(store: Store, module: str, query: dict[str, str], page_size: int) -> Answer:
    """One page of a module (OCPI 2.2.1, 4.1.4): the limit asked for is lowered to `page_size`."""
    try:
        start, end = (moment(query[name]) if name in query else None for name in ("date_from", "date_to"))
        offset, limit = int(query.get("offset", "0")), min(int(query.get("limit", page_size)), page_size)
    except ValueError:
        return Answer(ocpi_status=2001)
    if offset < 0 or limit < 1:
        return Answer(ocpi_status=2001)
    found = store.between(module, start, end)
    answer = Answer(objects=found[offset : offset + limit])
    answer.headers = {"X-Total-Count": str(len(found)), "X-Limit": str(page_size)}
    if offset + limit < len(found):
        answer.next_query = query | {"offset": str(offset + limit), "limit": str(limit)}
    return answer


def with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}?{urlencode(query)}" if query else url


def part_of(path: str) -> tuple[str, str | None] | None:
    """What a path below `/ocpi` asks for, and of which version; `receiver` for what is not to be pulled."""
    match path.strip("/").split("/"):
        case ["ocpi", "versions"]:
            return "versions", None
        case ["ocpi", "receiver", version, module] if module in MODULES:
            return "receiver", version
        case ["ocpi", version]:
            return "details", version
        case ["ocpi", version, part] if part in (*MODULES, "credentials"):
            return part, version
    return None
