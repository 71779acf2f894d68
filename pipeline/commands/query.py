"""`roamledger query`: one read-only statement on the published warehouse."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum

import duckdb
from rich.table import Table

from pipeline.commands.output import out, print_json, table
from pipeline.plain_values import plain
from pipeline.published import Answer, ask, open_published
from pipeline.settings import Paths, UserError

# A table on a screen is for looking; everything comes out with the other formats.
SHOWN_ROWS = 200


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


def query(paths: Paths, sql: str, form: Format) -> None:
    """Print the answer to `sql`, one statement.

    Raises UserError when it is none or several, and with the engine's sentence when the statement is wrong.
    """
    with open_published(paths) as con:
        try:
            _refuse_all_but_one(len(con.extract_statements(sql)))
            answer = ask(con, sql)
        except duckdb.Error as error:
            raise UserError(f"The query failed: {_sentence(error)}") from error
    if form is Format.json:
        print_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
    elif form is Format.csv:
        write_csv(answer)
    else:
        out().print(_shown(answer))
        hidden = len(answer.rows) - SHOWN_ROWS
        if hidden > 0:
            out().print(f"... and {hidden} more rows; --format csv gives all {len(answer.rows)}.")


def _refuse_all_but_one(count: int) -> None:
    """Of several statements only the last answer would be shown, and of none there is nothing to show."""
    if count == 0:
        raise UserError('There is nothing to ask; give one statement, such as "from meta.published_version".')
    if count > 1:
        raise UserError(f"These are {count} statements; ask them one at a time.")


def _shown(answer: Answer) -> Table:
    return table("", answer.columns, answer.rows[:SHOWN_ROWS])


def write_csv(answer: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([plain(value) for value in row] for row in answer.rows)


def _sentence(error: duckdb.Error) -> str:
    if "read-only mode" in str(error):
        return "the published warehouse is read-only."
    if isinstance(error, duckdb.PermissionException):
        return "the published warehouse can be read and nothing else; files cannot be read or written from here."
    return str(error).strip()
