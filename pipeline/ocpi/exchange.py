"""One HTTP request to a partner and what came of it, for the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Exchange:
    """One HTTP request that was sent, failed ones included. Holds no secret: `credential` is the name of the key.

    `attempt` counts from 1; `size_bytes` and `sha256` are those of the body received, `fault` the kind of PullFault.
    """

    partner: str
    method: str
    url: str
    module: str
    attempt: int
    started_at: datetime
    duration_s: float
    http_status: int | None
    ocpi_status: int | None
    size_bytes: int
    sha256: str | None
    request_id: str
    correlation_id: str
    credential: str
    fault: str | None


def ignore(exchange: Exchange) -> None:
    """Tell nobody."""
