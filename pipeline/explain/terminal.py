"""A page as text for a terminal, or for a file that is read as one."""

from __future__ import annotations

from io import StringIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from pipeline.explain.page import Block, Drawing, Facts, Heading, Notes, Page, Say, Table

_STYLES = {"plain": "", "alert": "bold red", "quiet": "dim"}


def render_terminal(page: Page, *, width: int = 120, is_colored: bool = False) -> str:
    """Lay the page out for so many columns; everything is text, nothing is read as markup."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=is_colored,
        color_system="auto" if is_colored else None,
        highlight=False,
    )
    console.print(Text(page.title, style="bold"))
    console.print(Text(page.subtitle, style="dim"))
    console.print()
    for block in page.blocks:
        _print(console, block)
    console.print()
    console.print(Text(page.footer, style="dim"))
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def _print(console: Console, block: Block) -> None:
    match block:
        case Heading(text, level):
            console.print()
            console.print(Text(text, style="bold underline" if level == 2 else "bold"))
        case Facts(rows):
            grid = RichTable.grid(padding=(0, 2))
            grid.add_column(style="dim", no_wrap=True)
            grid.add_column(overflow="fold")
            for name, text in rows:
                grid.add_row(Text(name), Text(text))
            console.print(Padding(grid, (0, 0, 0, 2)))
        case Table():
            console.print(Padding(_table(block), (0, 0, 0, 2)))
        case Notes(items):
            grid = RichTable.grid(padding=(0, 1))
            grid.add_column()
            grid.add_column(overflow="fold")
            for item in items:
                grid.add_row(Text("-"), Text(item))
            console.print(Padding(grid, (0, 0, 0, 2)))
        case Say(text, kind):
            console.print(Text(text, style=_STYLES[kind]))
        case Drawing():
            console.print(Text("The HTML page has a drawing here.", style="dim"))


def _table(block: Table) -> RichTable:
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, name in enumerate(block.columns):
        shown.add_column(Text(name), justify="left" if position in block.text_columns else "right", overflow="fold")
    for row in block.rows:
        shown.add_row(*map(Text, row.cells), style="bold" if row.is_total else "")
    return shown
