"""`roamledger scorecard`: how good what partners send is, by module and rule, as a page to send them."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from pipeline.settings import UserError


class Format(StrEnum):
    """How a scorecard is written."""

    table = "table"
    json = "json"
    markdown = "markdown"
    html = "html"


def scorecard(
    context: typer.Context,
    partner: Annotated[
        str | None, typer.Argument(metavar="[PARTNER]", help="As in partners.yml; default: all.")
    ] = None,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Default: the newest that is over.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.table,
) -> None:
    """Show how good what partners send is, by module and rule, in counts and money."""
    from pipeline.commands.output import print_json
    from pipeline.commands.pages import print_page
    from pipeline.explain.html import render_html
    from pipeline.rules.scorecard import read_scorecard, scorecard_page

    card = read_scorecard(context.obj, partner, _month(month))
    if form is Format.json:
        print_json({**asdict(card), "month": f"{card.month:%Y-%m}"})
    elif form is Format.html:
        sys.stdout.write(render_html(scorecard_page(card)))
    else:
        print_page(scorecard_page(card), is_markdown=form is Format.markdown)


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text.strip()):
        raise UserError(f"{text!r} is not a month; write it like 2026-10.")
    return date.fromisoformat(f"{text.strip()}-01")
