"""The pages that are as OCPI says: read, taken apart and keyed in one scan, without a copy of any body.

Whatever else a page is, it is left to `unwrap.explode`, which takes every form, a few times as slowly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from pipeline.landing.bodies import read_head
from pipeline.landing.judge import PAGE_COLUMNS, judged
from pipeline.landing.read import PageFile
from pipeline.landing.shapes import module_of, plain_keys
from pipeline.partners import Config

# Bounds memory: a scan holds about two copies of its pages.
SCAN_BYTES = 128 << 20


def read_plain(con: duckdb.DuckDBPyConnection, config: Config, module: str, pages: Sequence[PageFile]) -> set[int]:
    """Add the objects of pages of one module to `batch_<module>`; returns the numbers of the pages that are done.

    A page is done when it is one answer of OCPI with objects of the module alone, each of which could be keyed; of any
    other page nothing is added. Must not run inside a transaction, because a malformed page would end it.
    """
    done: set[int] = set()
    for part in _parts([page for page in pages if _opens_object(page)]):
        _scan_or_halve(con, config, module, part)
        odd = _take_out_odd_pages(con, module)
        done |= {page.landing_seq for page in part} - odd
    return done & _pages_of(con, module)


def _parts(pages: Sequence[PageFile]) -> Iterator[list[PageFile]]:
    part: list[PageFile] = []
    size = 0
    for page in pages:
        if part and size + page.size_bytes > SCAN_BYTES:
            yield part
            part, size = [], 0
        part.append(page)
        size += page.size_bytes
    if part:
        yield part


def _opens_object(page: PageFile) -> bool:
    """A list at the top would end the scan of its neighbours too."""
    return page.size_bytes > 0 and read_head(page.path).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _scan_or_halve(con: duckdb.DuckDBPyConnection, config: Config, module: str, pages: Sequence[PageFile]) -> None:
    """One page that cannot be read ends the scan, so halve until it stands alone and leave it out."""
    try:
        _scan(con, config, module, pages)
    except duckdb.InvalidInputException:
        middle = len(pages) // 2
        for half in (pages[:middle], pages[middle:]) if middle else ():
            _scan_or_halve(con, config, module, half)


def _scan(con: duckdb.DuckDBPyConnection, config: Config, module: str, pages: Sequence[PageFile]) -> None:
    """The scan parses a page once, and writes each entry of its list as minified JSON.

    A value that is no answer, or has no list, gives one row without a body, so that the page is seen to be odd.
    """
    source = f"""
        select *, '{module}' as shape_module, cast(null as varchar) as shape_kind, body is not null as is_object,
        from (
            select
                landing_seq, {PAGE_COLUMNS.replace("pages.", "")},
                cast(generate_subscripts(entries, 1) - 1 as integer) as ordinal,
                unnest(entries) as body,
            from (
                select
                    pages.landing_seq, {PAGE_COLUMNS},
                    case
                        when len(data) > 0
                            and status_code is not null and status_message is not null and timestamp is not null
                            then data
                        else [null]
                    end as entries,
                from read_json(
                    $files, format = 'unstructured', records = true, maximum_object_size = $largest,
                    columns = {{data: 'JSON[]', status_code: 'JSON', status_message: 'JSON', timestamp: 'JSON'}}
                ) as answers
                -- Joined page by page: to join objects would copy every field.
                inner join batch_pages as pages
                    on list_extract($pages::bigint[], cast(answers.file_index as bigint) + 1) = pages.landing_seq
            )
        )
    """
    con.execute(
        f"insert into batch_{module} by name {judged(config, module, source)}",
        {
            "files": [str(page.path) for page in pages],
            "pages": [page.landing_seq for page in pages],
            "largest": max(16 << 20, *(page.size_bytes + 1024 for page in pages)),
        },
    )


def _take_out_odd_pages(con: duckdb.DuckDBPyConnection, module: str) -> set[int]:
    """Remove the pages with anything that is not plain; objects of one sender have the same keys, judged once."""
    keys = plain_keys("names")
    rows = con.execute(
        f"""
        with key_lists as (
            select
                names,
                {module_of(keys)} is not distinct from '{module}'
                    -- The keys of other objects are in camelCase and have to be rewritten.
                    and contains(array_to_string(names, ' '), '_') as is_of_module,
            from (select distinct names from batch_{module} where names is not null)
        )

        select landing_seq
        from batch_{module} as objects
        left join key_lists using (names)
        group by landing_seq
        having count(*) <> max(ordinal) + 1
            or not bool_and(coalesce(is_plain, false) or code is null and coalesce(is_of_module, false))
        """
    ).fetchall()
    odd = {seq for (seq,) in rows}
    if odd:
        con.execute(f"delete from batch_{module} where landing_seq in (select unnest($1::bigint[]))", [list(odd)])
    return odd


def _pages_of(con: duckdb.DuckDBPyConnection, module: str) -> set[int]:
    return {seq for (seq,) in con.execute(f"select distinct landing_seq from batch_{module}").fetchall()}
