"""Page bodies as JSON text in DuckDB; what cannot be read as JSON is set aside with its reason.

Fills `landing_tops(landing_seq, top_no, body)`, one row per top-level JSON value (several: NDJSON), and adds to
`landing_failures(landing_seq, ordinal, code, detail, body_text)`, where `ordinal` is null for a whole page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.landing.bodies import read_body

_DEFAULT_OBJECT_BYTES = 16 << 20
_TEXT_CHARS = 4000


@dataclass(frozen=True)
class PageFile:
    """A page to read: any number that names it, its zstd file and the size of its uncompressed body."""

    landing_seq: int
    path: Path
    size_bytes: int


def read_pages(con: duckdb.DuckDBPyConnection, pages: Sequence[PageFile]) -> None:
    """Create and fill the two temporary tables; no page can make it fail."""
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
        [(page.landing_seq, number, f"Line {number + 1} is not JSON.", line[:_TEXT_CHARS]) for number, line in bad],
    )


def _refuse(con: duckdb.DuckDBPyConnection, page: PageFile, code: str, detail: str, text: str) -> None:
    con.execute(
        "insert into landing_failures values (?, null, ?, ?, ?)",
        [page.landing_seq, code, detail, text[:_TEXT_CHARS].replace("\x00", "")],
    )


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _is_valid(con: duckdb.DuckDBPyConnection, line: str) -> bool:
    row = con.execute("select json_valid(?)", [line]).fetchone()
    return bool(row and row[0])
