"""The part of an event that no erasure may change: what was decided, on what, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.audit.chain import content_hash

# An erasure replaces identifiers in these: texts, labels, and the hash of a content whose identifiers were replaced.
_ERASABLE = {"object_label"}
_ERASABLE_IN_PAYLOAD = {"reason", "note", "cdr_version_hash", "payers"}


def kept_sha256(event: Mapping[str, Any]) -> str:
    """sha256 of the canonical event without its hashes and without what an erasure may replace."""
    kept = {key: value for key, value in event.items() if key not in _ERASABLE and key not in ("hash", "prev_hash")}
    kept["payload"] = {key: value for key, value in event["payload"].items() if key not in _ERASABLE_IN_PAYLOAD}
    return content_hash(kept)
