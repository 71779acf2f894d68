"""One batch of pages judged: which objects can be keyed, and under which code the others are quarantined.

`prepare` creates `batch_pages` (the manifest rows), a table `batch_<module>` for every module and `plain_pages` (the
count of objects on pages that need not be exploded), all but the first still empty, and the view `batch_objects` over
what the modules have in common: each object with its key and hash, or with the code that says why it has none. They
are filled by `plain.read_plain`, and by `judge` from the tables that `unwrap.explode` filled.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from pipeline.landing.fields import FIELDS, read_fields, read_type
from pipeline.landing.keying import is_config_first
from pipeline.landing.manifest import UNIDENTIFIED, LandedPage
from pipeline.landing.shapes import KEY_FIELDS, party_in_ids
from pipeline.partner_models import MODULES
from pipeline.partners import Config

# `body_text` is what quarantine shows of an object that has a code.
_COLUMNS = """
    landing_seq bigint, ordinal integer, object_key varchar, object_hash varchar, country_code varchar,
    party_id varchar, object_id varchar, is_party_filled boolean, code varchar, detail varchar, body_text varchar
"""


def prepare(con: duckdb.DuckDBPyConnection, config: Config, batch: Sequence[LandedPage]) -> None:
    """Create the tables of a batch; those of an earlier one are replaced."""
    _create_batch_pages(con, config, batch)
    for module in MODULES:
        content = f"fields {read_type(module)}" if module in FIELDS else "body json"
        told = "field_names varchar, " if module == "cdrs" else ""
        con.execute(
            f"create or replace temp table batch_{module}"
            f" ({_COLUMNS}, is_plain boolean, {content}, {told}names varchar[])"
        )
    con.execute("create or replace temp table plain_pages (landing_seq bigint, received_count bigint)")
    columns = ", ".join(column.split()[0] for column in _COLUMNS.split(","))
    objects = " union all ".join(f"select '{module}' as module, {columns} from batch_{module}" for module in MODULES)
    con.execute(f"create or replace temp view batch_objects as {objects}")


def judge(con: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Judge what `unwrap.explode` took apart, and add pages that are refused whole to `landing_failures`."""
    _refuse_pages_without_module(con)
    modules = con.execute(
        "select distinct module from batch_pages where landing_seq in (select landing_seq from landing_objects)"
    ).fetchall()
    for (module,) in modules:
        source = f"""
            select
                objects.landing_seq, objects.ordinal, objects.body, objects.module as shape_module,
                objects.kind as shape_kind, objects.keys is not null as is_object, {PAGE_COLUMNS},
            from landing_objects as objects
            inner join batch_pages as pages using (landing_seq)
            where pages.module = '{module}'
        """
        con.execute(f"insert into batch_{module} by name {judged(config, module, source)}")


def _create_batch_pages(con: duckdb.DuckDBPyConnection, config: Config, batch: Sequence[LandedPage]) -> None:
    """Manifest rows plus what the configuration says of the partner; all of that must stand in `keying` too."""
    rows = []
    receiver = config.receiver
    for page in batch:
        partner = config.partner(page.partner)
        rows.append(
            page.model_dump(mode="json", exclude={"body", "identified_by"})
            | {
                "config_country": partner.country_code if partner else None,
                "config_party": partner.party_id if partner else None,
                "is_config_first": is_config_first(config, page.partner),
                "receiving_country_code": receiver.country_code if receiver else None,
                "receiving_party_id": receiver.party_id if receiver else None,
            }
        )
    structure = {
        "landing_seq": "BIGINT", "pull_id": "VARCHAR", "page_no": "INTEGER", "partner": "VARCHAR",
        "module": "VARCHAR", "ocpi_version": "VARCHAR", "source_name": "VARCHAR", "transport": "VARCHAR",
        "is_full_pull": "BOOLEAN", "received_at": "TIMESTAMPTZ", "sha256": "VARCHAR", "size_bytes": "BIGINT",
        "declared_total_count": "BIGINT", "config_country": "VARCHAR", "config_party": "VARCHAR",
        "is_config_first": "BOOLEAN", "receiving_country_code": "VARCHAR", "receiving_party_id": "VARCHAR",
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


PAGE_COLUMNS = "pages.partner, pages.config_country, pages.config_party, pages.is_config_first"
"""What is said of an object's page in `batch_pages`."""

# What only a CDR has, under the names of OCPI (`shapes.module_of`).
_IS_MARKED = {
    "cdrs": "coalesce(fields.total_energy, fields.total_time, fields.stop_date_time) is not null"
    " or fields.cdr_location is not null"
}


def judged(config: Config, module: str, source: str, known: str = "cast([] as varchar[][])") -> str:
    """SQL: key every object of one module, or name the code that says why it has no key.

    `source` gives `landing_seq, ordinal, body, shape_module, shape_kind, is_object` and `PAGE_COLUMNS`; `known` lists
    lists of key names that tell this module. An object that `is_plain` has no code and shows by its fields or its names
    that it belongs to the module; of all others the `names` are told.
    """
    if module in FIELDS:
        parsed, content = f"{read_fields(module, 'body')} as fields", "fields"
        # What tells the party stands among the fields.
        own_id, country, party, ids = "fields.id", "fields.country_code", "fields.party_id", "fields"
    else:
        parsed = "json_extract_string(body, ['/id', '/uid', '/type', '/country_code', '/party_id']) as texts"
        content = "body"
        own_id, country, party = "texts[2]" if module == "tokens" else "texts[1]", "texts[4]", "texts[5]"
        ids = f"case when own_country is null or own_party is null then from_json(body, '{KEY_FIELDS}') end"
    object_id = "plain_id || '|' || coalesce(texts[3], '')" if module == "tokens" else "plain_id"
    return f"""
        with parsed as (
            select *, {parsed}
            from ({source})
        ),

        named as (
            select
                *,
                case when trim({own_id}) = '' or ({own_id})[1] in ('{{', '[') then null else {own_id} end as plain_id,
                nullif(upper(trim({country})), '') as own_country,
                nullif(upper(trim({party})), '') as own_party,
            from parsed
        ),

        without_party as (
            select *, own_country is null or own_party is null as is_party_filled, {ids} as ids,
            from named
        ),

        -- Only an object that does not name its party is searched for the ids that tell it.
        filled as (
            select
                *,
                nullif(upper(told.c), '') as told_country,
                nullif(upper(told.p), '') as told_party,
                case when is_config_first then config_party is not null else told_party is null end as is_by_config,
            from (
                select *, case when is_party_filled then {party_in_ids(module, "ids")} end as told
                from without_party
            )
        ),

        placed as (
            select
                *,
                case when not is_party_filled then own_country
                    when is_by_config then config_country else told_country end as country_code,
                case when not is_party_filled then own_party
                    when is_by_config then config_party else told_party end as party_id,
                {object_id} as object_id,
                {_IS_MARKED.get(module, "false")} as is_marked,
            from filled
        ),

        coded as (
            select
                *,
                case when not is_marked then json_keys(body) end as all_names,
                case
                    when not is_object then 'object_not_an_object'
                    when shape_module <> '{module}' or shape_module is null and shape_kind is not null
                        then 'object_wrong_module'
                    when object_id is null then 'object_id_missing'
                    when country_code is null or party_id is null then 'object_party_missing'
                end as code,
            from placed
        )

        select
            landing_seq, ordinal, country_code, party_id, object_id, is_party_filled, code,
            case
                when code is null then null
                when not is_object then 'A list entry is ' || coalesce(lower(json_type(body)), 'null') || '.'
                when shape_module <> '{module}' then 'Has the shape of ' || shape_module || '.'
                when shape_module is null and shape_kind is not null then 'Is an OCPI ' || shape_kind || '.'
                when object_id is null then '{"uid" if module == "tokens" else "id"} is missing.'
                else 'Name the party in partners.yml for partner ' || partner || '.'
            end as detail,
            case when code is not null and shape_kind is distinct from 'credentials' then left(body, 4000) end
                as body_text,
            md5(upper({_receiver(config)} || country_code || '*' || party_id || '|' || object_id)) as object_key,
            md5(body) as object_hash,
            code is null and (is_marked or coalesce(list_contains({known}, all_names), false)) as is_plain,
            case when not is_plain then all_names end as names,
            {content}{", array_to_string(json_keys(body), ',') as field_names" if module == "cdrs" else ""},
        from coded
    """


def _receiver(config: Config) -> str:
    """SQL: the text that names us in a key."""
    receiver = config.receiver
    named = f"{receiver.country_code}*{receiver.party_id}|" if receiver else "*|"
    return "'" + named.replace("'", "''") + "'"
