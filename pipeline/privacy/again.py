"""Erasures that a restored backup knows nothing of, made again from the audit log that recorded them.

That log holds no identifier, only its hash under the masking key and its pseudonym. Whoever is meant is found by
hashing the identifiers in landing; the same pseudonyms take their places, so that content and decisions are as before.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import texts
from pipeline.audit.checking import verify
from pipeline.audit.erasures import allowed_lines
from pipeline.audit.log import audit_file
from pipeline.masking import masking_key
from pipeline.nightly import Progress, collect_landing
from pipeline.privacy import journal as journals
from pipeline.privacy.bodies import identifiers_of
from pipeline.privacy.erase import Erased, Request, erase
from pipeline.privacy.identifiers import normal
from pipeline.privacy.journal import keyed_hash
from pipeline.privacy.json_fields import objects
from pipeline.privacy.places import bodies
from pipeline.settings import Paths, UserError
from pipeline.warehouse import run_lock

_UIDS = ("uid", "tokenuid")


@dataclass
class RecordedErasure:
    """One erasure as a log recorded it; pseudonyms by keyed hash of the identifier."""

    erasure_id: str
    reason: str = ""
    country_code: str | None = None
    party_id: str | None = None
    pseudonyms: dict[str, str] = field(default_factory=dict)


def erase_again(paths: Paths, folder: Path, on_progress: Progress | None = None) -> list[Erased]:
    """Make every erasure again that the log in `folder` holds and whose person is to be found in landing.

    `folder` is a data directory, or another folder with `ledger/` in it. Finishes an erasure that was broken off first;
    a second call finds nothing to do. Raises UserError when there is no log, it was altered or its identifiers were
    hashed with another key.
    """
    recorded = _recorded(paths, Paths(folder))
    done: list[Erased] = []
    with run_lock(paths):
        begun = journals.begun(paths)
        if begun:
            # The uid comes first.
            done.append(erase(paths, Request(begun.identifiers[0].value, begun.reason), on_progress))
        collect_landing(paths)
        _take_over(paths, recorded)
        for erasure in recorded:
            for uid in _uids(paths, erasure):
                request = Request(uid, erasure.reason, erasure.country_code, erasure.party_id)
                done.append(erase(paths, request, on_progress))
    return done


def _recorded(paths: Paths, other: Paths) -> list[RecordedErasure]:
    log, key_file = audit_file(other), other.ledger / "masking.key"
    if not log.exists():
        raise UserError(f"There is no {log}; name the folder that holds the ledger in which they were recorded")
    if key_file.exists() and not (paths.ledger / key_file.name).exists():
        # The backup is from before anything was masked; a key made now would recognise nobody.
        paths.ledger.mkdir(parents=True, exist_ok=True)
        shutil.copy(key_file, paths.ledger / key_file.name)
    if key_file.exists() and key_file.read_text(encoding="utf-8").strip() != masking_key(paths):
        raise UserError(f"{key_file} is another key than that of {paths.ledger}, so nobody is recognised by it")
    verify(log, lambda: allowed_lines(other, log.name))
    found: dict[str, RecordedErasure] = {}
    for _, text in texts(log):
        if b'"action":"erase"' not in text:
            continue
        entry = json.loads(text)
        kind, _, name = entry["subject"].partition("/")
        detail = entry["detail"]
        if kind == "identifier":
            erasure = found.setdefault(detail["erasure_id"], RecordedErasure(detail["erasure_id"]))
            erasure.pseudonyms[name] = detail["pseudonym"]
        elif kind == "person":
            erasure = found.setdefault(name, RecordedErasure(name))
            erasure.reason = detail["reason"]
            erasure.country_code, erasure.party_id = detail.get("country_code"), detail.get("party_id")
    return [erasure for erasure in found.values() if erasure.reason]


def _take_over(paths: Paths, recorded: list[RecordedErasure]) -> None:
    """Write the pseudonyms into our log: an erasure takes those of identifiers erased before."""
    known = journals.pseudonyms_by_hash(paths)
    record(
        paths,
        [
            NewEntry(
                action="erase",
                subject=f"identifier/{identifier}",
                detail={"erasure_id": erasure.erasure_id, "pseudonym": pseudonym, "taken_over": 1},
            )
            for erasure in recorded
            for identifier, pseudonym in erasure.pseudonyms.items()
            if identifier not in known
        ],
    )


def _uids(paths: Paths, erasure: RecordedErasure) -> list[str]:
    """The identifiers in landing that this erasure was about: uids where there are any, else the others."""
    hashes: dict[str, str] = {}
    uids: set[str] = set()
    others: set[str] = set()
    for key, value in _identifiers(paths):
        if value not in hashes:
            hashes[value] = keyed_hash(paths, value)
        if hashes[value] in erasure.pseudonyms:
            (uids if key in _UIDS else others).add(value)
    return sorted(uids or others)


def _identifiers(paths: Paths) -> Iterator[tuple[str, str]]:
    """(field, value in normal form) of every identifier of anybody in landing."""
    for place in bodies(paths):
        for item in objects(place.read().decode("utf-8", "surrogateescape")):
            for value in identifiers_of(item, is_tokens=place.is_tokens):
                if value.key != "groupid":
                    yield value.key, normal(value.plain)
