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


class PlainReader:
    """Reads the plain pages of one module, batch by batch; it learns by which key names objects of the module are told.

    `read` adds the objects of its pages to `batch_<module>` and returns the numbers of the pages that are done. A page
    is done when it is one answer of OCPI with objects of the module alone, each of which could be keyed; of any other
    page nothing is added. Must not run inside a transaction, because a malformed page would end it.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, config: Config, module: str) -> None:
        self._con = con
        self._config = config
        self._module = module
        self._known: list[list[str]] = []

    def read(self, pages: Sequence[PageFile]) -> set[int]:
        for part in _parts([page for page in pages if _opens_object(page)]):
            self._scan_or_halve(part)
            self._learn()
            self._take_out_odd_pages(part)
        rows = self._con.execute(f"select distinct landing_seq from batch_{self._module}").fetchall()
        return {seq for (seq,) in rows}

    def _scan_or_halve(self, pages: Sequence[PageFile]) -> None:
        """One page that cannot be read ends the scan, so halve until it stands alone and leave it out."""
        try:
            self._scan(pages)
        except duckdb.InvalidInputException:
            middle = len(pages) // 2
            for half in (pages[:middle], pages[middle:]) if middle else ():
                self._scan_or_halve(half)

    def _scan(self, pages: Sequence[PageFile]) -> None:
        """The scan parses a page once, and writes each entry of its list as minified JSON.

        A value that is no answer, or has no list, gives one row without a body, so that the page is seen to be odd.
        """
        source = f"""
            select
                *, '{self._module}' as shape_module, cast(null as varchar) as shape_kind, body is not null as is_object,
            from (
                select
                    landing_seq, {PAGE_COLUMNS.replace("pages.", "")},
                    cast(generate_subscripts(entries, 1) - 1 as integer) as ordinal,
                    unnest(entries) as body,
                from (
                    select
                        pages.landing_seq, {PAGE_COLUMNS},
                        case
                            when len(data) > 0 and status_code is not null and timestamp is not null then data
                            else [null]
                        end as entries,
                    from read_json(
                        $files, format = 'unstructured', records = true, maximum_object_size = $largest,
                        columns = {{data: 'JSON[]', status_code: 'JSON', timestamp: 'JSON'}}
                    ) as answers
                    -- Joined page by page: to join objects would copy every field.
                    inner join batch_pages as pages
                        on list_extract($pages::bigint[], cast(answers.file_index as bigint) + 1) = pages.landing_seq
                )
            )
        """
        self._con.execute(
            f"insert into batch_{self._module} by name "
            + judged(self._config, self._module, source, known="$known::varchar[][]"),
            {
                "known": self._known,
                "files": [str(page.path) for page in pages],
                "pages": [page.landing_seq for page in pages],
                "largest": max(16 << 20, *(page.size_bytes + 1024 for page in pages)),
            },
        )

    def _learn(self) -> None:
        """Objects of one sender have the same keys, so each list of names is judged once.

        Names in camelCase tell the module too, but have to be rewritten first.
        """
        keys = plain_keys("names")
        # The condition as a column: as a filter it would be asked of every object.
        rows = self._con.execute(
            f"""
            select names, {module_of(keys)} = '{self._module}' and contains(array_to_string(names, ' '), '_')
            from (select distinct names from batch_{self._module} where names is not null)
            order by names
            """
        ).fetchall()
        self._known += [names for names, is_of_module in rows if is_of_module and names not in self._known]

    def _take_out_odd_pages(self, pages: Sequence[PageFile]) -> None:
        """Remove what was read of the pages on which anything is not plain."""
        numbers = [page.landing_seq for page in pages]
        self._con.execute(
            f"""
            delete from batch_{self._module}
            where landing_seq in (
                select landing_seq
                from batch_{self._module}
                where landing_seq between $first and $last
                group by landing_seq
                having count(*) <> max(ordinal) + 1
                    or not bool_and(code is null and (is_plain or list_contains($known::varchar[][], names)) is true)
            )
            """,
            {"known": self._known, "first": min(numbers), "last": max(numbers)},
        )


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
