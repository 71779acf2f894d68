"""What recorded erasures replaced: lines of the chains and of the manifest, and bodies in landing.

Each replaced thing is one entry of action `erase` whose subject names it: `events.ndjson/7` is the line with number 7,
`manifest.ndjson/7` and `body/7` are the manifest row and the body of the page with landing number 7. `detail` holds
`old_digest` and `new_digest`, the sha256 before and after. A thing may be replaced again: then its old digest is the
new one of before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.audit.chain import texts
from pipeline.audit.log import NewEntry, audit_file
from pipeline.settings import Paths

BODY = "body"


def journal_file(paths: Paths) -> Path:
    """Where the erasure that is under way, or was broken off, is written down."""
    return paths.ledger / "erasing.json"


def erase_entry(file: str, number: int, *, old: str, new: str, erasure_id: str, counts: dict[str, int]) -> NewEntry:
    """What says that a line or body was replaced; holds no identifier."""
    return NewEntry(
        action="erase",
        subject=f"{file}/{number}",
        counts=counts,
        sha256=new,
        detail={"old_digest": old, "new_digest": new, "erasure_id": erasure_id},
    )


@dataclass
class Erasure:
    """One erasure as the log tells it; `first_seq` is the entry it began with.

    `person` is its closing entry, None when it has none: then it is under way, was broken off, or never was one.
    """

    erasure_id: str
    first_seq: int
    line_count: int = 0
    body_count: int = 0
    person: dict[str, Any] | None = field(default=None)

    @property
    def has_replaced(self) -> bool:
        """Whether it changed anything here; one made elsewhere may be known by its identifiers alone."""
        return self.line_count + self.body_count > 0

    @property
    def summary(self) -> str:
        """What somebody who reviews it has to know."""
        what = f"erasure {self.erasure_id} replaced {self.body_count} bodies and {self.line_count} lines"
        if self.person is None:
            return what
        reason = self.person["detail"].get("reason")
        return f"{what}, by {self.person.get('user_name')} on {str(self.person.get('recorded_at'))[:10]}: {reason}"


def erasures(paths: Paths) -> list[Erasure]:
    """Every erasure that entries of the log name, in order of their beginning."""
    found: dict[str, Erasure] = {}
    for entry in _entries(paths):
        file, _, name = entry["subject"].rpartition("/")
        erasure_id = name if file == "person" else str(entry["detail"].get("erasure_id"))
        erasure = found.setdefault(erasure_id, Erasure(erasure_id, int(entry["seq"])))
        if file == "person":
            erasure.person = entry
        elif "new_digest" in entry["detail"]:
            erasure.body_count += file == BODY
            erasure.line_count += file != BODY
    return list(found.values())


def replaced(paths: Paths) -> dict[str, dict[int, list[tuple[str, str]]]]:
    """By file and number, the digests (before, after) of every replacement in order."""
    found: dict[str, dict[int, list[tuple[str, str]]]] = {}
    for entry in _entries(paths):
        file, _, number = entry["subject"].rpartition("/")
        if "new_digest" in entry["detail"] and number.isascii() and number.isdigit():
            digests = (str(entry["detail"].get("old_digest")), str(entry["detail"]["new_digest"]))
            found.setdefault(file, {}).setdefault(int(number), []).append(digests)
    return found


def _entries(paths: Paths) -> Iterator[dict[str, Any]]:
    """Entries of action `erase`; one that is none allows nothing here, and the check of the chain tells of it."""
    for _, text in texts(audit_file(paths)):
        if b'"action":"erase"' not in text:
            continue
        try:
            entry = json.loads(text)
            if isinstance(entry["subject"], str) and isinstance(entry["detail"], dict) and int(entry["seq"]) > 0:
                yield entry
        except (ValueError, KeyError, TypeError):
            continue


def replaced_lines(paths: Paths, file: str) -> dict[int, str]:
    """The digest that each replaced line of a file has now, by its number."""
    return {number: digests[-1][1] for number, digests in replaced(paths).get(file, {}).items()}


def allowed_lines(paths: Paths, file: str) -> dict[int, tuple[str, str]]:
    """The digests that each replaced line may have: an erasure is recorded first and made then."""
    return {number: digests[-1] for number, digests in replaced(paths).get(file, {}).items()}
