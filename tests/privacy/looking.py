"""Looking for a text in a whole folder, whatever it is packed in; not what the pipeline itself searches with."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import zstandard


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """(what, text in upper case) of everything below a folder: names, unpacked files, columns of tables."""
    for path in sorted(folder.rglob("*")):
        yield f"name of {path}", path.name.upper()
        if not path.is_file():
            continue
        data = path.read_bytes()
        if path.suffix == ".duckdb":
            yield from _tables(path)
            # Bytes of rows that were dropped are still in the file.
            yield f"bytes of {path}", data.decode("latin-1").upper()
        elif path.suffix == ".parquet":
            with duckdb.connect() as con:
                yield from _columns(con, f"read_parquet('{path}')", str(path))
        elif data.startswith(b"\x28\xb5\x2f\xfd"):
            plain = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
            yield str(path), plain.decode("utf-8", "replace").upper()
        elif data.startswith(b"\x1f\x8b"):
            yield str(path), gzip.decompress(data).decode("utf-8", "replace").upper()
        else:
            yield str(path), data.decode("utf-8", "replace").upper()


def found(folder: Path, words: Iterable[str]) -> list[str]:
    """Where one of the words stands, in any case."""
    wanted = [word.upper() for word in words]
    return sorted({what for what, text in contents(folder) if any(word in text for word in wanted)})


def _tables(path: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() union all "
            "select schema_name, view_name from duckdb_views() where not internal"
        ).fetchall()
        for schema, table in tables:
            yield from _columns(con, f'"{schema}"."{table}"', f"{path}: {schema}.{table}")


def _columns(con: duckdb.DuckDBPyConnection, table: str, name: str) -> Iterator[tuple[str, str]]:
    for column, kind, *_ in con.execute(f"describe select * from {table}").fetchall():
        if "VARCHAR" in kind or "JSON" in kind:
            row = con.execute(
                f"""select string_agg(distinct upper(cast("{column}" as varchar)), ' ; ') from {table}"""
            ).fetchone()
            yield f"{name}.{column}", row[0] or "" if row else ""
