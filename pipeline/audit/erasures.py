"""What recorded erasures replaced: lines of the chains and of the manifest, and bodies in landing.

Each replaced thing is one entry of action `erase` whose subject names it: `events.ndjson/7` is the line with number 7,
`manifest.ndjson/7` and `body/7` are the manifest row and the body of the page with landing number 7. `detail` holds
`old_digest` and `new_digest`, the sha256 before and after. A thing may be replaced again: then its old digest is the
new one of before.
"""

from __future__ import annotations

import json

from pipeline.audit.chain import texts
from pipeline.audit.log import NewEntry, audit_file
from pipeline.settings import Paths

BODY = "body"


def erase_entry(file: str, number: int, *, old: str, new: str, erasure_id: str, counts: dict[str, int]) -> NewEntry:
    """What says that a line or body was replaced; holds no identifier."""
    return NewEntry(
        action="erase",
        subject=f"{file}/{number}",
        counts=counts,
        sha256=new,
        detail={"old_digest": old, "new_digest": new, "erasure_id": erasure_id},
    )


def replaced(paths: Paths) -> dict[str, dict[int, list[tuple[str, str]]]]:
    """By file and number, the digests (before, after) of every replacement in order."""
    found: dict[str, dict[int, list[tuple[str, str]]]] = {}
    for _, text in texts(audit_file(paths)):
        if b'"action":"erase"' not in text:
            continue
        try:
            entry = json.loads(text)
        except ValueError:
            # The check of the chain tells of it; here it allows nothing.
            continue
        file, _, number = entry["subject"].rpartition("/")
        if "new_digest" in entry["detail"] and number.isdigit():
            digests = (entry["detail"]["old_digest"], entry["detail"]["new_digest"])
            found.setdefault(file, {}).setdefault(int(number), []).append(digests)
    return found


def replaced_lines(paths: Paths, file: str) -> dict[int, str]:
    """The digest that each replaced line of a file has now, by its number."""
    return {number: digests[-1][1] for number, digests in replaced(paths).get(file, {}).items()}


def allowed_lines(paths: Paths, file: str) -> dict[int, tuple[str, str]]:
    """The digests that each replaced line may have: an erasure is recorded first and made then."""
    return {number: digests[-1] for number, digests in replaced(paths).get(file, {}).items()}
