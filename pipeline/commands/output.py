"""Where commands write: results to standard output, progress and errors to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.plain_values import plain

# Tables that go into a file or a pipe are not folded to the 80 columns of a terminal that is not there.
PIPED_WIDTH = 160

# Called as (step, done, total); total is None while it is not known.
Follow = Callable[[str, int, int | None], None]


def out() -> Console:
    """The console of results; made on each call so that redirected streams are honoured."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, soft_wrap=True, highlight=False, width=width)


def err() -> Console:
    """The console of everything that is not a result."""
    return Console(file=sys.stderr, soft_wrap=True, highlight=False)


def print_json(content: Any) -> None:
    """Write one JSON value as a script wants it."""
    sys.stdout.write(json.dumps(plain(content), ensure_ascii=False, indent=2) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, source: str = "") -> Table:
    """A table for people; numbers to the right. `source` names the published table the figures come from."""
    shown = Table(title=title, title_justify="left", title_style="bold", caption=source or None, caption_justify="left")
    cells = [[cell(value) for value in row] for row in rows]
    for position, column in enumerate(columns):
        is_number = bool(cells) and all(_is_number(row[position]) for row in cells)
        shown.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        shown.add_row(*row)
    return shown


def cell(value: object) -> str:
    """One value as text; nothing for null. Square brackets are kept from being read as markup."""
    text = "" if value is None else str(plain(value))
    return text.replace("[", r"\[")


def _is_number(text: str) -> bool:
    return not text or text.lstrip("-").replace(".", "", 1).replace(",", "").replace(" %", "").isdigit()


@contextmanager
def progress(*, is_quiet: bool = False) -> Generator[Follow]:
    """Follow long work with a bar per step on standard error; silent when that is not a terminal or `is_quiet`."""
    console = err()
    with Progress(
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=is_quiet or not console.is_terminal,
    ) as bars:
        tasks: dict[str, Any] = {}

        def follow(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield follow
