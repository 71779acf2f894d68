"""`roamledger audit verify` and `audit show`: whether everything is as it was recorded, and what was recorded."""

from __future__ import annotations

import json as json_text
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.settings import Paths, UserError, parse_timestamp

if TYPE_CHECKING:
    from pipeline.audit.verify import Verified

app = typer.Typer(name="audit", help="Check and read the log of everything that was done.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command()
def verify(
    context: typer.Context,
    bodies: Annotated[bool, typer.Option("--bodies", help="Hash every body in landing again too.")] = False,
    anchor: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="A backup or published version elsewhere to compare with; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Find every alteration, gap or cut of ledger, audit log and landing. Exit with 1 when there is one."""
    from pipeline.audit.verify import verify as check
    from pipeline.commands.output import print_json, progress

    paths: Paths = context.obj
    with progress(is_quiet=json) as follow:
        found = check(paths, with_bodies=bodies, anchors=anchor or [], follow=follow)
    if json:
        print_json(_record(found))
    else:
        _print(found)
    if not found.is_whole:
        raise typer.Exit(1)


@app.command()
def show(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(metavar="TIMESTAMP", help="From then on.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as request, land, load, decide, build or publish.")] = None,
    subject: Annotated[str | None, typer.Option(help="Part of what it was done to, such as nl-cpi/cdrs.")] = None,
    last: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the newest; default: 50, with --json all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line, as in the log.")] = False,
) -> None:
    """Show what was done, oldest first."""
    from pipeline.audit.log import ACTIONS
    from pipeline.audit.show import Wanted, entries, newest

    paths: Paths = context.obj
    if action and action not in ACTIONS:
        raise UserError(f"there is no action {action}; these are: {', '.join(sorted(ACTIONS))}")
    wanted = Wanted(parse_timestamp(since) if since else None, action, subject)
    if json:
        for entry in newest(paths, wanted, last) if last else entries(paths, wanted):
            sys.stdout.write(json_text.dumps(entry, ensure_ascii=False) + "\n")
        return
    _print_entries(newest(paths, wanted, last or 50))


def _record(found: Verified) -> dict[str, Any]:
    return {
        "is_whole": found.is_whole,
        "chains": {name: asdict(head) for name, head in found.heads.items()},
        "page_count": found.page_count,
        "body_count": found.body_count,
        "erased_count": found.erased_count,
        "anchor_count": found.anchor_count,
        "problems": [
            {"file": problem.file, "line": problem.line, "problem": problem.what} for problem in found.problems
        ],
        "notes": found.notes,
    }


def _print(found: Verified) -> None:
    from pipeline.commands.output import out

    console = out()
    for problem in found.problems:
        console.print(f"{problem}", markup=False)
    for note in found.notes:
        console.print(f"Note: {note}.", markup=False)
    if found.is_whole:
        ends = " and ".join(f"{name} to line {head.seq}" for name, head in found.heads.items())
        bodies = f", {found.body_count} bodies hashed again" if found.body_count else ", bodies not hashed (--bodies)"
        erased = f", {found.erased_count} replaced by recorded erasures" if found.erased_count else ""
        said = "Nothing was altered but by the erasures named above" if found.erased_count else "Nothing was altered"
        console.print(
            f"{said}: {ends}, {found.page_count} pages in landing{bodies}{erased}, {found.anchor_count} anchors met.",
            markup=False,
        )
    else:
        console.print(f"{len(found.problems)} problems.", markup=False)


def _print_entries(found: list[dict[str, Any]]) -> None:
    from pipeline.commands.output import out, table

    rows = [
        (
            entry["seq"],
            entry["recorded_at"][:19].replace("T", " "),
            entry["user_name"],
            entry["action"],
            entry["subject"],
            _pairs(entry["counts"]),
            _pairs(entry["detail"]),
        )
        for entry in found
    ]
    columns = ("entry", "recorded at (UTC)", "user", "action", "subject", "counts", "detail")
    out().print(table("Audit log", columns, rows, source="ledger/audit.ndjson"))


def _pairs(values: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in values.items() if not key.endswith("sha256"))
