"""A right answer changed as a kind of fault says; what happens to the connection itself is in `sending`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tests.ocpi.server.answers import Answer, page, refusal, with_query
from tests.ocpi.server.faults import Fault

if TYPE_CHECKING:
    from tests.ocpi.server.serving import Server

HTML = b"<html><head><title>502 Bad Gateway</title></head><body>The service is not available</body></html>"
_REDIRECTS = {"redirect": 307, "redirect_301": 301, "redirect_308": 308, "redirect_slash": 307, "redirect_loop": 307,
              "redirect_foreign": 307, "redirect_http": 307}  # fmt: skip
MOVED = "/moved"


def broken(server: Server, fault: Fault, answer: Answer, module: str, path: str, query: dict[str, str]) -> Answer:
    """The answer as the client will meet it. A kind that does not concern this request changes nothing."""
    kind = fault.kind
    if kind.startswith("http_"):
        return refusal(int(kind[5:]), 2000 if kind.startswith("http_4") else 3000)
    if kind.startswith("ocpi_"):
        return Answer(ocpi_status=int(kind[5:]))
    if kind.startswith("too_many"):
        return _too_many(fault)
    if kind in _REDIRECTS:
        return _redirect(server, kind, path, query) or answer
    if kind in ("html", "html_as_json"):
        return Answer(body=HTML, content_type="text/html" if kind == "html" else answer.content_type)
    if kind.startswith("wrong_type"):
        answer.content_type = "text/html" if kind == "wrong_type_html" else "text/plain"
    elif kind == "empty_body":
        answer.body, answer.objects = b"", None
    elif kind == "not_ocpi":
        return Answer(body=b'{"error": "unknown tenant"}')
    elif kind == "no_data":
        return Answer()
    elif answer.objects is not None:
        _break_page(server, kind, answer, module, query)
    return answer


def _too_many(fault: Fault) -> Answer:
    answer = refusal(429)
    wait_s = 1 if fault.value is None else fault.value
    if fault.kind == "too_many":
        answer.headers["Retry-After"] = f"{wait_s:g}"
    elif fault.kind == "too_many_date":
        answer.headers["Retry-After"] = format_datetime(datetime.now(UTC) + timedelta(seconds=wait_s), usegmt=True)
    return answer


def _redirect(server: Server, kind: str, path: str, query: dict[str, str]) -> Answer | None:
    if kind == "redirect_slash":
        to = None if path.endswith("/") else server.base_url + path + "/"
    elif kind == "redirect_loop":
        to = server.base_url + path
    elif kind == "redirect_foreign":
        to = server.foreign_url + path
    elif kind == "redirect_http":
        to = server.plain_url + path
    else:
        to = None if path.startswith(MOVED) else server.base_url + MOVED + path
    return Answer(status=_REDIRECTS[kind], body=b"", location=with_query(to, query)) if to else None


def _break_page(server: Server, kind: str, answer: Answer, module: str, query: dict[str, str]) -> None:
    objects = answer.objects or []
    limit = min(int(query.get("limit", server.page_size)), server.page_size)
    offset = int(query.get("offset", "0"))
    if kind in ("total_missing", "headers_missing"):
        del answer.headers["X-Total-Count"]
    if kind == "headers_missing":
        del answer.headers["X-Limit"]
    elif kind == "total_wrong":
        answer.headers["X-Total-Count"] = str(max(int(answer.headers["X-Total-Count"]) - server.page_size, 0))
    elif kind == "endless":
        everything = page(server.store, module, query | {"offset": "0", "limit": str(10**9)}, 10**9).objects or []
        answer.objects = [everything[(offset + n) % len(everything)] for n in range(limit) if everything]
        answer.next_query = query | {"offset": str(offset + limit), "limit": str(limit)}
    elif kind == "endless_empty":
        answer.objects = []
        answer.next_query = query | {"offset": str(offset + limit), "limit": str(limit)}
    elif kind == "duplicate_page":
        earlier = query | {"offset": str(max(offset - limit, 0)), "limit": str(limit)}
        answer.objects = page(server.store, module, earlier, server.page_size).objects
    elif kind == "short_page":
        answer.objects = objects[:-1]
    elif kind == "lower_case_ids":
        names = {"id", "uid", "country_code", "party_id"}
        answer.objects = [
            {name: value.lower() if name in names and isinstance(value, str) else value for name, value in item.items()}
            for item in objects
        ]
    elif kind == "bare_list":
        answer.body = json.dumps(objects).encode()
    elif kind == "bom":
        answer.body = b"\xef\xbb\xbf" + answer.rendered()
    elif kind == "not_utf8":
        answer.body, answer.objects = answer.rendered().replace(b'"data"', b'"data\xff\xfe"', 1), None


def link(server: Server, kind: str | None, answer: Answer, path: str, query: dict[str, str]) -> str | None:
    """The Link header of a page, or None."""
    if answer.next_query is None or kind in ("link_missing", "headers_missing"):
        return None
    url = server.base_url + path
    target = with_query(url, answer.next_query)
    if kind == "link_broken":
        return "<next>; rel=next; page=2>"
    if kind == "link_relative":
        target = with_query(path, answer.next_query)
    elif kind == "link_loop":
        target = with_query(url, query)
    elif kind == "link_back":
        target = with_query(url, answer.next_query | {"offset": "0"})
    elif kind == "link_bare":
        target = with_query(url, {"offset": answer.next_query["offset"]})
    elif kind == "link_foreign":
        target = with_query(server.foreign_url + path, answer.next_query)
    elif kind == "link_http":
        target = with_query(server.plain_url + path, answer.next_query)
    elif kind == "link_two":
        return f'<{with_query(url, answer.next_query | {"offset": "0"})}>; rel="first", <{target}>; rel="next"'
    return f'<{target}>; rel="next"'
