"""The erasure under way, on disk until it is done: what a process killed halfway leaves to the next one.

It is the one file that holds identifiers beside their pseudonyms, readable by the owner alone, and it goes last of all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from pipeline.audit.chain import read as read_chain
from pipeline.audit.chain import sync_folder
from pipeline.audit.erasures import journal_file
from pipeline.audit.log import audit_file
from pipeline.masking import masking_key
from pipeline.privacy.identifiers import Identifier, Person, normal
from pipeline.settings import Paths, UserError


class KnownIdentifier(BaseModel):
    """One identifier and what takes its place."""

    value: str
    is_contract: bool
    forms: tuple[str, ...]
    pseudonym: str


class Journal(BaseModel):
    """One erasure: whose, why, and what has to be known from before bodies change.

    `decided` tells, for each content hash that a decision of the ledger names, the landed page and the place in it
    of one object with that content, and `new_hashes` the hash it has now, once that is known. `as_of` is the clock of
    the last build, None when there was none.
    """

    model_config = ConfigDict(extra="forbid")

    erasure_id: str
    uid_hash: str
    reason: str
    country_code: str | None
    party_id: str | None
    identifiers: list[KnownIdentifier]
    decided: dict[str, tuple[int, int]]
    new_hashes: dict[str, str] = {}
    as_of: datetime | None

    def person(self) -> Person:
        """Who is erased, with pseudonyms."""
        return Person(
            tuple(Identifier(item.value, item.is_contract, item.forms, item.pseudonym) for item in self.identifiers),
            self.country_code,
            self.party_id,
        )


def keyed_hash(paths: Paths, identifier: str) -> str:
    """What the audit log knows an identifier by: the same for every spelling, and nothing without the masking key."""
    return hmac.new(masking_key(paths).encode(), normal(identifier).encode(), hashlib.sha256).hexdigest()


_is_erasing: ContextVar[bool] = ContextVar("is_erasing", default=False)


@contextmanager
def erasing() -> Iterator[None]:
    """While an erasure makes the warehouse again itself, what it left half done is no reason to refuse that."""
    token = _is_erasing.set(True)
    try:
        yield
    finally:
        _is_erasing.reset(token)


def refuse_broken_off(paths: Paths) -> None:
    """Raise UserError while an erasure is half done: decisions may not be bound to the replaced content yet."""
    if journal_file(paths).exists() and not _is_erasing.get():
        raise UserError(
            "An erasure was broken off, and tables made now would lack decisions that hold. Finish it first: run"
            " `roamledger privacy erase` again with its --token."
        )


def begun(paths: Paths) -> Journal | None:
    """The erasure that was broken off, None when none was. Raises UserError when its file cannot be read."""
    try:
        return Journal.model_validate_json(journal_file(paths).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise UserError(f"{journal_file(paths)} is damaged; restore it from a backup") from error


def begin(paths: Paths, journal: Journal) -> None:
    """Write it down before anything changes, or write down what was learnt on the way."""
    paths.ledger.mkdir(parents=True, exist_ok=True)
    beside = journal_file(paths).with_suffix(".next")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(journal.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, journal_file(paths))
    sync_folder(paths.ledger)


def end(paths: Paths) -> None:
    """Forget it; from now on nothing here holds the identifiers."""
    journal_file(paths).unlink(missing_ok=True)
    sync_folder(paths.ledger)


def pseudonyms_by_hash(paths: Paths) -> Mapping[str, str]:
    """The pseudonyms of identifiers erased before, by keyed hash."""
    found: dict[str, str] = {}
    for line in read_chain(audit_file(paths)):
        if b'"subject":"identifier/' in line.text:
            entry = line.content()
            found[entry["subject"].removeprefix("identifier/")] = entry["detail"]["pseudonym"]
    return found


def is_recorded(paths: Paths, subject: str) -> bool:
    """Whether the audit log holds an entry on this subject already."""
    needle = f'"subject":"{subject}"'.encode()
    return any(needle in line.text for line in read_chain(audit_file(paths)))
