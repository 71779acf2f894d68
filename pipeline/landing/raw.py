"""Landed pages into schema `raw`: set-based, each page in one transaction with its objects, each page once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from pipeline.landing.manifest import UNIDENTIFIED, LandedPage, Manifest
from pipeline.landing.raw_tables import create_raw_tables
from pipeline.landing.shapes import KEY_FIELDS, party_in_ids
from pipeline.landing.unwrap import PageFile, explode
from pipeline.partner_models import MODULES
from pipeline.partners import Config
from pipeline.settings import Paths

# Bounds memory: a batch holds a few copies of its bodies while it is taken apart.
BATCH_BYTES = 128 << 20
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


def load_raw(con: duckdb.DuckDBPyConnection, paths: Paths, config: Config) -> list[FileAccount]:
    """Load every landed page that is not in raw yet; a second call loads nothing.

    Returns one account a file, in order of receipt. The connection must not be inside a transaction.
    """
    create_raw_tables(con)
    known = {seq for (seq,) in con.execute("select landing_seq from raw.pages").fetchall()}
    pages = [page for page in Manifest(paths.landing).pages() if page.landing_seq not in known]
    for batch in _batches(pages):
        con.execute("begin")
        try:
            _load_batch(con, paths, config, batch)
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


def _load_batch(con: duckdb.DuckDBPyConnection, paths: Paths, config: Config, batch: Sequence[LandedPage]) -> None:
    explode(con, [PageFile(page.landing_seq, paths.landing / page.body, page.size_bytes) for page in batch])
    _create_batch_pages(con, config, batch)
    _refuse_pages_without_module(con)
    _judge_objects(con, config)
    _insert_rejects(con)
    for module in MODULES:
        _insert_versions(con, module)
    _insert_pages(con)
    for table in ("batch_pages", "batch_objects", "landing_objects", "landing_failures", "landing_shapes"):
        con.execute(f"drop table {table}")


def _create_batch_pages(con: duckdb.DuckDBPyConnection, config: Config, batch: Sequence[LandedPage]) -> None:
    """Manifest rows plus what the configuration says of the partner.

    A CPO's objects without party are its own; a hub or access point sends for others, so there the EVSE id tells more.
    """
    rows = []
    for page in batch:
        partner = config.partner(page.partner)
        rows.append(
            page.model_dump(mode="json", exclude={"body", "identified_by"})
            | {
                "config_country": partner.country_code if partner else None,
                "config_party": partner.party_id if partner else None,
                "is_config_first": bool(partner and {"CPO", "EMSP"} & set(partner.roles)),
            }
        )
    structure = {
        "landing_seq": "BIGINT", "pull_id": "VARCHAR", "page_no": "INTEGER", "partner": "VARCHAR",
        "module": "VARCHAR", "ocpi_version": "VARCHAR", "source_name": "VARCHAR", "transport": "VARCHAR",
        "is_full_pull": "BOOLEAN", "received_at": "TIMESTAMPTZ", "sha256": "VARCHAR", "size_bytes": "BIGINT",
        "declared_total_count": "BIGINT", "config_country": "VARCHAR", "config_party": "VARCHAR",
        "is_config_first": "BOOLEAN",
    }  # fmt: skip
    con.execute(
        f"create or replace temp table batch_pages as"
        f" select unnest(from_json($rows, '[{json.dumps(structure)}]'), recursive := true)",
        {"rows": json.dumps(rows)},
    )


def _refuse_pages_without_module(con: duckdb.DuckDBPyConnection) -> None:
    """An unidentified page is refused whole: its objects count as one thing that could not be loaded."""
    con.execute(
        """
        insert into landing_failures
        select
            landing_seq,
            null,
            case when count(kind) = count(*) then 'body_without_objects' else 'landing_unidentified' end,
            case when count(kind) = count(*) then 'OCPI ' || min(kind) || ', not an object of a module we load.'
                else 'No option, sidecar, path or content tells partner and module.' end,
            left(arg_min(body, ordinal), 4000),
        from landing_objects
        inner join batch_pages using (landing_seq)
        where batch_pages.module = $unidentified
        group by landing_seq
        """,
        {"unidentified": UNIDENTIFIED},
    )
    con.execute(
        """
        delete from landing_objects
        where landing_seq in (select landing_seq from batch_pages where module = $unidentified)
        """,
        {"unidentified": UNIDENTIFIED},
    )
    con.execute(
        """
        insert into landing_failures
        select landing_seq, null, 'body_without_objects', 'The answer is an empty list.', null
        from batch_pages
        where module = $unidentified and landing_seq not in (select landing_seq from landing_failures)
        """,
        {"unidentified": UNIDENTIFIED},
    )


def _judge_objects(con: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Key every object, or name the code that says why it has no key."""
    receiver = config.receiver
    con.execute(
        f"""
        create or replace temp table batch_objects as
        with parsed as (
            select
                pages.*,
                objects.ordinal,
                objects.body,
                objects.module as shape_module,
                objects.kind as shape_kind,
                objects.keys is not null as is_object,
                from_json(objects.body, '{KEY_FIELDS}') as fields,
            from landing_objects as objects
            inner join batch_pages as pages using (landing_seq)
        ),

        named as (
            select
                *,
                case when trim(own_id) = '' or own_id[1] in ('{{', '[') then null else own_id end as plain_id,
                nullif(upper(trim(fields.country_code)), '') as own_country,
                nullif(upper(trim(fields.party_id)), '') as own_party,
                {party_in_ids("module", "fields")} as told,
            from (select *, case when module = 'tokens' then fields.uid else fields.id end as own_id from parsed)
        ),

        filled as (
            select
                *,
                own_country is null or own_party is null as is_party_filled,
                nullif(upper(told.c), '') as told_country,
                nullif(upper(told.p), '') as told_party,
                case when is_config_first then config_party is not null else told_party is null end as is_by_config,
            from named
        ),

        placed as (
            select
                *,
                case when not is_party_filled then own_country
                    when is_by_config then config_country else told_country end as country_code,
                case when not is_party_filled then own_party
                    when is_by_config then config_party else told_party end as party_id,
                case when module = 'tokens' then plain_id || '|' || coalesce(fields.type, '')
                    else plain_id end as object_id,
            from filled
        )

        select
            landing_seq, pull_id, page_no, partner, module, ocpi_version, is_full_pull, received_at, ordinal, body,
            country_code, party_id, object_id, is_party_filled,
            cast($our_country as varchar) as receiving_country_code,
            cast($our_party as varchar) as receiving_party_id,
            case
                when not is_object then 'object_not_an_object'
                when shape_module <> module or shape_module is null and shape_kind is not null
                    then 'object_wrong_module'
                when object_id is null then 'object_id_missing'
                when country_code is null or party_id is null then 'object_party_missing'
            end as code,
            case
                when not is_object then 'A list entry is ' || coalesce(lower(json_type(body)), 'null') || '.'
                when shape_module <> module then 'Has the shape of ' || shape_module || '.'
                when shape_module is null and shape_kind is not null then 'Is an OCPI ' || shape_kind || '.'
                when object_id is null then case when module = 'tokens' then 'uid' else 'id' end || ' is missing.'
                when country_code is null or party_id is null
                    then 'Name the party in partners.yml for partner ' || partner || '.'
            end as detail,
            md5(upper(
                coalesce($our_country, '') || '*' || coalesce($our_party, '') || '|'
                || country_code || '*' || party_id || '|' || object_id
            )) as object_key,
            md5(body) as object_hash,
        from placed
        """,  # noqa: S608 - only expressions of this package
        {
            "our_country": receiver.country_code if receiver else None,
            "our_party": receiver.party_id if receiver else None,
        },
    )


def _insert_rejects(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into raw.rejects by name
        select
            pages.module, pages.partner, pages.ocpi_version, pages.landing_seq, pages.pull_id, pages.page_no,
            failures.ordinal, pages.received_at, failures.code, failures.detail, failures.body_text,
        from landing_failures as failures
        inner join batch_pages as pages using (landing_seq)
        union all by name
        select
            module, partner, ocpi_version, landing_seq, pull_id, page_no, ordinal, received_at, code, detail,
            left(body, 4000) as body_text,
        from batch_objects
        where code is not null
        order by landing_seq, ordinal nulls first
        """
    )


def _insert_versions(con: duckdb.DuckDBPyConnection, module: str) -> None:
    """Split the module's objects into new versions and duplicates of the version before.

    The version before is the one just received in this batch, else the newest in raw; A, B, A gives three versions.
    """
    con.execute(
        f"""
        create or replace temp table batch_versions as
        with newest as (
            select object_key, max_by(object_hash, (landing_seq, ordinal)) as object_hash
            from raw.{module}
            where object_key in (select object_key from batch_objects where module = $module and code is null)
            group by object_key
        )

        select
            objects.* exclude (code, detail),
            coalesce(
                lag(objects.object_hash) over (
                    partition by objects.object_key order by objects.landing_seq, objects.ordinal
                ),
                newest.object_hash
            ) is not distinct from objects.object_hash as is_duplicate,
        from batch_objects as objects
        left join newest using (object_key)
        where objects.module = $module and objects.code is null
        """,  # noqa: S608 - module is one of ours
        {"module": module},
    )
    con.execute(
        f"""
        insert into raw.{module} by name
        select * exclude (module, is_duplicate) from batch_versions where not is_duplicate
        order by landing_seq, ordinal
        """  # noqa: S608 - module is one of ours
    )
    con.execute(
        """
        insert into raw.duplicates by name
        select
            module, object_key, object_hash, partner, landing_seq, pull_id, page_no, ordinal, received_at,
            is_full_pull,
        from batch_versions where is_duplicate
        order by landing_seq, ordinal
        """
    )
    con.execute("drop table batch_versions")


def _insert_pages(con: duckdb.DuckDBPyConnection) -> None:
    """Count each page from the tables it went to, and stop when a thing received went nowhere or twice."""
    loaded = " union all ".join(
        f"select landing_seq from raw.{module}"  # noqa: S608 - module is one of ours
        for module in MODULES
    )
    con.execute(
        f"""
        insert into raw.pages by name
        with received as (
            select landing_seq, count(*) as received_count
            from (
                select landing_seq from landing_objects
                union all
                select landing_seq from landing_failures
            )
            group by landing_seq
        ),

        loaded as (select landing_seq, count(*) as loaded_count from ({loaded}) group by landing_seq),
        refused as (select landing_seq, count(*) as quarantined_count from raw.rejects group by landing_seq),
        repeated as (select landing_seq, count(*) as duplicate_count from raw.duplicates group by landing_seq),
        shapes as (select landing_seq, any_value(shape) as shape from landing_shapes group by landing_seq)

        select
            pages.* exclude (config_country, config_party, is_config_first),
            shapes.shape,
            coalesce(received_count, 0) as received_count,
            coalesce(loaded_count, 0) as loaded_count,
            coalesce(quarantined_count, 0) as quarantined_count,
            coalesce(duplicate_count, 0) as duplicate_count,
        from batch_pages as pages
        left join received using (landing_seq)
        left join loaded using (landing_seq)
        left join refused using (landing_seq)
        left join repeated using (landing_seq)
        left join shapes using (landing_seq)
        order by landing_seq
        """  # noqa: S608 - modules are ours
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
