"""A page as Markdown, for tickets and mails."""

from __future__ import annotations

import re

from pipeline.explain.page import Block, Drawing, Facts, Heading, Notes, Page, Say, Table

# What Markdown or HTML inside it would read as markup.
_MARKUP = re.compile(r"([\\`*_\[\]|#~$!])")


def render_markdown(page: Page) -> str:
    """Write the page; every text is escaped, so that a partner's text stays text."""
    parts = [f"# {_text(page.title)}", _text(page.subtitle), *map(_block, page.blocks), "---", _text(page.footer)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {_text(text)}"
        case Facts(rows):
            return "\n".join(f"- **{_text(name)}**: {_text(text)}" for name, text in rows)
        case Table():
            return _table(block)
        case Notes(items):
            return "\n".join(f"- {_text(item)}" for item in items)
        case Say(text, kind):
            return f"**{_text(text)}**" if kind == "alert" else _text(text)
        case Drawing():
            return _text("The HTML page has a drawing here.")


def _table(block: Table) -> str:
    rules = [" --- " if position in block.text_columns else " ---: " for position in range(len(block.columns))]
    rows = [
        " | ".join(f"**{_text(cell)}**" if row.is_total and cell else _text(cell) for cell in row.cells)
        for row in block.rows
    ]
    head = " | ".join(map(_text, block.columns))
    return "\n".join([f"| {head} |", f"|{'|'.join(rules)}|", *(f"| {row} |" for row in rows)])


def _text(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", " ")
    return _MARKUP.sub(r"\\\1", safe)
