"""Read-only access to the published warehouse, for commands and people; nothing here can change it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.settings import Paths, UserError


@dataclass(frozen=True)
class Answer:
    """The rows a statement gave, with the names of their columns."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@contextmanager
def open_published(paths: Paths) -> Generator[duckdb.DuckDBPyConnection]:
    """Connect to the published file, read-only and without access to any other file.

    Raises UserError when no night has been published yet.
    """
    file = paths.published_file
    if not file.exists():
        raise UserError(
            f"Nothing is published in {paths.data} yet: run `roamledger run` first, "
            "or `roamledger demo` to see the sample."
        )
    try:
        con = duckdb.connect(str(file), read_only=True)
    except duckdb.IOException as error:
        raise UserError(f"The published file {file} cannot be opened: {str(error).splitlines()[0]}") from error
    try:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        yield con
    finally:
        con.close()


def ask(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Answer:
    """Run one statement and fetch all rows; duckdb.Error when it cannot be run."""
    cursor = con.execute(sql, dict(parameters) if isinstance(parameters, Mapping) else list(parameters))
    return Answer(tuple(column[0] for column in cursor.description or ()), cursor.fetchall())
