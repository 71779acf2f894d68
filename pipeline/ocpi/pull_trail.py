"""Every request of a pull on its way to the audit log, written before the page it brought is landed."""

from __future__ import annotations

from threading import Lock

from pipeline.audit import NewEntry, record
from pipeline.ocpi.client import Exchange
from pipeline.settings import Paths


class Trail:
    """Gathers exchanges and writes them in one go: a line a request, one sync to disk a page."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._entries: list[NewEntry] = []
        self._lock = Lock()

    def add(self, exchange: Exchange) -> None:
        """Note one request, also one that failed."""
        entry = NewEntry(
            action="request",
            subject=f"{exchange.partner}/{exchange.module}" if exchange.module else exchange.partner,
            counts={"attempt": exchange.attempt, "size_bytes": exchange.size_bytes or 0},
            sha256=exchange.sha256,
            detail={
                "method": exchange.method,
                "url": exchange.url,
                "http_status": exchange.http_status,
                "ocpi_status": exchange.ocpi_status,
                "duration_ms": round(exchange.duration_s * 1000),
                "request_id": exchange.request_id,
                "correlation_id": exchange.correlation_id,
                "credential": exchange.credential,
                "fault": exchange.fault,
            },
        )
        with self._lock:
            self._entries.append(entry)

    def flush(self) -> None:
        """Write what was gathered."""
        with self._lock:
            entries, self._entries = self._entries, []
        if entries:
            record(self._paths, entries)
