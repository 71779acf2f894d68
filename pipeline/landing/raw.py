"""Landed pages into schema `raw`: set-based, each page in one transaction with its objects, each page once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from pipeline.landing.inserts import insert_judged
from pipeline.landing.judge import judge, prepare
from pipeline.landing.keying import forget_other_keys, remember_keys
from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.landing.plain import PlainReader
from pipeline.landing.raw_tables import create_raw_tables
from pipeline.landing.read import PageFile
from pipeline.landing.unwrap import explode
from pipeline.partner_models import MODULES
from pipeline.partners import Config
from pipeline.settings import Paths, UserError

# What is written in one transaction; large enough to fill groups of rows, which then go straight to the file.
BATCH_BYTES = 512 << 20
BATCH_PAGES = 2000


@dataclass(frozen=True)
class FileAccount:
    """What became of one file of one pull: `received = loaded + quarantined + duplicates`, reasons by code."""

    source_name: str
    pull_id: str
    partner: str
    module: str
    received: int
    loaded: int
    quarantined: int
    duplicates: int
    reasons: dict[str, int] = field(default_factory=dict)


RELOADED = (
    "partners.yml now gives other keys than before, so raw was loaded again from landing; "
    "decisions on CDRs whose key changed no longer find them"
)
NEW_COLUMNS = "this version keeps other columns in raw than the last one, so raw was loaded again from landing"


def load_raw(
    con: duckdb.DuckDBPyConnection, paths: Paths, config: Config, *, tell: Callable[[str], None] | None = None
) -> list[FileAccount]:
    """Load every landed page that is not in raw yet; a second call loads nothing.

    When the configuration gives other keys than raw holds, or raw has other columns than it has now, it is loaded anew
    from landing, and `tell` is told.
    Returns one account a file, in order of receipt. The connection must not be inside a transaction.
    """
    if create_raw_tables(con) and tell:
        tell(NEW_COLUMNS)
    if forget_other_keys(con, config) and tell:
        tell(RELOADED)
    known = {seq for (seq,) in con.execute("select landing_seq from raw.pages").fetchall()}
    pages = Manifest(paths.landing).pages_without(known)
    # The order of objects in a page is the order of insertion.
    con.execute("set preserve_insertion_order = true")
    readers = {module: PlainReader(con, config, module) for module in MODULES}
    for batch in _batches(pages):
        _take_apart(con, paths, config, readers, batch)
        con.execute("begin")
        try:
            insert_judged(con, batch)
            remember_keys(con, config, [page.partner for page in batch])
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise
    return _accounts(con, pages)


def _batches(pages: Sequence[LandedPage]) -> Iterator[list[LandedPage]]:
    batch: list[LandedPage] = []
    size = 0
    for page in pages:
        if batch and (size + page.size_bytes > BATCH_BYTES or len(batch) >= BATCH_PAGES):
            yield batch
            batch, size = [], 0
        batch.append(page)
        size += page.size_bytes
    if batch:
        yield batch


def _page_file(paths: Paths, page: LandedPage) -> PageFile:
    body = paths.landing / page.body
    if not body.exists():
        raise UserError(f"{body} is missing, though the manifest names it; restore the landing folder from a backup")
    return PageFile(page.landing_seq, body, page.size_bytes)


def _take_apart(
    con: duckdb.DuckDBPyConnection,
    paths: Paths,
    config: Config,
    readers: Mapping[str, PlainReader],
    batch: Sequence[LandedPage],
) -> None:
    """Key the objects of a batch, in temporary tables: the plain pages at once, all others step by step."""
    prepare(con, config, batch)
    files = {page.landing_seq: _page_file(paths, page) for page in batch}
    plain: set[int] = set()
    for module, reader in readers.items():
        plain |= reader.read([files[page.landing_seq] for page in batch if page.module == module])
    con.execute(
        """
        insert into plain_pages
        select landing_seq, count(*) from batch_objects group by landing_seq
        """
    )
    explode(con, [file for seq, file in files.items() if seq not in plain])
    judge(con, config)


def _accounts(con: duckdb.DuckDBPyConnection, pages: Sequence[LandedPage]) -> list[FileAccount]:
    rows = con.execute(
        """
        with files as (
            select
                source_name, pull_id, partner, module, min(landing_seq) as first_seq,
                sum(received_count)::bigint, sum(loaded_count)::bigint, sum(quarantined_count)::bigint,
                sum(duplicate_count)::bigint,
            from raw.pages
            where landing_seq in (select unnest($pages::bigint[]))
            group by source_name, pull_id, partner, module
        ),

        reasons as (
            select source_name, pull_id, map_from_entries(list((code, count) order by code)) as reasons
            from (
                select pages.source_name, pages.pull_id, rejects.code, count(*) as count
                from raw.rejects as rejects
                inner join raw.pages as pages using (landing_seq)
                where landing_seq in (select unnest($pages::bigint[]))
                group by all
            )
            group by source_name, pull_id
        )

        select files.* exclude (first_seq), reasons.reasons
        from files
        left join reasons using (source_name, pull_id)
        order by first_seq
        """,
        {"pages": [page.landing_seq for page in pages]},
    ).fetchall()
    return [FileAccount(*row[:8], reasons=row[8] or {}) for row in rows]
