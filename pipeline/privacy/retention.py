"""How long each kind of data is kept: `privacy.yml`, or the defaults where it says nothing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from pipeline.entry import Entry
from pipeline.settings import Paths
from pipeline.yaml_file import read_model

_Days = Annotated[int, Field(ge=1, le=36500)]
# What no term may be set for, and why.
KEPT = {
    "landing": "bytes as received are what every bill is derived from, and tax law asks for those for years",
    "ledger": "decisions and disputes are part of the books",
    "audit": "it proves what was received and done",
    "documents": "issued documents are kept for as long as tax law asks",
}


class InboxCopies(Entry):
    """Files of the inbox after they were landed (`inbox/.landed`): landing holds the same bytes."""

    days: _Days = 30


class FailedBodies(Entry):
    """What came instead of a page (`landing/failed`): of use while a partner mends its interface."""

    days: _Days = 90


class PublishedVersions(Entry):
    """Nights published earlier (`published/versions`); the `at_least` newest stay, whatever their age."""

    days: _Days = 90
    at_least: Annotated[int, Field(ge=1)] = 1


class Unfinished(Entry):
    """Half-written files that a crash left (`landing/.incoming`)."""

    days: _Days = 2


class BuildLogs(Entry):
    """What dbt wrote of its runs (`warehouse/dbt_logs`): it may quote a value that a test found."""

    days: _Days = 30


class Retention(Entry):
    """Terms by kind of data, in days."""

    inbox_copies: InboxCopies = InboxCopies()
    failed_bodies: FailedBodies = FailedBodies()
    published_versions: PublishedVersions = PublishedVersions()
    unfinished: Unfinished = Unfinished()
    build_logs: BuildLogs = BuildLogs()

    @model_validator(mode="before")
    @classmethod
    def _refuse_kept(cls, values: object) -> object:
        for kind in KEPT.keys() & values.keys() if isinstance(values, dict) else ():
            raise ValueError(f"{kind} has no term: {KEPT[kind]}")
        return values


class PrivacyConfig(Entry):
    """The whole file."""

    retention: Retention = Retention()


def load_retention(paths: Paths) -> Retention:
    """Read `privacy.yml`; the defaults where there is none.

    Raises UserError that names the line of every mistake.
    """
    if not paths.privacy_file.exists():
        return Retention()
    return read_model(paths.privacy_file, PrivacyConfig)[0].retention
