"""Prints a page as people read it: laid out for the terminal or as wide as a pipe allows, or as Markdown."""

from __future__ import annotations

import sys

from pipeline.commands.output import PIPED_WIDTH, out
from pipeline.explain.markdown import render_markdown
from pipeline.explain.page import Page, Row, Table
from pipeline.explain.terminal import render_terminal

# Longer cells are folded in a pipe, too.
_LONGEST_CELL = 60
_BETWEEN = 3


def print_page(page: Page, *, is_markdown: bool = False) -> None:
    """Write the page to standard output."""
    if is_markdown:
        sys.stdout.write(render_markdown(page))
        return
    is_terminal = sys.stdout.isatty()
    widths = [_width(block) for block in page.blocks if isinstance(block, Table)]
    width = out().width if is_terminal else max(PIPED_WIDTH, *widths)
    sys.stdout.write(render_terminal(page, width=width, is_colored=is_terminal))


def _width(table: Table) -> int:
    """The width in which no cell of the table is folded but the longest."""
    rows = (*table.rows, Row(table.columns))
    longest = [max(len(row.cells[place]) for row in rows) for place in range(len(table.columns))]
    return sum(min(width, _LONGEST_CELL) + _BETWEEN for width in longest) + _BETWEEN
