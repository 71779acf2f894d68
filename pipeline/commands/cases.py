"""`roamledger cases`: tokens that more than one may use, and one of them with its evidence as a page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.settings import Paths, UserError

if TYPE_CHECKING:
    from pipeline.cases.read import Case
    from pipeline.explain.page import Page

_COLUMNS = ("case", "token", "partners", "score", "suspected", "found", "from", "to", "CDRs", "claimed")


class CaseFormat(StrEnum):
    """How cases are written; a list of them is no page."""

    table = "table"
    json = "json"
    markdown = "markdown"
    html = "html"


def cases(
    context: typer.Context,
    named: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="The beginning of its key, or the token's uid or contract.")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="Only cases in which this partner billed a charge.")] = None,
    with_others: Annotated[bool, typer.Option("--all", help="Also those below the least score.")] = False,
    form: Annotated[CaseFormat, typer.Option("--format", help="How they are written.")] = CaseFormat.table,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page of one case there.")] = None,
) -> None:
    """List tokens that more than one may use, or show one case with its evidence."""
    from pipeline.cases.read import find_cases, read_cases

    paths: Paths = context.obj
    if named is None:
        _list(read_cases(paths, partner=partner, with_others=with_others), form, output)
        return
    found = find_cases(paths, named, partner=partner)
    if len(found) > 1:
        _list(found, form, output)
    else:
        _show(paths, found[0], form, output)


def _show(paths: Paths, case: Case, form: CaseFormat, output: Path | None) -> None:
    from pipeline.cases.compose import compose
    from pipeline.cases.read import read_evidence
    from pipeline.commands.output import print_json

    evidence = read_evidence(paths, case)
    if form is CaseFormat.json:
        _no_file(output)
        print_json({"case": case.values, "evidence": [each.values for each in evidence]})
    else:
        _write(_rendered(compose(case, evidence), form, output), output)


def _list(found: Sequence[Case], form: CaseFormat, output: Path | None) -> None:
    from pipeline.commands.output import out, print_json, table

    if form in (CaseFormat.markdown, CaseFormat.html):
        keys = ", ".join(case.key[:8] for case in found[:5]) or "there is none"
        raise UserError(f"A page shows one case; name it, such as by the beginning of its key ({keys}).")
    _no_file(output)
    if form is CaseFormat.json:
        print_json([case.values for case in found])
    elif found:
        out().print(table("", _COLUMNS, map(_row, found), source="validation.fct_identity_cases"))
    else:
        out().print("There is no such case. `--all` also lists those below the least score.")


def _row(case: Case) -> Sequence[Any]:
    values = case.values
    days = (f"{values[name]:%Y-%m-%d}" for name in ("first_at", "last_at"))
    suspected = "yes" if values["is_suspected"] else "no"
    money = values["claimed_text"]
    return (
        case.key[:8], case.token, values["partners"], values["score"], suspected, values["heuristics"], *days,
        values["cdr_count"], money,
    )  # fmt: skip


def _rendered(page: Page, form: CaseFormat, output: Path | None) -> str:
    from pipeline.commands.output import PIPED_WIDTH, out
    from pipeline.explain.html import render_html
    from pipeline.explain.markdown import render_markdown
    from pipeline.explain.terminal import render_terminal

    if form is CaseFormat.html:
        return render_html(page)
    if form is CaseFormat.markdown:
        return render_markdown(page)
    is_terminal = output is None and sys.stdout.isatty()
    width = out().width if is_terminal else PIPED_WIDTH
    return render_terminal(page, width=width, is_colored=is_terminal)


def _no_file(output: Path | None) -> None:
    if output:
        raise UserError("--output is for the page of one case.")


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    from pipeline.commands.output import err

    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}.") from error
    err().print(f"Wrote {output}.", markup=False)
