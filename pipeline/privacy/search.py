"""Where below the data folder a person's identifiers still stand: every file, whatever it is packed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.privacy.bodies import without_person
from pipeline.privacy.identifiers import Person
from pipeline.privacy.places import Place
from pipeline.settings import Paths

# Columns in which a short identifier is one; elsewhere it could be any word.
_COLUMNS = ("token_uid", "contract_id", "visual_number", "auth_id", "group_id", "uid")


def files_with(paths: Paths, person: Person, *, leave_out: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Files that hold an identifier in a field or text, or in their own name."""
    for path in sorted(paths.data.rglob("*")):
        if not path.is_file() or path in leave_out:
            continue
        if person.in_text(path.relative_to(paths.data).as_posix()) or holds(path, person):
            yield path


def holds(path: Path, person: Person) -> bool:
    """Whether one file holds an identifier of the person; databases and Parquet are asked column by column."""
    if path.suffix == ".duckdb":
        return _database_holds(path, person)
    if path.suffix == ".parquet":
        with duckdb.connect() as con:
            con.execute(f"create view asked as select * from read_parquet('{_quoted(path)}')")
            return _table_holds(con, "asked", person)
    body = Place("failed", path, is_tokens="tokens" in path.as_posix()).read()
    if not person.may_be_in(body):
        return False
    found = without_person(body, person, is_tokens=False)[1]
    # A page of HTML or a log is no JSON, and JSON in a log is one line of it.
    return found.replaced > 0 or person.in_text(body.decode("utf-8", "surrogateescape"))


def _database_holds(path: Path, person: Person) -> bool:
    with duckdb.connect() as con:
        con.execute(f"attach '{_quoted(path)}' as asked (read_only)")
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'asked'"
        ).fetchall()
        return any(_table_holds(con, f'asked."{schema}"."{table}"', person) for schema, table in tables)


def _table_holds(con: duckdb.DuckDBPyConnection, table: str, person: Person) -> bool:
    conditions = []
    parameters: dict[str, object] = {}
    short = [item.value for item in person.identifiers if not item.is_long]
    for column, kind, *_ in con.execute(f"describe {table}").fetchall():
        if "VARCHAR" not in kind and "JSON" not in kind:
            continue
        if person.words_in_sql:
            parameters["words"] = person.words_in_sql
            conditions.append(f"regexp_matches(cast(\"{column}\" as varchar), $words, 'i')")
        if short and column in _COLUMNS:
            parameters["short"] = short
            conditions.append(f'list_contains($short, upper(trim(cast("{column}" as varchar))))')
    if not conditions:
        return False
    row = con.execute(f"select exists (from {table} where {' or '.join(conditions)})", parameters).fetchone()
    return bool(row and row[0])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
