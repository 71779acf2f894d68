"""Two warehouses by content: every table of every schema, whatever the order of its rows."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb


def differences(left: Path, right: Path, *, but: Collection[str] = ()) -> dict[str, int]:
    """Count the rows of each table that only one of two files has; a table of one file alone counts as -1.

    `but` names tables, as `schema.table`, that are not compared.
    """
    with duckdb.connect() as con:
        con.execute(f"attach '{left}' as a (read_only)")
        con.execute(f"attach '{right}' as b (read_only)")
        listed = con.execute(
            "select database_name, schema_name, table_name from duckdb_tables() where database_name in ('a', 'b')"
        ).fetchall()
        tables = {name: {f'"{schema}"."{table}"' for at, schema, table in listed if at == name} for name in "ab"}
        left_out = {'"{}"."{}"'.format(*name.split(".")) for name in but}
        found = dict.fromkeys((tables["a"] ^ tables["b"]) - left_out, -1)
        for table in sorted((tables["a"] & tables["b"]) - left_out):
            sides = [f"from {at}.{table}" for at in "ab"]
            only_in_one = [f"({one} except all {other})" for one, other in (sides, sides[::-1])]
            row = con.execute(f"select count(*) from ({' union all '.join(only_in_one)})").fetchone()
            if row and row[0]:
                found[table] = row[0]
        return {name.replace('"', ""): count for name, count in found.items()}


def table_count(file: Path) -> int:
    """How many tables a warehouse has."""
    with duckdb.connect(str(file), read_only=True) as con:
        row = con.execute("select count(*) from duckdb_tables()").fetchone()
    assert row is not None
    return row[0]
