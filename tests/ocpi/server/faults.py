"""The ways to fail, and the plan that says which request fails how.

A kind says what becomes of the answer that the server would have given:

| kind | what the client meets |
|---|---|
| slow | nothing for `value` seconds (default 60, or until the client hangs up), then the answer |
| trickle | the answer in crumbs, one byte each 50 ms |
| reset | the connection reset before any answer |
| hang_up | the connection closed before any answer |
| reset_in_body | half of the body, then a reset |
| truncated | half of the body, then the end, though Content-Length promised all |
| truncated_json | half of the body with a right Content-Length |
| chunked_cut | half of a chunked body, then the end |
| gzip_cut | half of a gzip body with a right Content-Length |
| too_many, too_many_date | 429 with Retry-After `value` (default 1) in seconds, or as a date |
| too_many_bare | 429 without Retry-After |
| http_400, http_401, http_403, http_404, http_405, http_500, http_502, http_503, http_504 | that status |
| html | 200 with an HTML page, called HTML |
| html_as_json | 200 with an HTML page, called JSON |
| empty_body | 200 with no byte |
| wrong_type | the right answer, called text/plain |
| wrong_type_html | the right answer, called text/html |
| not_ocpi | 200 with JSON that is no OCPI answer: `{"error": "..."}` |
| bare_list | 200 with the list alone, no envelope |
| no_data | OCPI 1000 without data |
| not_utf8 | a body with bytes that are not UTF-8 |
| ocpi_2000, ocpi_2001, ocpi_2003, ocpi_3000, ocpi_3001, ocpi_3002, ocpi_3003 | that OCPI status in HTTP 200 |
| link_missing | more to come, but no Link |
| link_broken | a Link that is no URL |
| link_relative | a Link with a path only |
| link_loop | a Link to this very page |
| link_back | a Link to the first page |
| link_bare | a Link that lost limit and dates |
| link_foreign | a Link to another host |
| link_http | a Link to the same host by plain http |
| link_two | rel=first before rel=next, in one header |
| total_missing, total_wrong | no X-Total-Count, or one that is too small by one page |
| headers_missing | neither Link nor X-Total-Count nor X-Limit |
| endless | a full page and a Link, for ever: objects come again from the start |
| endless_empty | an empty page and a Link, for ever |
| duplicate_page | the objects of the page before once more, instead of this one's |
| short_page | one object less than the page should have (the Link goes on after the gap) |
| redirect, redirect_301, redirect_308 | 307 (or that) to the same answer on the same host |
| redirect_slash | 307 to the same path with a slash at its end, which then answers |
| redirect_loop | 307 to itself |
| redirect_foreign | 307 to another host |
| redirect_http | 307 to the same host by plain http |
| lower_case_ids | id, uid, country_code and party_id in lower case |
| gzip, chunked | the right answer in that transport |
| bom | the right answer after a byte order mark |
| applied_reset | for a credentials PUT: done, but the answer is lost in a reset |
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass

# Gone when the same request is sent again.
TRANSIENT = (
    "slow", "reset", "hang_up", "reset_in_body", "truncated", "truncated_json", "chunked_cut", "gzip_cut",
    "too_many", "too_many_date", "too_many_bare", "http_500", "http_502", "http_503", "http_504", "html",
    "html_as_json", "empty_body", "not_utf8", "ocpi_3000", "ocpi_3001", "ocpi_3002", "ocpi_3003",
)  # fmt: skip
# Nothing is got by asking once more, or nothing may be sent where they lead.
FATAL = (
    "http_400", "http_401", "http_403", "http_404", "http_405", "not_ocpi", "no_data", "ocpi_2000", "ocpi_2001",
    "ocpi_2003", "link_foreign", "redirect_loop", "redirect_foreign", "redirect_http", "endless", "endless_empty",
)  # fmt: skip
# Odd or wrong, but a careful client still gets every object.
HANDLED = (
    "wrong_type", "bare_list", "link_missing", "link_broken", "link_relative", "link_loop", "link_back", "link_bare",
    "link_two", "link_http", "total_missing", "total_wrong", "headers_missing", "duplicate_page", "short_page",
    "redirect", "redirect_301", "redirect_308", "redirect_slash", "lower_case_ids", "gzip", "chunked", "bom",
)  # fmt: skip
KINDS = (*TRANSIENT, *FATAL, *HANDLED, "trickle", "wrong_type_html", "applied_reset")


@dataclass(frozen=True)
class Fault:
    """`kind` for the requests `at <= number < at + times` of `module`; None: every module, without end."""

    kind: str
    module: str | None = None
    at: int = 0
    times: int | None = 1
    value: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of fault")

    def fits(self, part: str, number: int) -> bool:
        return (
            self.module in (None, part) and self.at <= number and (self.times is None or number < self.at + self.times)
        )


class FaultPlan:
    """Which request fails how: first the faults by number, else by chance. One draw a request, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        with self._lock:
            self._faults: list[Fault] = []
            self._random: random.Random | None = None
            self._probability = 0.0
            self._kinds: Sequence[str] = ()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def at_random(self, seed: float | str, probability: float, kinds: Sequence[str]) -> None:
        with self._lock:
            self._random, self._probability, self._kinds = random.Random(seed), probability, tuple(kinds)

    def choose(self, part: str, number: int) -> Fault | None:
        """The fault for request `number` (from 0) of a module; `part` may also be versions, details, credentials."""
        with self._lock:
            for fault in self._faults:
                if fault.fits(part, number):
                    return fault
            if self._random and self._random.random() < self._probability:
                return Fault(self._random.choice(self._kinds))
            return None
