"""One batch of pages judged: which objects can be keyed, and under which code the others are quarantined.

Works on the temporary tables that `unwrap.explode` filled; `judge` leaves `batch_pages` (the manifest rows) and
`batch_objects` (every object with its key and hash, or with the code that says why it has none; its body stays in
`landing_objects`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from pipeline.landing.keying import is_config_first
from pipeline.landing.manifest import UNIDENTIFIED, LandedPage
from pipeline.landing.shapes import KEY_FIELDS, party_in_ids
from pipeline.partners import Config


def judge(con: duckdb.DuckDBPyConnection, config: Config, batch: Sequence[LandedPage]) -> None:
    """Fill `batch_pages` and `batch_objects`, and add pages that are refused whole to `landing_failures`."""
    _create_batch_pages(con, config, batch)
    _refuse_pages_without_module(con)
    _judge_objects(con, config)


def _create_batch_pages(con: duckdb.DuckDBPyConnection, config: Config, batch: Sequence[LandedPage]) -> None:
    """Manifest rows plus what the configuration says of the partner; all of that must stand in `keying` too."""
    rows = []
    for page in batch:
        partner = config.partner(page.partner)
        rows.append(
            page.model_dump(mode="json", exclude={"body", "identified_by"})
            | {
                "config_country": partner.country_code if partner else None,
                "config_party": partner.party_id if partner else None,
                "is_config_first": is_config_first(config, page.partner),
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
            -- Credentials hold a secret: they stay in landing and are shown nowhere.
            case when not bool_or(coalesce(kind, '') = 'credentials') then left(arg_min(body, ordinal), 4000) end,
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
                json_extract_string(objects.body, ['/id', '/uid', '/type', '/country_code', '/party_id']) as texts,
            from landing_objects as objects
            inner join batch_pages as pages using (landing_seq)
        ),

        named as (
            select
                *,
                case when trim(own_id) = '' or own_id[1] in ('{{', '[') then null else own_id end as plain_id,
                nullif(upper(trim(texts[4])), '') as own_country,
                nullif(upper(trim(texts[5])), '') as own_party,
            from (select *, case when module = 'tokens' then texts[2] else texts[1] end as own_id from parsed)
        ),

        -- Only an object that does not name its party is read for the ids that tell it.
        without_party as (
            select
                *,
                own_country is null or own_party is null as is_party_filled,
                case when own_country is null or own_party is null then from_json(body, '{KEY_FIELDS}') end as fields,
            from named
        ),

        filled as (
            select
                *,
                nullif(upper(told.c), '') as told_country,
                nullif(upper(told.p), '') as told_party,
                case when is_config_first then config_party is not null else told_party is null end as is_by_config,
            from (select *, {party_in_ids("module", "fields")} as told from without_party)
        ),

        placed as (
            select
                *,
                case when not is_party_filled then own_country
                    when is_by_config then config_country else told_country end as country_code,
                case when not is_party_filled then own_party
                    when is_by_config then config_party else told_party end as party_id,
                case when module = 'tokens' then plain_id || '|' || coalesce(texts[3], '')
                    else plain_id end as object_id,
            from filled
        )

        select
            landing_seq, pull_id, page_no, partner, module, ocpi_version, is_full_pull, received_at, ordinal,
            coalesce(shape_kind, '') = 'credentials' as is_secret,
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
        """,
        {
            "our_country": receiver.country_code if receiver else None,
            "our_party": receiver.party_id if receiver else None,
        },
    )
