"""From page bodies to single objects, set-based in DuckDB, whatever envelope they came in.

`explode` fills three temporary tables:

- `landing_objects(landing_seq, ordinal, body, keys, module, kind)`: one row per list entry, single object or NDJSON
  line, `ordinal` from 0 in the order sent; `body` is minified JSON, null for a JSON null.
- `landing_failures(landing_seq, ordinal, code, detail, body_text)`: what could not be read as JSON, or a page without
  any object; `ordinal` is null for a whole page.
- `landing_shapes(landing_seq, shape)`: how the page was wrapped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.landing.bodies import read_body
from pipeline.landing.shapes import foreign_kind_of, module_of, plain_keys

# Where a list or an object may lie inside an answer; seen: data (OCPI), items (paged gateways), content (Spring).
_CONTAINER_KEYS = ("data", "items", "content", "results", "locations", "tariffs", "sessions", "cdrs", "tokens")
_DEFAULT_OBJECT_BYTES = 16 << 20
_DETAIL_CHARS = 4000


@dataclass(frozen=True)
class PageFile:
    """A page to explode: any number that names it, its zstd file and the size of its uncompressed body."""

    landing_seq: int
    path: Path
    size_bytes: int


def explode(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    """Fill the temporary tables from the pages; no page can make it fail."""
    _create_tables(con)
    _read_pages(con, pages)
    _find_containers(con)
    _list_objects(con)
    _rewrite_camel_case(con)
    con.execute("drop table landing_tops")
    con.execute("drop table landing_containers")


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create or replace temp table landing_tops (landing_seq bigint, top_no integer, body json)")
    con.execute(
        "create or replace temp table landing_failures"
        " (landing_seq bigint, ordinal integer, code varchar, detail varchar, body_text varchar)"
    )
    con.execute("create or replace temp table landing_shapes (landing_seq bigint, shape varchar)")


def _read_pages(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    readable = [page for page in pages if page.size_bytes > 0]
    empty = [(page.landing_seq, "body_empty", "The body has no bytes.") for page in pages if page.size_bytes == 0]
    _fail(con, empty)
    if readable:
        _read_or_halve(con, readable)
    con.execute(
        """
        insert into landing_failures
        select landing_seq, null, 'body_empty', 'The body holds only blanks.', null
        from (select unnest($pages::bigint[]) as landing_seq) as pages
        where landing_seq not in (select landing_seq from landing_tops)
            and landing_seq not in (select landing_seq from landing_failures)
        """,
        {"pages": [page.landing_seq for page in readable]},
    )


def _fail(con: duckdb.DuckDBPyConnection, failures: list[tuple[int, str, str]]) -> None:
    if failures:
        con.executemany("insert into landing_failures values (?, null, ?, ?, null)", failures)


def _read_or_halve(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    """Read all pages in one scan; one malformed page fails the scan, so halve until it stands alone."""
    try:
        _scan(con, pages)
    except duckdb.InvalidInputException as error:
        if len(pages) > 1:
            middle = len(pages) // 2
            _read_or_halve(con, pages[:middle])
            _read_or_halve(con, pages[middle:])
        else:
            _salvage(con, pages[0], str(error))


def _scan(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    largest = max(_DEFAULT_OBJECT_BYTES, *(page.size_bytes + 1024 for page in pages))
    # Insertion order is file order, so a row number by rowid is the order within the page.
    con.execute(
        """
        create or replace temp table landing_scan as
        select filename, json as body
        from read_json_objects(
            $files, format = 'unstructured', filename = true, maximum_object_size = $largest
        )
        """,
        {"files": [str(page.path) for page in pages], "largest": largest},
    )
    con.execute(
        """
        insert into landing_tops
        select
            files.landing_seq,
            row_number() over (partition by files.landing_seq order by scan.rowid) - 1 as top_no,
            scan.body,
        from landing_scan as scan
        inner join (
            select unnest($files::varchar[]) as filename, unnest($pages::bigint[]) as landing_seq
        ) as files using (filename)
        """,
        {"files": [str(page.path) for page in pages], "pages": [page.landing_seq for page in pages]},
    )
    con.execute("drop table landing_scan")


def _salvage(con: duckdb.DuckDBPyConnection, page: PageFile, error: str) -> None:
    """Keep the good lines of an NDJSON page; any other page that is no JSON is refused whole."""
    body = read_body(page.path)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        _refuse(con, page, "body_not_utf8", f"Byte {reason.start + 1} is not UTF-8.", body.decode("latin-1"))
        return
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not _is_json_object(lines[0]):
        reason_text = re.sub(r'in file "[^"]*", ', "", error).removeprefix("Invalid Input Error: ").strip()
        _refuse(con, page, "body_not_json", reason_text[:300], text)
        return
    good, bad = [], []
    for number, line in enumerate(lines):
        (good if _is_valid(con, line) else bad).append((number, line))
    con.executemany("insert into landing_tops values (?, ?, ?)", [(page.landing_seq, *item) for item in good])
    con.executemany(
        "insert into landing_failures values (?, ?, 'body_not_json', ?, ?)",
        [(page.landing_seq, number, f"Line {number + 1} is not JSON.", line[:_DETAIL_CHARS]) for number, line in bad],
    )


def _refuse(con: duckdb.DuckDBPyConnection, page: PageFile, code: str, detail: str, text: str) -> None:
    con.execute(
        "insert into landing_failures values (?, null, ?, ?, ?)",
        [page.landing_seq, code, detail, text[:_DETAIL_CHARS].replace("\x00", "")],
    )


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _is_valid(con: duckdb.DuckDBPyConnection, line: str) -> bool:
    row = con.execute("select json_valid(?)", [line]).fetchone()
    return bool(row and row[0])


def _find_containers(con: duckdb.DuckDBPyConnection) -> None:
    """Follow `data`, `items` and the like down, at most twice: `{"data": {"items": [...]}}`."""
    con.execute(
        f"""
        create or replace temp table landing_containers as
        select landing_seq, body, json_type(body) as body_type, {plain_keys("body")} as keys, body as top,
            cast(null as varchar) as way
        from landing_tops
        qualify count(*) over (partition by landing_seq) = 1
        """  # noqa: S608 - only expressions of this package
    )
    listed = ", ".join(f"'{key}'" for key in _CONTAINER_KEYS)
    for _ in range(2):
        con.execute(
            f"""
            create or replace temp table landing_containers as
            with named as (
                select
                    *,
                    case when body_type = 'OBJECT' and {module_of("keys")} is null then
                        list_filter([{listed}], lambda k: list_contains(keys, k))[1]
                    end as container_key,
                from landing_containers
            ),

            stepped as (
                select
                    * exclude (container_key),
                    container_key,
                    case when container_key is not null then
                        json_extract(body, '$."' || json_keys(body)[list_position(keys, container_key)] || '"')
                    end as inner_body,
                from named
            )

            select
                landing_seq,
                case when container_key is null then body else inner_body end as body,
                case when container_key is null then body_type else json_type(inner_body) end as body_type,
                case when container_key is null then keys else {plain_keys("inner_body")} end as keys,
                top,
                coalesce(container_key, way) as way,
            from stepped
            """  # noqa: S608 - only expressions of this package
        )


def _list_objects(con: duckdb.DuckDBPyConnection) -> None:
    module, kind = module_of("keys"), foreign_kind_of("keys")
    # A dict keyed by id: its first entry is an object of ours whose own id is the key, or absent.
    con.execute(
        f"""
        create or replace temp table landing_keyed as
        with entries as (
            select *, json_extract(body, '$."' || json_keys(body)[1] || '"') as entry, json_keys(body)[1] as entry_key
            from landing_containers
            where body_type = 'OBJECT' and {module} is null and {kind} is null and len(keys) > 0
        )

        select landing_seq
        from entries
        where json_type(entry) = 'OBJECT'
            and ({module_of(plain_keys("entry"))}) is not null
            and coalesce(entry ->> 'id', entry ->> 'uid', entry ->> 'ocpiId', entry_key) = entry_key
        """  # noqa: S608 - only expressions of this package
    )
    con.execute(
        """
        create or replace temp table landing_parts as
        -- The select-list form of unnest streams; the lateral form of the same runs out of memory.
        select
            landing_seq,
            generate_subscripts(from_json(body, '["JSON"]'), 1) - 1 as ordinal,
            unnest(from_json(body, '["JSON"]')) as body,
        from landing_containers
        where body_type = 'ARRAY'
        union all
        select landing_seq, generate_subscripts(entries, 1) - 1, unnest(entries)
        from (
            select
                landing_seq,
                list_transform(map_entries(cast(body as map(varchar, json))), lambda e:
                    case when json_type(e.value) = 'OBJECT' and e.value ->> 'id' is null
                        and e.value ->> 'uid' is null and e.value <> '{}'
                        then cast('{"id":' || to_json(e.key) || ',' || substr(e.value, 2) as json)
                        else e.value end
                ) as entries,
            from (select landing_seq, json(body) as body from landing_containers
                where landing_seq in (select landing_seq from landing_keyed))
        )
        union all
        select landing_seq, 0, json(body)
        from landing_containers
        where body_type = 'OBJECT' and len(keys) > 0 and not list_contains(keys, 'statuscode')
            and landing_seq not in (select landing_seq from landing_keyed)
        union all
        select landing_seq, top_no, json(body)
        from landing_tops
        where landing_seq not in (select landing_seq from landing_containers)
        """
    )
    con.execute(
        f"""
        create or replace temp table landing_objects as
        with keyed as (
            select *, case when json_type(body) = 'OBJECT' then {plain_keys("body")} end as keys
            from landing_parts
        )

        select landing_seq, cast(ordinal as integer) as ordinal, body, keys, {module} as module, {kind} as kind
        from keyed
        """  # noqa: S608 - only expressions of this package
    )
    con.execute("drop table landing_parts")
    con.execute(
        """
        insert into landing_shapes
        select
            landing_seq,
            case
                when landing_seq in (select landing_seq from landing_keyed) then coalesce(way || ' ', '') || 'keyed'
                when body_type = 'ARRAY' then coalesce(way || ' ', '') || 'array'
                when body_type = 'OBJECT' and len(keys) > 0 and not list_contains(keys, 'statuscode')
                    then coalesce(way || ' ', '') || 'object'
                else 'nothing'
            end,
        from landing_containers
        union all
        select distinct landing_seq, 'ndjson' from landing_tops
        where landing_seq not in (select landing_seq from landing_containers)
        """
    )
    # An answer that tells an error and holds nothing; an empty list is an answer too, and holds no error.
    con.execute(
        """
        insert into landing_failures
        with answers as (
            select
                *,
                try_cast(coalesce(top ->> 'status_code', top ->> 'statusCode') as integer) as status_code,
                coalesce(top ->> 'status_message', top ->> 'statusMessage', '') as status_message,
            from landing_containers
            where case coalesce(body_type, 'NULL')
                when 'ARRAY' then json_array_length(body) = 0
                when 'OBJECT' then len(keys) = 0 or list_contains(keys, 'statuscode')
                else true
            end
        )

        select
            landing_seq,
            null,
            case when status_code >= 2000 then 'body_error_status' else 'body_without_objects' end,
            case when status_code >= 2000 then 'OCPI status ' || status_code || ': ' || status_message
                else 'The answer holds no object.' end,
            left(top, 4000),
        from answers
        where coalesce(body_type, 'NULL') <> 'ARRAY' or status_code >= 2000
        """
    )
    con.execute("drop table landing_keyed")


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
    rows = con.execute(
        """
        select rowid, body from landing_objects
        where regexp_matches(array_to_string(json_keys(body), ' '), '(^| )[a-z]+[A-Z]')
            and not contains(array_to_string(json_keys(body), ' '), '_')
        """
    ).fetchall()
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
        where landing_seq in (
            select landing_seq from landing_objects where rowid in (select unnest($rows::bigint[]))
        )
        """,
        {"rows": [row for row, _ in rows]},
    )
