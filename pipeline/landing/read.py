"""Page bodies as JSON text in DuckDB; what cannot be read as JSON is set aside with its reason.

Fills `landing_envelopes(landing_seq, entries, body)`, where pages in OCPI's own envelope have their entries, and
`landing_tops(landing_seq, top_no, body)`, one row per top-level JSON value of all others (several: NDJSON). Adds to
`landing_failures(landing_seq, ordinal, code, detail, body_text)`, where `ordinal` is null for a whole page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.landing.bodies import read_body

_DEFAULT_OBJECT_BYTES = 16 << 20
_TEXT_CHARS = 4000

# An OCPI answer: its data under that name, beside nothing that could make it something else.
_IS_ENVELOPE = """
    list_contains(names, 'data')
    and list_has_all(['data', 'status_code', 'status_message', 'timestamp'], names)
    and len(list_distinct(names)) = len(names)
"""


@dataclass(frozen=True)
class PageFile:
    """A page to read: any number that names it, its zstd file and the size of its uncompressed body."""

    landing_seq: int
    path: Path
    size_bytes: int


def read_pages(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    """Create and fill the three temporary tables; no page can make it fail.

    Must not run inside a transaction, because a malformed page would end it.
    """
    con.execute("create or replace temp table landing_envelopes (landing_seq bigint, entries json[], body json)")
    con.execute("create or replace temp table landing_tops (landing_seq bigint, top_no integer, body json)")
    con.execute(
        "create or replace temp table landing_failures"
        " (landing_seq bigint, ordinal integer, code varchar, detail varchar, body_text varchar)"
    )
    readable = [page for page in pages if page.size_bytes > 0]
    empty = [(page.landing_seq, "body_empty", "The body has no bytes.") for page in pages if page.size_bytes == 0]
    _fail(con, empty)
    if readable:
        _read_or_halve(con, readable)
        _reopen(con, readable)
    # Insertion order is file order, so a row number by rowid is the order within the page.
    con.execute(
        """
        insert into landing_tops
        select landing_seq, row_number() over (partition by landing_seq order by rowid) - 1, body
        from landing_envelopes
        where entries is null
        """
    )
    con.execute("delete from landing_envelopes where entries is null")
    con.execute(
        """
        insert into landing_failures
        select landing_seq, null, 'body_empty', 'The body holds only blanks.', null
        from (select unnest($pages::bigint[]) as landing_seq) as pages
        where landing_seq not in (select landing_seq from landing_envelopes)
            and landing_seq not in (select landing_seq from landing_tops)
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


def _scan(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile], *, opens: bool = True) -> None:
    """Open envelopes in the scan itself: most of the cost of a load is to parse and to copy their long bodies."""
    names = "case when left(ltrim(left(json, 64), e' \\t\\r\\n'), 1) = '{' then json_keys(json) end"
    con.execute(
        f"""
        insert into landing_envelopes
        select
            list_extract($pages::bigint[], cast(file_index as bigint) + 1) as landing_seq,
            case when {_IS_ENVELOPE} then from_json(json, '{{"data": ["JSON"]}}').data end as entries,
            case when ({_IS_ENVELOPE}) is not true then json end as body,
        from (
            select file_index, json, {names if opens else "null::varchar[]"} as names
            from read_json_objects($files, format = 'unstructured', maximum_object_size = $largest)
        )
        """,
        {
            "files": [str(page.path) for page in pages],
            "pages": [page.landing_seq for page in pages],
            "largest": max(_DEFAULT_OBJECT_BYTES, *(page.size_bytes + 1024 for page in pages)),
        },
    )


def _reopen(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    """Read again as they stand: envelopes without entries, for they may say why, and several on one page (NDJSON)."""
    rows = con.execute(
        """
        select landing_seq
        from landing_envelopes
        group by landing_seq
        having bool_or(body is null) and (count(*) > 1 or sum(len(entries)) is null or sum(len(entries)) = 0)
        """
    ).fetchall()
    if rows:
        closed = {seq for (seq,) in rows}
        con.execute("delete from landing_envelopes where landing_seq in (select unnest($1::bigint[]))", [list(closed)])
        _scan(con, [page for page in pages if page.landing_seq in closed], opens=False)


def _salvage(con: duckdb.DuckDBPyConnection, page: PageFile, error: str) -> None:
    """Keep the good lines of an NDJSON page; any other page that is no JSON is refused whole."""
    body = read_body(page.path)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        shown = body[:_TEXT_CHARS].decode("latin-1")
        _refuse(con, page, "body_not_utf8", f"Byte {reason.start + 1} is not UTF-8.", shown)
        return
    # Only line feeds end a line: a text may hold U+2028 and its like.
    lines = [line for line in text.split("\n") if line.strip()]
    con.execute(
        """
        create or replace temp table landing_lines as
        select line_no, line, json_valid(line) as is_json, json_valid(line) and line ^@ '{' as is_object
        from (
            select generate_subscripts(lines, 1) - 1 as line_no, trim(unnest(lines), e' \\t\\r') as line
            from (select $lines::varchar[] as lines)
        )
        """,
        {"lines": [line.replace("\x00", "\ufffd") for line in lines]},
    )
    # A broken document may have a line that is an object by chance; NDJSON is made of them.
    objects = con.execute("select count(*) filter (where is_object) from landing_lines").fetchone()
    if len(lines) > 1 and objects and 2 * objects[0] >= len(lines):
        con.execute(
            """
            insert into landing_tops select $page, line_no, line from landing_lines where is_json
            """,
            {"page": page.landing_seq},
        )
        con.execute(
            """
            insert into landing_failures
            select $page, line_no, 'body_not_json', 'Line ' || (line_no + 1) || ' is not JSON.', left(line, 4000)
            from landing_lines where not is_json
            """,
            {"page": page.landing_seq},
        )
    else:
        reason_text = re.sub(r'in file "[^"]*", ', "", error).removeprefix("Invalid Input Error: ").strip()
        _refuse(con, page, "body_not_json", reason_text[:300], text[:_TEXT_CHARS])
    con.execute("drop table landing_lines")


def _refuse(con: duckdb.DuckDBPyConnection, page: PageFile, code: str, detail: str, text: str) -> None:
    con.execute(
        "insert into landing_failures values (?, null, ?, ?, ?)",
        [page.landing_seq, code, detail, text.replace("\x00", "\ufffd")],
    )
