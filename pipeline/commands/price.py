"""`roamledger price`: CDRs from any file priced by the models of the night, without a warehouse."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.output import err, out, print_json, table
from pipeline.plain_values import plain
from pipeline.settings import UserError

if TYPE_CHECKING:
    from pipeline.adhoc.answers import Answer, Failure
    from pipeline.adhoc.sources import Terms

# More sentences than this are counted, not written.
SHOWN_FAILURES = 20


class Format(StrEnum):
    """How prices are written."""

    table = "table"
    json = "json"
    jsonl = "jsonl"


def price(paths: Sequence[Path], cases: Path | None, *, terms: Terms, form: Format, is_strict: bool) -> bool:
    """Print what each CDR comes to; returns whether nothing was found that `is_strict` minds.

    Raises UserError when the terms are wrong or nothing could be read.
    """
    from pipeline.adhoc.answers import answers, failures, notes
    from pipeline.adhoc.engine import priced, priced_cases

    if bool(paths) == (cases is not None):
        raise UserError("Name what to price: either files and folders of CDRs, or --cases with a folder of cases.")
    tell_compiling()
    with priced_cases(cases, terms) if cases else priced(paths, terms) as con:
        found, failed, said = answers(con), failures(con), notes(con)
    if not found:
        raise UserError(_nothing(paths, failed))
    _tell(failed, said)
    _print(found, form)
    is_clean = not any(finding.is_warning for answer in found for finding in answer.findings)
    return not is_strict or (is_clean and all(failure.is_passed_over for failure in failed))


def tell_compiling() -> None:
    """Tell somebody who waits why it takes longer this time."""
    from pipeline.adhoc.models import is_compiled

    if err().is_terminal and not is_compiled():
        err().print("The models changed or are new here; they are compiled first, which takes some ten seconds.")


def _nothing(paths: Sequence[Path], failed: Sequence[Failure]) -> str:
    if len(failed) == 1:
        return _sentence(failed[0])
    _tell(failed, [])
    return f"{', '.join(map(str, paths))} holds no CDR that can be read; nothing was priced."


def _tell(failed: Sequence[Failure], notes: Sequence[str]) -> None:
    sentences = [*map(_sentence, failed), *notes]
    for sentence in sentences[:SHOWN_FAILURES]:
        err().print(sentence, markup=False)
    if len(sentences) > SHOWN_FAILURES:
        err().print(f"... and {len(sentences) - SHOWN_FAILURES} more such sentences.")


def _sentence(failure: Failure) -> str:
    where = "" if failure.entry is None else f", entry {failure.entry}"
    if failure.is_passed_over:
        where = f", {failure.count} entries" if failure.count > 1 else ""
    return f"{failure.source_name}{where}: {failure.detail}"


def _print(found: Sequence[Answer], form: Format) -> None:
    if form is Format.json:
        print_json([answer.as_json() for answer in found])
    elif form is Format.jsonl:
        for answer in found:
            sys.stdout.write(json.dumps(answer.as_json(), ensure_ascii=False) + "\n")
    else:
        for answer in found:
            _show(answer)


def _show(answer: Answer) -> None:
    console = out()
    party = "*".join(part for part in (answer.country_code, answer.party_id) if part)
    name = answer.case or "*".join(part for part in (party, answer.cdr_id or "without id") if part)
    console.print(f"{name}: {_total(answer)}", markup=False)
    if answer.lines:
        console.print(table("", list(answer.lines[0]), [list(line.values()) for line in answer.lines]))
    if answer.findings:
        rows = [(item.severity, item.code, item.period, item.title, item.detail) for item in answer.findings]
        console.print(table("", ("severity", "finding", "period", "meaning", "detail"), rows))
    console.print()


def _total(answer: Answer) -> str:
    amounts = [
        f"{plain(amount)} {answer.currency or ''} {words}".replace("  ", " ")
        for amount, words in ((answer.total_excl_vat, "without VAT"), (answer.total_incl_vat, "with VAT"))
        if amount is not None
    ]
    return ", ".join(amounts) or "not priced"
