"""Bodies of OCPI answers, read only as far as a pull needs: the envelope, and the keys of the objects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipeline.ocpi.faults import PullFault

BOM = b"\xef\xbb\xbf"


class _Named(msgspec.Struct):
    id: str | None = None
    uid: str | None = None
    country_code: str | None = None
    party_id: str | None = None
    type: str | None = None
    last_updated: str | None = None


class _List(msgspec.Struct):
    status_code: int
    data: list[_Named]
    status_message: str | None = None


# All else in a page is passed over unread: CDRs are large, and landing keeps them as they are.
_lists = msgspec.json.Decoder(_List)


@dataclass(frozen=True)
class Answer:
    """What came for one request, read. `data` is filled only by `read_answer`, the keys only by `read_page`.

    `headers` have lower-case names; `sha256` is that of `body`.
    """

    url: str
    http_status: int
    headers: dict[str, str]
    body: bytes
    sha256: str
    ocpi_status: int = 0
    data: Any = None
    object_keys: tuple[str, ...] = ()
    newest_last_updated: datetime | None = None


@dataclass(frozen=True)
class _Content:
    status_code: int | None
    status_message: str | None
    data: Any = field(default=msgspec.UNSET)


def read_page(received: Answer) -> Answer:
    """Read a page of objects (OCPI 2.3.0 transport_and_format, Response format).

    Raises PullFault: not_json, not_ocpi (no list and no object where it should be) or ocpi_status (not 1xxx).
    """
    body = _text(received)
    try:
        page = _lists.decode(body)
    except msgspec.ValidationError:
        return _read_odd_page(received)
    except msgspec.DecodeError as error:
        raise _not_json(received, str(error)) from None
    _check_status(received, page.status_code, page.status_message)
    return _with(received, page.status_code, page.data)


def read_answer(received: Answer) -> Answer:
    """Read any other answer whole into `data`, such as version details; faults as with `read_page`."""
    content = _content(received)
    if content.data is msgspec.UNSET:
        raise _fault(received, "not_ocpi", "the answer has no data")
    return replace(received, ocpi_status=content.status_code or 0, data=content.data)


def _text(received: Answer) -> bytes:
    body = received.body.removeprefix(BOM)
    if not body.strip():
        raise _not_json(received, "the body is empty")
    # Strings that are passed over are not looked at by the decoder.
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            raise _not_json(received, f"byte {error.start} is not UTF-8") from None
    return body


def _content(received: Answer) -> _Content:
    """The envelope of any answer, or a bare list or object taken for the data of one."""
    try:
        value = msgspec.json.decode(_text(received))
    except msgspec.DecodeError as error:
        raise _not_json(received, str(error)) from None
    if isinstance(value, list):
        return _Content(1000, None, value)
    if not isinstance(value, dict):
        raise _fault(received, "not_ocpi", "the body is neither an object nor a list")
    status = value.get("status_code")
    if isinstance(status, str) and status.isascii() and status.isdigit():
        status = int(status)
    if type(status) is not int:
        raise _fault(received, "not_ocpi", "the body has no OCPI status_code")
    message = value.get("status_message")
    content = _Content(status, message if isinstance(message, str) else None, value.get("data", msgspec.UNSET))
    _check_status(received, status, content.status_message)
    return content


def _read_odd_page(received: Answer) -> Answer:
    content = _content(received)
    data = content.data
    if isinstance(data, dict):
        # One object where a list belongs; what it is, landing finds out.
        data = [data]
    if not isinstance(data, list):
        raise _fault(received, "not_ocpi", "the answer has no list of objects")
    return _with(received, content.status_code or 0, [_named(item) for item in data])


def _named(item: Any) -> _Named:
    if not isinstance(item, dict):
        return _Named()
    texts = {name: item.get(name) for name in _Named.__struct_fields__}
    return _Named(**{n: v if isinstance(v, str) else str(v) if type(v) is int else None for n, v in texts.items()})


def _check_status(received: Answer, status: int, message: str | None) -> None:
    if not 1000 <= status < 2000:
        said = f": {message}" if message else ""
        raise _fault(received, "ocpi_status", f"OCPI status {status}{said}", status)


def _with(received: Answer, status: int, rows: list[_Named]) -> Answer:
    return replace(
        received,
        ocpi_status=status,
        object_keys=tuple([_key(row) for row in rows]),
        newest_last_updated=_newest([row.last_updated for row in rows if row.last_updated]),
    )


def _key(row: _Named) -> str:
    # Two tokens may share a uid: their type tells them apart (mod_tokens, Token object).
    name = row.id or (f"{row.uid}*{row.type}" if row.uid and row.type else row.uid)
    if not name:
        return ""
    # Partners do not keep to one case, and OCPI compares ids without regard to it (types, CiString).
    return f"{row.country_code}*{row.party_id}*{name}".upper() if row.country_code and row.party_id else name.upper()


def _newest(stamps: list[str]) -> datetime | None:
    if stamps and all(len(stamp) == 20 and stamp[19] == "Z" for stamp in stamps):
        # Of one form, the greatest text is the latest moment.
        found = _moment(max(stamps))
        if found:
            return found
    return max((moment for stamp in stamps if (moment := _moment(stamp))), default=None)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _not_json(received: Answer, why: str) -> PullFault:
    if "text/html" in received.headers.get("content-type", "").lower():
        return _fault(received, "content_type", "a web page came instead of JSON")
    return _fault(received, "not_json", f"the body is not JSON: {why}")


def _fault(received: Answer, kind: Any, message: str, ocpi_status: int | None = None) -> PullFault:
    return PullFault(
        kind,
        message,
        url=received.url,
        http_status=received.http_status,
        ocpi_status=ocpi_status,
        body=received.body,
    )
