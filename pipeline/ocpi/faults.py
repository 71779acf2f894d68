"""What can go wrong between a partner and us, told in one manner."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "timeout",
    "connection",
    "truncated",
    "not_json",
    "not_ocpi",
    "http_status",
    "ocpi_status",
    "content_type",
    "endless",
    "forbidden_host",
    "redirect",
    "unauthorised",
    "no_endpoint",
    "tls",
]
# Of the HTTP statuses these may well be gone a moment later; OCPI statuses of servers and hubs as well. Of 5xx only
# what the server cannot do at all (501, 505) stays.
_PASSING_STATUSES = {408, 425, 429, *range(500, 600)} - {501, 505}
_PASSING_KINDS = {"timeout", "connection", "truncated", "not_json", "content_type"}


class PullFault(Exception):
    """A partner's answer that cannot be used, or none at all, after every retry that could help.

    `body` is what came instead of an answer, with our keys blotted out; `url` and `message` hold no secret.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        url: str,
        http_status: int | None = None,
        ocpi_status: int | None = None,
        body: bytes = b"",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.message = message
        self.url = url
        self.http_status = http_status
        self.ocpi_status = ocpi_status
        self.body = body
        self.retry_after_s = retry_after_s

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed when it is sent again."""
        if self.kind == "http_status":
            return self.http_status in _PASSING_STATUSES
        if self.kind == "ocpi_status":
            return (self.ocpi_status or 0) >= 3000
        return self.kind in _PASSING_KINDS
