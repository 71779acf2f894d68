"""From page bodies to single objects, set-based in DuckDB, whatever envelope they came in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from pipeline.landing.read import PageFile, read_pages
from pipeline.landing.shapes import foreign_kind_of, module_of, plain_keys

# Where a list or an object may lie inside an answer; seen: data (OCPI), items (paged gateways), content (Spring).
_CONTAINER_KEYS = ("data", "items", "content", "results", "locations", "tariffs", "sessions", "cdrs", "tokens")


def explode(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    """Take pages apart; no page can make it fail. Fills three temporary tables:

    - `landing_objects(landing_seq, ordinal, body, keys, module, kind)`: one row per list entry, single object or
      NDJSON line, `ordinal` from 0 in the order sent; `body` is minified JSON, null for a JSON null; `keys` is null
      for what is no object; `module` or else `kind` is what its keys say it is.
    - `landing_failures(landing_seq, ordinal, code, detail, body_text)`: what could not be read, and pages without
      any object; `ordinal` is null for a whole page.
    - `landing_shapes(landing_seq, shape)`: how the page was wrapped.

    Minifying writes a number in its shortest form (`1.50` as `1.5`) and keeps 15 significant digits and more of it,
    which is beyond any DECIMAL(18,6) in range; it never passes through Python.
    """
    read_pages(con, pages)
    con.execute("create or replace temp table landing_shapes (landing_seq bigint, shape varchar)")
    _open_answers(con)
    _list_entries(con)
    _name_shapes(con)
    _refuse_answers_without_objects(con)
    for table in ("landing_tops", "landing_answers", "landing_keyed"):
        con.execute(f"drop table {table}")
    _recognise(con)
    _rewrite_camel_case(con)


def _first_character(body: str) -> str:
    """SQL: `{`, `[` or another, without parsing a large body once more just for its type."""
    return f"left(regexp_replace(left({body}, 64), '^\\s+', ''), 1)"


def _value_of(body: str, key: str) -> str:
    """SQL: the value under a key, which a JSON pointer finds whatever characters the key has."""
    return f"json_extract({body}, '/' || replace(replace({key}, '~', '~0'), '/', '~1'))"


def _open_answers(con: duckdb.DuckDBPyConnection) -> None:
    """`landing_answers`: pages of one value, opened down to the list or object inside, at most two levels deep.

    `{"data": {"items": [...]}}` is two levels. An object of ours is never opened, whatever its keys are called.
    """
    con.execute(
        f"""
        create or replace temp table landing_answers as
        select
            landing_seq, body, {_first_character("body")} as opening, cast(null as varchar) as way,
            case when {_first_character("body")} = '{{' then json_keys(body) end as names,
        from (
            select * from landing_tops qualify count(*) over (partition by landing_seq) = 1
        )
        """
    )
    listed = ", ".join(f"'{key}'" for key in _CONTAINER_KEYS)
    plain = plain_keys("names")
    for _ in range(2):
        con.execute(
            f"""
            create or replace temp table landing_opened as
            with named as (
                select *, names[list_position(
                    {plain}, list_filter([{listed}], lambda k: list_contains({plain}, k))[1]
                )] as container
                from landing_answers
                where opening = '{{' and {module_of(plain)} is null
            )

            select
                landing_seq,
                {_value_of("body", "container")} as body,
                concat_ws(' ', way, lower(container)) as way,
            from named
            where container is not null
            """
        )
        con.execute(
            f"""
            update landing_answers
            set
                body = opened.body,
                way = opened.way,
                opening = coalesce({_first_character("opened.body")}, 'n'),
                names = case when {_first_character("opened.body")} = '{{' then json_keys(opened.body) end
            from landing_opened as opened
            where landing_answers.landing_seq = opened.landing_seq
            """
        )
    con.execute("drop table landing_opened")


def _list_entries(con: duckdb.DuckDBPyConnection) -> None:
    """`landing_parts`: every entry in the order sent, and `landing_keyed`: the answers that are dicts keyed by id.

    The parts are a view of the lists they stand in, so that long bodies are copied once less.
    """
    plain, entry_keys = plain_keys("names"), plain_keys("json_keys(entry)")
    # A dict keyed by id: its first entry is an object of ours whose own id is the key, or absent. `ocpiId` is what the
    # Dutch access point's viewer calls it.
    con.execute(
        f"""
        create or replace temp table landing_keyed as
        with entries as (
            select *, names[1] as entry_key, {_value_of("body", "names[1]")} as entry
            from landing_answers
            where opening = '{{' and len(names) > 0
                and {module_of(plain)} is null and {foreign_kind_of(plain)} is null
        )

        select landing_seq
        from entries
        where json_type(entry) = 'OBJECT'
            and {module_of(entry_keys)} is not null
            and coalesce(entry ->> 'id', entry ->> 'uid', entry ->> 'ocpiId', entry_key) = entry_key
        """
    )
    con.execute(
        """
        create or replace temp table landing_lists as
        select landing_seq, 0 as first_ordinal, from_json(body, '["JSON"]') as entries
        from landing_answers
        where opening = '['
        union all
        select landing_seq, 0, list_transform(
            list_zip(names, json_extract(body, '$.*')),
            lambda e: case
                when left(e[2], 2) <> '{"' or coalesce(e[2] ->> 'id', e[2] ->> 'uid') is not null then e[2]
                else cast('{"id":' || to_json(e[1]) || ',' || substr(e[2], 2) as json)
            end
        )
        from landing_answers
        where landing_seq in (select landing_seq from landing_keyed)
        union all
        select landing_seq, 0, [json(body)]
        from landing_answers
        where opening = '{' and len(names) > 0 and not list_has_any(names, ['status_code', 'statusCode'])
            and landing_seq not in (select landing_seq from landing_keyed)
        union all
        select landing_seq, top_no, [json(body)]
        from landing_tops
        where landing_seq not in (select landing_seq from landing_answers)
        """
    )
    # Unnested in the select list: in a lateral join it runs out of memory.
    con.execute(
        """
        create or replace temp view landing_parts as
        select landing_seq, generate_subscripts(entries, 1) - 1 as ordinal, unnest(entries) as body
        from landing_envelopes
        union all
        select landing_seq, first_ordinal + generate_subscripts(entries, 1) - 1, unnest(entries)
        from landing_lists
        """
    )


def _name_shapes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into landing_shapes
        select landing_seq, concat_ws(' ', way, case
            when opening = '[' then 'array'
            when landing_seq in (select landing_seq from landing_keyed) then 'keyed'
            when landing_seq in (select landing_seq from landing_parts) then 'object'
            else 'nothing'
        end)
        from landing_answers
        union all
        select landing_seq, 'data array'
        from landing_envelopes
        union all
        select distinct landing_seq, 'ndjson'
        from landing_tops
        where landing_seq not in (select landing_seq from landing_answers)
        """
    )


def _refuse_answers_without_objects(con: duckdb.DuckDBPyConnection) -> None:
    """An answer with an error status, or with neither list nor object. An empty list is an answer, and no failure."""
    con.execute(
        """
        insert into landing_failures
        with answers as (
            select
                tops.landing_seq,
                answers.opening,
                tops.body,
                case when json_type(tops.body) = 'OBJECT' then
                    try_cast(coalesce(tops.body ->> 'status_code', tops.body ->> 'statusCode') as integer)
                end as status_code,
                coalesce(tops.body ->> 'status_message', tops.body ->> 'statusMessage') as status_message,
            from landing_answers as answers
            inner join landing_tops as tops using (landing_seq)
            where landing_seq not in (select landing_seq from landing_parts)
        )

        select
            landing_seq,
            null,
            case when status_code >= 2000 then 'body_error_status' else 'body_without_objects' end,
            case when status_code >= 2000 then concat_ws(': ', 'OCPI status ' || status_code, status_message)
                else 'The answer holds no object.' end,
            left(body, 4000),
        from answers
        where opening <> '[' or status_code >= 2000
        """
    )


def _recognise(con: duckdb.DuckDBPyConnection) -> None:
    """`landing_objects`. Objects of one sender have the same keys, so each list of keys is judged once."""
    names = "case when left(body, 1) = '{' then json_keys(body) end"
    con.execute(
        f"""
        create or replace temp table landing_key_lists as
        with keyed as (
            select names, {plain_keys("names")} as keys
            from (select distinct {names} as names from landing_parts)
        )

        select
            names, keys, {module_of("keys")} as module, {foreign_kind_of("keys")} as kind,
            regexp_matches(array_to_string(names, ' '), '(^| )[a-z]+[A-Z]')
                and not contains(array_to_string(names, ' '), '_') as is_camel_case,
        from keyed
        """
    )
    con.execute(
        f"""
        create or replace temp table landing_objects as
        select
            parts.landing_seq, cast(parts.ordinal as integer) as ordinal, parts.body,
            lists.keys, lists.module, lists.kind, lists.is_camel_case,
        from (select *, {names} as names from landing_parts) as parts
        left join landing_key_lists as lists on parts.names = lists.names
        """
    )
    con.execute("drop view landing_parts")
    for table in ("landing_envelopes", "landing_lists", "landing_key_lists"):
        con.execute(f"drop table {table}")


_CAMEL_KEY = re.compile(r'(?<!\\)"([a-z][a-z0-9]*(?:[A-Z][a-zA-Z0-9]*)+)":')


def snake_keys(minified: str) -> str:
    """Minified JSON with its camelCase keys in snake_case; values keep every character.

    In minified JSON a quote inside a text is escaped, so only a key stands between a bare quote and `":`.
    """
    return _CAMEL_KEY.sub(
        lambda key: '"' + re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key.group(1)).lower() + '":', minified
    )


def _rewrite_camel_case(con: duckdb.DuckDBPyConnection) -> None:
    """Rename the keys of objects that have no snake_case key at all; a sender's own camelCase extras stay."""
    rows = con.execute("select rowid, body from landing_objects where is_camel_case").fetchall()
    if not rows:
        return
    con.execute(
        """
        update landing_objects set body = changed.body
        from (select unnest($rows::bigint[]) as row, unnest($bodies::varchar[]) as body) as changed
        where landing_objects.rowid = changed.row
        """,
        {"rows": [row for row, _ in rows], "bodies": [snake_keys(body) for _, body in rows]},
    )
    con.execute(
        """
        update landing_shapes set shape = shape || ' camelCase'
        where landing_seq in (select landing_seq from landing_objects where is_camel_case)
        """
    )
