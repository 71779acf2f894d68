"""Landed pages into schema `raw`: set-based, each page in one transaction with its objects, each page once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from pipeline.landing.fields import FIELDS, kept_fields
from pipeline.landing.judge import judge, prepare
from pipeline.landing.keying import forget_other_keys, remember_keys
from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.landing.plain import read_plain
from pipeline.landing.raw_tables import create_raw_tables
from pipeline.landing.read import PageFile
from pipeline.landing.unwrap import explode
from pipeline.partner_models import MODULES
from pipeline.partners import Config
from pipeline.settings import Paths, UserError

# The embedded tariffs, where there are any.
_TARIFFS = "case when objects.fields.tariffs ^@ '[' and objects.fields.tariffs <> '[]' then objects.fields.tariffs end"
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


def load_raw(
    con: duckdb.DuckDBPyConnection, paths: Paths, config: Config, *, tell: Callable[[str], None] | None = None
) -> list[FileAccount]:
    """Load every landed page that is not in raw yet; a second call loads nothing.

    When the configuration gives other keys than raw holds, raw is loaded anew from landing, and `tell` is told.
    Returns one account a file, in order of receipt. The connection must not be inside a transaction.
    """
    create_raw_tables(con)
    if forget_other_keys(con, config) and tell:
        tell(RELOADED)
    known = {seq for (seq,) in con.execute("select landing_seq from raw.pages").fetchall()}
    pages = [page for page in Manifest(paths.landing).pages() if page.landing_seq not in known]
    # The order of objects in a page is the order of insertion.
    con.execute("set preserve_insertion_order = true")
    for batch in _batches(pages):
        _take_apart(con, paths, config, batch)
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
    con: duckdb.DuckDBPyConnection, paths: Paths, config: Config, batch: Sequence[LandedPage]
) -> None:
    """Key the objects of a batch, in temporary tables: the plain pages at once, all others step by step."""
    prepare(con, config, batch)
    files = {page.landing_seq: _page_file(paths, page) for page in batch}
    plain: set[int] = set()
    for module in sorted({page.module for page in batch} & set(MODULES)):
        of_module = [files[page.landing_seq] for page in batch if page.module == module]
        plain |= read_plain(con, config, module, of_module)
    con.execute(
        """
        insert into plain_pages
        select landing_seq, count(*) from batch_objects group by landing_seq
        """
    )
    explode(con, [file for seq, file in files.items() if seq not in plain])
    judge(con, config)


def insert_judged(con: duckdb.DuckDBPyConnection, batch: Sequence[LandedPage]) -> None:
    """Move a judged batch into the tables of raw, and drop the temporary tables it was judged in."""
    _insert_rejects(con)
    for module in sorted({page.module for page in batch} & set(MODULES)):
        _insert_versions(con, module)
    _insert_pages(con)
    con.execute("drop view batch_objects")
    tables = ("batch_pages", "plain_pages", "landing_objects", "landing_failures", "landing_shapes")
    for table in (*tables, *(f"batch_{module}" for module in MODULES)):
        con.execute(f"drop table {table}")


def _insert_rejects(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into raw.rejects by name
        select
            pages.module, pages.partner, pages.ocpi_version, pages.landing_seq, pages.pull_id, pages.page_no,
            failures.ordinal, pages.received_at, failures.code, failures.detail, failures.body_text,
        from (
            from landing_failures
            union all by name
            select landing_seq, ordinal, code, detail, body_text from batch_objects where code is not null
        ) as failures
        inner join batch_pages as pages using (landing_seq)
        order by landing_seq, ordinal nulls first
        """
    )


def _insert_versions(con: duckdb.DuckDBPyConnection, module: str) -> None:
    """Split the module's objects into new versions and duplicates of the version before.

    The version before is the one just received in this batch, else the newest in raw; A, B, A gives three versions.
    Contents are long and stay where they are until it is decided which of them are new.
    """
    con.execute(
        f"""
        create or replace temp table batch_duplicates as
        with objects as (
            select landing_seq, ordinal, object_key, object_hash
            from batch_{module}
            where code is null
        ),

        repeated as (
            select
                landing_seq, ordinal,
                lag(object_hash) over (partition by object_key order by landing_seq, ordinal) as object_hash,
            from objects
            where object_key in (select object_key from objects group by object_key having count(*) > 1)
        ),

        newest as (
            select object_key, max_by(object_hash, (landing_seq, ordinal)) as object_hash
            from raw.{module}
            where object_key in (select object_key from objects)
            group by object_key
        )

        select objects.*
        from objects
        left join repeated using (landing_seq, ordinal)
        left join newest on objects.object_key = newest.object_key
        where coalesce(repeated.object_hash, newest.object_hash) is not distinct from objects.object_hash
        """
    )
    content = f"{kept_fields(module, 'objects.fields')} as fields" if module in FIELDS else "objects.body"
    if module == "cdrs":
        _insert_tariff_sets(con)
        content += f", md5({_TARIFFS}) as tariff_set_hash"
    con.execute(
        f"""
        insert into raw.{module} by name
        select
            objects.object_key, objects.object_hash, pages.partner, pages.ocpi_version, pages.receiving_country_code,
            pages.receiving_party_id, objects.country_code, objects.party_id, objects.object_id,
            objects.is_party_filled, objects.landing_seq, pages.pull_id, pages.page_no, objects.ordinal,
            pages.is_full_pull, pages.received_at, {content},
        from batch_{module} as objects
        inner join batch_pages as pages on objects.landing_seq = pages.landing_seq
        anti join batch_duplicates as duplicates
            on objects.landing_seq = duplicates.landing_seq and objects.ordinal = duplicates.ordinal
        where objects.code is null
        """
    )
    con.execute(
        f"""
        insert into raw.duplicates by name
        select
            '{module}' as module, objects.object_key, objects.object_hash, pages.partner, objects.landing_seq,
            pages.pull_id, pages.page_no, objects.ordinal, pages.received_at, pages.is_full_pull,
        from batch_duplicates as objects
        inner join batch_pages as pages using (landing_seq)
        order by landing_seq, ordinal
        """
    )
    con.execute("drop table batch_duplicates")


def _insert_tariff_sets(con: duckdb.DuckDBPyConnection) -> None:
    """Most CDRs embed a list of tariffs that many others embed too: each distinct list is kept once."""
    con.execute(
        f"""
        insert into raw.tariff_sets
        with sets as (
            select md5(tariffs) as tariff_set_hash, tariffs
            from (select distinct {_TARIFFS} as tariffs from batch_cdrs as objects where code is null)
            where tariffs is not null
        )

        select * from sets where tariff_set_hash not in (select tariff_set_hash from raw.tariff_sets)
        """
    )


def _insert_pages(con: duckdb.DuckDBPyConnection) -> None:
    """Count each page from the tables it went to, and stop when a thing received went nowhere or twice."""
    of_batch = "landing_seq between (select min(landing_seq) from batch_pages) and (select max(landing_seq) from batch_pages)"
    loaded = " union all ".join(f"select landing_seq from raw.{module} where {of_batch}" for module in MODULES)
    con.execute(
        f"""
        insert into raw.pages by name
        with received as (
            select landing_seq, sum(received_count) as received_count
            from (
                select landing_seq, received_count from plain_pages
                union all
                select landing_seq, 1 from landing_objects
                union all
                select landing_seq, 1 from landing_failures
            )
            group by landing_seq
        ),

        loaded as (select landing_seq, count(*) as loaded_count from ({loaded}) group by landing_seq),
        refused as (select landing_seq, count(*) as quarantined_count from raw.rejects where {of_batch} group by landing_seq),
        repeated as (select landing_seq, count(*) as duplicate_count from raw.duplicates where {of_batch} group by landing_seq),
        shapes as (select landing_seq, any_value(shape) as shape from landing_shapes group by landing_seq)

        select
            pages.* exclude (
                config_country, config_party, is_config_first, receiving_country_code, receiving_party_id
            ),
            case when plain.landing_seq is null then shapes.shape else 'data array' end as shape,
            coalesce(received.received_count, 0) as received_count,
            coalesce(loaded_count, 0) as loaded_count,
            coalesce(quarantined_count, 0) as quarantined_count,
            coalesce(duplicate_count, 0) as duplicate_count,
        from batch_pages as pages
        left join received using (landing_seq)
        left join loaded using (landing_seq)
        left join refused using (landing_seq)
        left join repeated using (landing_seq)
        left join shapes using (landing_seq)
        left join plain_pages as plain using (landing_seq)
        order by landing_seq
        """
    )
    wrong = con.execute(
        """
        select source_name, received_count, loaded_count, quarantined_count, duplicate_count
        from raw.pages
        where landing_seq in (select landing_seq from batch_pages)
            and received_count <> loaded_count + quarantined_count + duplicate_count
        """
    ).fetchall()
    if wrong:
        raise RuntimeError(f"objects were lost or doubled while loading, nothing was kept: {wrong}")


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
