"""The warehouse and the published versions after an erasure: made again from landing, or removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.audit.loads import remember_recorded
from pipeline.landing.raw import load_raw
from pipeline.ledger.store import read as read_events
from pipeline.nightly import load_raw_tables, run_night
from pipeline.partners import load_config
from pipeline.privacy.identifiers import Person
from pipeline.privacy.search import holds
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse

if TYPE_CHECKING:
    from pipeline.nightly import Progress


def decided_places(paths: Paths) -> dict[str, tuple[int, int]]:
    """For each content hash that a decision names: the page and the place in it where such an object was received.

    Loads what is landed and not loaded yet. The hash is asked of raw, which alone knows how it is made.
    """
    hashes = sorted({str(event.payload["cdr_version_hash"]) for event in read_events(paths) if _names_content(event)})
    if not hashes:
        return {}
    load_raw_tables(paths)
    with open_warehouse(paths, read_only=True) as con:
        rows = con.execute(
            "select object_hash, min((landing_seq, ordinal)) from raw.cdrs"
            " where object_hash in (select unnest($1::varchar[])) group by object_hash",
            [hashes],
        ).fetchall()
    return {content: (place[0], place[1]) for content, place in rows}


def hashes_now(paths: Paths, decided: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """The hash that the objects at these places have now, by the one they had; those that did not change left out."""
    if not decided:
        return {}
    with open_warehouse(paths, read_only=True) as con:
        now = {
            (seq, ordinal): content
            for seq, ordinal, content in con.execute(
                "select landing_seq, ordinal, object_hash from raw.cdrs"
                " where landing_seq in (select unnest($1::bigint[]))",
                [sorted({seq for seq, _ in decided.values()})],
            ).fetchall()
        }
    return {old: now[place] for old, place in decided.items() if now.get(place, old) != old}


def make_again(
    paths: Paths, as_of: datetime | None, *, after_load: Callable[[], None], on_progress: Progress
) -> str | None:
    """Make the warehouse anew from landing, and publish it under the clock of the last build; returns the version.

    The file is removed first: DuckDB keeps the bytes of dropped rows until it writes over them. `after_load` is called
    between load and build. Without a clock nothing was built before, and nothing is now. Raises BuildFailed.
    """
    for file in (paths.warehouse, paths.warehouse.with_name(paths.warehouse.name + ".wal")):
        file.unlink(missing_ok=True)
    with open_warehouse(paths) as con:
        load_raw(con, paths, load_config(paths))
        # These loads stand in the audit log since they were first done.
        remember_recorded(con)
    after_load()
    if as_of is None:
        return None
    night = run_night(paths, as_of=as_of, pull=False, collect_inbox=False, on_progress=on_progress)
    return night.published.version_id if night.published else None


def old_versions_with(paths: Paths, person: Person, *, current: str | None) -> list[Path]:
    """Published versions, `current` left out, that hold an identifier unmasked, in their tables or their report."""
    folder = paths.published / "versions"
    versions = sorted(item for item in folder.iterdir() if item.is_dir()) if folder.is_dir() else []
    return [
        version
        for version in versions
        if version.name != current
        # Parquet files hold what the database holds.
        and any(holds(file, person) for file in sorted(version.iterdir()) if file.suffix in (".duckdb", ".html"))
    ]


def _names_content(event: object) -> bool:
    return bool(getattr(event, "payload", {}).get("cdr_version_hash"))
