"""A judged batch into the tables of raw: new versions, duplicates, rejects and the count of each page."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.landing.fields import FIELDS, kept_fields
from pipeline.landing.manifest import LandedPage
from pipeline.partner_models import MODULES

# The embedded tariffs, where there are any.
_TARIFFS = "case when objects.fields.tariffs ^@ '[' and objects.fields.tariffs <> '[]' then objects.fields.tariffs end"


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
    con.execute("drop table if exists batch_tariff_sets")


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
    sets = ""
    if module == "cdrs":
        _insert_tariff_sets(con)
        content += ", objects.field_names, sets.tariff_set_hash"
        sets = f"left join batch_tariff_sets as sets on {_TARIFFS} = sets.tariffs"
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
        {sets}
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
        create or replace temp table batch_tariff_sets as
        select md5(tariffs) as tariff_set_hash, tariffs
        from (select distinct {_TARIFFS} as tariffs from batch_cdrs as objects where code is null)
        where tariffs is not null
        """
    )
    con.execute(
        """
        insert into raw.tariff_sets by name
        select * from batch_tariff_sets
        where tariff_set_hash not in (select tariff_set_hash from raw.tariff_sets)
        """
    )


def _insert_pages(con: duckdb.DuckDBPyConnection) -> None:
    """Count each page from the tables it went to, and stop when a thing received went nowhere or twice."""

    def of_batch(table: str) -> str:
        return f"""
            select landing_seq from raw.{table}
            where landing_seq between (select min(landing_seq) from batch_pages)
                and (select max(landing_seq) from batch_pages)
        """

    loaded, refused, repeated = " union all ".join(map(of_batch, MODULES)), of_batch("rejects"), of_batch("duplicates")
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
        refused as (select landing_seq, count(*) as quarantined_count from ({refused}) group by landing_seq),
        repeated as (select landing_seq, count(*) as duplicate_count from ({repeated}) group by landing_seq),
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
