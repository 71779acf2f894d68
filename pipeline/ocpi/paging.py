"""From one page to the next: by `Link` where it can be trusted, else by offset. Nothing is skipped, nothing is endless.

OCPI 2.3.0 transport_and_format, Paginated Response; the same in 2.2.1 and 2.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from pipeline.ocpi.answer import Answer
from pipeline.ocpi.faults import PullFault

_MAX_PAGES = 100_000
_MAX_EMPTY_PAGES = 3
# A total that is wrong is common; one that is passed by so much is no total, and the pages have no end.
_PAGES_BEYOND_TOTAL = 20
_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w!#$&+\-.^`|~*]+\s*=\s*(?:"[^"]*"|[^;,"\s]*))*)')
_REL_NEXT = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)\s*(?:;|$)', re.IGNORECASE)


def first_url(endpoint: str, *, date_from: datetime | None, date_to: datetime | None, limit: int) -> str:
    """The URL of the first page; what the endpoint has in its own query stays."""
    return _with_query(endpoint, {**filters(date_from, date_to), "limit": str(limit)})


def filters(date_from: datetime | None, date_to: datetime | None) -> dict[str, str]:
    """The window [`date_from`, `date_to`) as OCPI writes it, never narrower than asked for (whole milliseconds)."""
    told = {}
    if date_from is not None:
        told["date_from"] = _written(date_from)
    if date_to is not None:
        up = timedelta(microseconds=-date_to.microsecond % 1000)
        told["date_to"] = _written(date_to + up)
    return told


class Walk:
    """One way through the pages of a module, from its first URL (or one to go on from) to the last page."""

    def __init__(
        self,
        endpoint: str,
        window: dict[str, str],
        limit: int,
        *,
        may_use: Callable[[str], bool] = lambda url: True,
    ) -> None:
        self._plain = {*_query(endpoint), "date_from", "date_to", "limit"}
        self._window = window
        self._limit = limit
        self._may_use = may_use
        self._urls: set[str] = set()
        self._contents: set[int] = set()
        self._empty_pages = 0
        self.is_probe = False

    def has_seen(self, answer: Answer) -> bool:
        """Whether the same objects, unchanged, came before on another page."""
        return bool(answer.object_keys) and _content(answer) in self._contents

    def next(self, asked: str, answer: Answer) -> str | None:
        """Where to go on after the page that `asked` gave; None after the last one.

        `is_probe` then tells whether the next page is only looked for, because nothing says that this was the last.
        Raises PullFault `endless` when the pages have no end.
        """
        self._urls.add(asked)
        self._contents.add(_content(answer))
        count, position = len(answer.object_keys), self._position(asked)
        total = _number(answer.headers.get("x-total-count"))
        most = _number(answer.headers.get("x-limit"))
        self._refuse_endless(answer, count, position, total)
        self.is_probe = False
        link, is_broken = self._link(asked, answer, position, count)
        if link is not None:
            is_over = not count and total is not None and position is not None and position >= total
            return None if is_over else link
        if not count:
            return None
        if position is None:
            if is_broken:
                raise _endless(answer, "Link leads nowhere new, and the pages are not counted by offset")
            return None
        # No usable Link: the offset of the next object, as far as there may be one.
        is_unknown = total is None and not is_broken
        if (total is not None and position + count >= total) or (is_unknown and most is not None and count < most):
            return None
        self.is_probe = is_unknown
        step = min(self._limit, most) if most else self._limit
        return _with_query(asked, {**self._window, "limit": str(step), "offset": str(position + count)})

    def _refuse_endless(self, answer: Answer, count: int, position: int | None, total: int | None) -> None:
        self._empty_pages = 0 if count else self._empty_pages + 1
        if self._empty_pages >= _MAX_EMPTY_PAGES:
            raise _endless(answer, f"{_MAX_EMPTY_PAGES} empty pages one after the other, each with a Link to the next")
        if len(self._urls) > _MAX_PAGES:
            raise _endless(answer, f"more than {_MAX_PAGES} pages")
        if total is not None and position is not None:
            margin = _PAGES_BEYOND_TOTAL * max(self._limit, count)
            if position + count > 2 * total + margin:
                raise _endless(answer, f"page after page beyond the {total} objects that the partner counts")

    def _link(self, asked: str, answer: Answer, position: int | None, count: int) -> tuple[str | None, bool]:
        """The next URL by `Link`, mended where it lost something; and whether there was one that is of no use."""
        named = link_next(answer.headers.get("link"))
        if named is None:
            return None, False
        try:
            url = urljoin(answer.url, named)
            parts = urlsplit(url)
        except ValueError:
            return None, True
        is_readable = named.startswith(("http://", "https://", "/", "?")) and not re.search(r"\s", named)
        if not is_readable or not parts.netloc or not self._may_use(url):
            return None, True
        url = secured(url, asked)
        offset = _number(_query(url).get("offset"))
        if offset is not None and position is not None and _is_misplaced(url, asked):
            limit = _query(url).get("limit", "")
            limit = limit if limit.isdigit() else str(self._limit)
            url = _with_query(asked, {**self._window, "limit": limit, "offset": str(offset)})
        changes = self._lost(url)
        if offset is not None and position is not None:
            if offset <= position:
                return None, True
            if count and offset > position + count:
                # Fewer objects than the Link counts on: rather some twice than one never.
                changes["offset"] = str(position + count)
        url = _with_query(url, changes) if changes else url
        return (None, True) if url in self._urls else (url, False)

    def _position(self, url: str) -> int | None:
        """How many objects come before this page; None where the partner keeps that in words of its own (a cursor)."""
        query = _query(url)
        if "offset" in query:
            return _number(query["offset"])
        return 0 if query.keys() <= self._plain else None

    def _lost(self, url: str) -> dict[str, str]:
        query = _query(url)
        lost = {name: value for name, value in self._window.items() if not _same_moment(query.get(name), value)}
        if "offset" in query and not query.get("limit", "").isdigit():
            lost["limit"] = str(self._limit)
        return lost


def link_next(header: str | None) -> str | None:
    """The target of `rel="next"` in a Link header (RFC 8288), or None; `""` for a header that cannot be read."""
    if not header or not header.strip():
        return None
    links = _LINK.findall(header)
    for target, parameters in links:
        if _REL_NEXT.search(parameters):
            return target.strip()
    return None if links or "next" not in header.lower() else ""


def secured(url: str, asked: str) -> str:
    """`url`, by https where `asked` was: servers behind a proxy often do not know how they were reached."""
    if not (asked.startswith("https://") and url.startswith("http://")):
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")))


def _is_misplaced(url: str, asked: str) -> bool:
    """Whether a Link leads to another place on the same host than the page it came with.

    Some servers write scheme, port or path wrong but count right; an offset is good at the place that we asked.
    """
    there, here = urlsplit(url), urlsplit(asked)
    is_same_place = (there.scheme, there.netloc, there.path) == (here.scheme, here.netloc, here.path)
    return there.hostname == here.hostname and not is_same_place


def _content(answer: Answer) -> int:
    if any(answer.object_keys):
        return hash((answer.object_keys, answer.newest_last_updated))
    return hash(answer.sha256)


def _endless(answer: Answer, why: str) -> PullFault:
    return PullFault("endless", why, url=answer.url, http_status=answer.http_status, body=answer.body)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isascii() and text.strip().isdigit() else None


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _with_query(url: str, changes: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in changes]
    return urlunsplit(parts._replace(query=urlencode([*query, *changes.items()], safe=":")))


def _written(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def _same_moment(told: str | None, wanted: str) -> bool:
    if told is None:
        return False
    try:
        # A plus in a query is read as a space.
        moment = datetime.fromisoformat(told.replace(" ", "+") if re.search(r" \d\d:?\d\d$", told) else told)
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment == datetime.fromisoformat(wanted)
