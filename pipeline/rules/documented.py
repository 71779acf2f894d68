"""Writes the catalogue into docs/rules.md, below what people wrote there: `make docs-rules` after a change of seeds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.plain_values import plain_decimal
from pipeline.rules.catalogue import Rule, rules
from pipeline.settings import PROJECT_ROOT, UserError

PAGE = PROJECT_ROOT / "docs" / "rules.md"
# Everything from this line on is made.
MARK = "<!-- From here on made from the seeds by `make docs-rules`. -->"


def catalogue_text() -> str:
    """The made part of the page, from the mark on."""
    families = dict.fromkeys(rule.family for rule in rules())
    lines = [MARK, "", "## Catalogue"]
    for family in families:
        lines += ["", f"### {family.capitalize()}", ""]
        lines += ["| rule | code | severity | what it finds | parameters | more |", "|---|---|---|---|---|---|"]
        lines += [_row(rule) for rule in rules() if rule.family == family]
    return "\n".join(lines) + "\n"


def written_page(page: Path = PAGE) -> str:
    """The page with the made part as the seeds have it now.

    Raises UserError when the page has no mark.
    """
    head, mark, _ = page.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise UserError(f"{page} lacks the line {MARK!r}, below which the catalogue is written")
    return head + catalogue_text()


def _row(rule: Rule) -> str:
    finds = f"**{_text(rule.title)}.** {_text(rule.explanation)}"
    parameters = "<br>".join(
        f"`{each.name}` {plain_decimal(each.value)} {_text(each.unit)} ({_text(each.source)})"
        for each in rule.parameters
    )
    cells = (rule.rule_id, f"`{rule.code}`", rule.severity, finds, parameters, "; ".join(_more(rule)))
    return f"| {' | '.join(cells)} |"


def _more(rule: Rule) -> Iterator[str]:
    if rule.object_type != "cdr":
        yield f"on {'EVSEs' if rule.object_type == 'evse' else f'{rule.object_type}s'}"
    yield f"`{rule.reason_code}`"
    if rule.layer != "validation":
        yield f"in {rule.layer}"
    if rule.judges != "sql":
        yield "judged by Great Expectations too"
    if rule.awaits:
        yield f"waits for the {rule.awaits}"
    if rule.completed_with:
        yield f"to be completed with: {rule.completed_with.replace('_', ' ')}"
    if rule.actions:
        yield f"actions: {', '.join(rule.actions)}"
    if rule.source and rule.source != rule.rule_id:
        yield _text(rule.source)


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(written_page(), encoding="utf-8")
    sys.stdout.write(f"Wrote {PAGE}.\n")
