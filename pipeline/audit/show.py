"""Reads entries of the audit log as a stream, only those that were asked for."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.audit.chain import texts
from pipeline.audit.log import audit_file
from pipeline.settings import Paths, parse_timestamp


@dataclass(frozen=True)
class Wanted:
    """Which entries: from a moment on, of one action, about a subject that contains a text; None asks for all."""

    since: datetime | None = None
    action: str | None = None
    subject: str | None = None


def entries(paths: Paths, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """The entries that fit, oldest first, as they stand: unchecked, `audit verify` checks."""
    needle = f'"action":"{wanted.action}"'.encode() if wanted.action else b""
    for _, text in texts(audit_file(paths)):
        if needle not in text:
            continue
        try:
            content = json.loads(text)
            if _fits(content, wanted):
                yield content
        except (ValueError, KeyError, TypeError):
            # `audit verify` names it.
            continue


def newest(paths: Paths, wanted: Wanted, count: int) -> list[dict[str, Any]]:
    """The last `count` entries that fit, oldest first."""
    return list(deque(entries(paths, wanted), maxlen=count))


def _fits(entry: dict[str, Any], wanted: Wanted) -> bool:
    if wanted.action and entry["action"] != wanted.action:
        return False
    if wanted.subject and wanted.subject not in entry["subject"]:
        return False
    return wanted.since is None or parse_timestamp(entry["recorded_at"]) >= wanted.since
