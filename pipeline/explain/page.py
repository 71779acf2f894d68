"""A page as blocks of text, the same for every format: headings, facts, tables, lists, sentences, drawings."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class PageFormat(StrEnum):
    """How a page is written."""

    terminal = "terminal"
    markdown = "markdown"
    html = "html"


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 for the parts of the page, 3 for what belongs to a part."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """One row of a table; a total stands out."""

    cells: tuple[str, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under column names; the first column names the row, the others are numbers unless said otherwise."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    text_columns: frozenset[int] = field(default_factory=lambda: frozenset({0}))


@dataclass(frozen=True)
class Notes:
    """Sentences that stand below each other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Say:
    """One paragraph; `alert` where something needs to be done."""

    text: str
    kind: Literal["plain", "alert", "quiet"] = "plain"


@dataclass(frozen=True)
class Drawing:
    """A picture as SVG, which the HTML page shows as it is; elsewhere nothing stands in its place."""

    svg: str
    caption: str


Block = Heading | Facts | Table | Notes | Say | Drawing


@dataclass(frozen=True)
class Page:
    """A whole page."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    footer: str
