"""`roamledger status`: what is landed, what is decided and what is published, without opening the warehouse."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pipeline.audit.chain import Head, read_head
from pipeline.audit.log import audit_file
from pipeline.commands.output import out, print_json, table
from pipeline.commands.summary import as_records, print_summary, read_summary
from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.ledger import verify
from pipeline.ocpi.pull_log import Pull, PullLog
from pipeline.published import ask, open_published
from pipeline.settings import Paths

# A status is a glance: the two sections that say whether everything is accounted for and what waits.
SECTIONS = ("accounting", "verdicts")


@dataclass(frozen=True)
class PublishedVersion:
    """Which version readers see."""

    version_id: str
    as_of: datetime
    ledger_position: int


def status(paths: Paths, *, is_json: bool) -> None:
    """Print the state of the data directory; nothing in it is changed and a running night is not disturbed."""
    pages = Manifest(paths.landing).pages()
    pulls = _last_pulls(paths)
    head, audit = verify(paths), read_head(audit_file(paths))
    version = read_version(paths)
    answers = read_summary(paths) if version else {}
    if is_json:
        print_json(
            {
                "data": paths.data,
                "landed": [_landed_record(group, members) for group, members in _grouped(pages)],
                "pulled": [_pulled_record(pull) for pull in pulls],
                "ledger": {"event_count": head.seq, "hash": head.hash},
                "audit": {"entry_count": audit.seq, "hash": audit.hash},
                "published": {
                    "version_id": version.version_id,
                    "as_of": version.as_of,
                    "ledger_position": version.ledger_position,
                    "file": paths.published_file,
                }
                if version
                else None,
                **{name: rows for name, rows in as_records(answers).items() if name in SECTIONS},
            }
        )
        return
    _print(paths, pages, pulls, head, version)
    print_summary(out(), answers, SECTIONS)


def read_version(paths: Paths) -> PublishedVersion | None:
    """The published version, or None when nothing is published yet."""
    if not paths.published_file.exists():
        return None
    with open_published(paths) as con:
        row = ask(con, "select version_id, as_of, ledger_position from meta.published_version").rows[0]
    return PublishedVersion(*row)


def _print(
    paths: Paths, pages: list[LandedPage], pulls: list[Pull], head: Head, version: PublishedVersion | None
) -> None:
    console = out()
    console.print(f"Data directory: {paths.data}", markup=False)
    if pages:
        rows = [
            (
                *group,
                len(members),
                sum(page.size_bytes for page in members),
                f"{max(page.received_at for page in members):%Y-%m-%d %H:%M} UTC",
            )
            for group, members in _grouped(pages)
        ]
        console.print(table("Landed", ("partner", "version", "module", "pages", "bytes", "last received"), rows))
    else:
        console.print("Nothing is landed yet: `roamledger load PATH` lands what partners sent.")
    if pulls:
        rows = [tuple(value for value in _pulled_record(pull).values()) for pull in pulls]
        console.print(table("Last pulls", ("partner", "module", "kind", "began", "outcome", "remark"), rows))
    if version is None:
        console.print(f"Ledger: {head.seq} events, chain intact.")
        console.print("Nothing is published yet: `roamledger run` publishes a night.")
        return
    waiting = head.seq - version.ledger_position
    waits = f"; {waiting} wait for the next run" if waiting else ""
    console.print(f"Ledger: {head.seq} events, chain intact{waits}.")
    console.print(f"Published: version {version.version_id} as of {version.as_of:%Y-%m-%d %H:%M} UTC")


def _grouped(pages: list[LandedPage]) -> list[tuple[tuple[str, str, str], list[LandedPage]]]:
    groups: dict[tuple[str, str, str], list[LandedPage]] = defaultdict(list)
    for page in pages:
        groups[page.partner, page.ocpi_version or "", page.module].append(page)
    return sorted(groups.items())


def _landed_record(group: tuple[str, str, str], members: list[LandedPage]) -> dict[str, object]:
    partner, ocpi_version, module = group
    return {
        "partner": partner,
        "ocpi_version": ocpi_version or None,
        "module": module,
        "page_count": len(members),
        "size_bytes": sum(page.size_bytes for page in members),
        "last_received_at": max(page.received_at for page in members),
    }


def _last_pulls(paths: Paths) -> list[Pull]:
    """The newest pull of each module of each partner."""
    last = {(pull.started.partner, pull.started.module): pull for pull in PullLog(paths).pulls()}
    return [last[key] for key in sorted(last)]


def _pulled_record(pull: Pull) -> dict[str, object]:
    ended = pull.ended
    return {
        "partner": pull.started.partner,
        "module": pull.started.module,
        "kind": pull.started.kind,
        "started_at": pull.started.at,
        "outcome": ended.outcome if ended else "unfinished",
        "message": ended.message if ended else None,
    }
