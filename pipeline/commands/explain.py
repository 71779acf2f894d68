"""`roamledger explain`: how the price of one CDR comes about, as a page for people."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from pipeline.adhoc.sources import AS_SENT, STDIN, Terms
from pipeline.cdr_names import find_cdr
from pipeline.commands.output import PIPED_WIDTH, err, out
from pipeline.commands.price import tell_compiling
from pipeline.explain.compose import compose
from pipeline.explain.html import render_html
from pipeline.explain.markdown import render_markdown
from pipeline.explain.of_file import explain_file
from pipeline.explain.page import PageFormat
from pipeline.explain.read import explain as read_explanation
from pipeline.explain.records import Explanation
from pipeline.explain.terminal import render_terminal
from pipeline.settings import Paths, UserError
from pipeline.warehouse import open_warehouse

# Pages in files and pipes are laid out for a sheet, whatever the terminal.
_PAGE_WIDTH = min(PIPED_WIDTH, 120)
_FILE_ENDINGS = (".json", ".ndjson", ".jsonl")


def explain(
    paths: Paths, cdr: str, form: PageFormat, output: Path | None, *, cdr_id: str | None = None, terms: Terms = AS_SENT
) -> None:
    """Write the page of the one CDR that `cdr` names: in the warehouse, or a file that holds it.

    Raises UserError when it is unknown or ambiguous, or when warehouse or file cannot be read.
    """
    file = Path(cdr)
    tell_compiling()
    if cdr == STDIN or file.is_file():
        explanation = explain_file(file, cdr_id, terms)
    elif file.suffix.lower() in _FILE_ENDINGS:
        raise UserError(f"There is no file {cdr}.")
    elif cdr_id or terms != AS_SENT:
        raise UserError(f"--id, --tariff, --timezone and --ocpi-version are for a file, and {cdr!r} is none.")
    else:
        explanation = from_warehouse(paths, cdr)
    page = compose(explanation)
    if form is PageFormat.html:
        text = render_html(page)
    elif form is PageFormat.markdown:
        text = render_markdown(page)
    else:
        is_terminal = output is None and sys.stdout.isatty()
        width = out().width if is_terminal else _PAGE_WIDTH
        text = render_terminal(page, width=width, is_colored=is_terminal)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}.") from error
    err().print(f"Wrote {output}.", markup=False)


def from_warehouse(paths: Paths, cdr: str) -> Explanation:
    """Explain a CDR of the working warehouse, as the last run left it."""
    with open_warehouse(paths, read_only=True) as con:
        try:
            return read_explanation(con, find_cdr(con, cdr, where="known").cdr_key)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise UserError(
                f"The warehouse {paths.warehouse} holds no prices, or those of another version of Roamledger; "
                "run `roamledger run` first."
            ) from error
