"""`roamledger privacy`: what is past its term goes, and a person's identifiers are made unreadable on request."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.output import out, print_json, progress, table
from pipeline.settings import Paths, UserError

app = typer.Typer(name="privacy", help="Retention and erasure of personal data.", no_args_is_help=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


@app.command()
def expire(context: typer.Context, dry_run: DryRun = False, json: Json = False) -> None:
    """Remove what is past the terms of privacy.yml."""
    from pipeline.privacy.expire import expire as run
    from pipeline.privacy.retention import KEPT

    paths: Paths = context.obj
    expiries = run(paths, is_dry_run=dry_run)
    if json:
        kinds = {
            item.kind: {"reason": item.reason, "files": item.file_count, "bytes": item.size_bytes} for item in expiries
        }
        print_json({"is_dry_run": dry_run, "removed": kinds, "kept": KEPT})
        return
    title = "Would be removed" if dry_run else "Removed"
    rows = [(item.kind, item.file_count, item.size_bytes, item.reason) for item in expiries]
    out().print(table(title, ("kind", "files", "bytes", "reason"), rows))
    out().print(table("Kept", ("kind", "reason"), KEPT.items()))


@app.command()
def erase(
    context: typer.Context,
    token: Annotated[str, typer.Option(metavar="UID", help="The token's uid; - reads it from standard input.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit log, so without the identifier.")] = "",
    country: Annotated[str | None, typer.Option(metavar="CC", help="Only the token of this issuer.")] = None,
    party: Annotated[str | None, typer.Option(metavar="PPP", help="Only the token of this issuer.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make the identifiers of a token's holder unreadable in everything that is kept, and publish again."""
    from pipeline.privacy.erase import Request, plan
    from pipeline.privacy.erase import erase as run

    uid = sys.stdin.readline().strip() if token == "-" else token.strip()
    if not uid:
        raise UserError("Name the token: --token UID.")
    if (country is None) != (party is None):
        raise UserError("A token's issuer is --country and --party together.")
    # dbt writes the command line of the process into its own logs.
    sys.argv[:] = ["UID" if uid.upper() in argument.upper() else argument for argument in sys.argv]
    request = Request(uid, reason, country.upper() if country else None, party.upper() if party else None)
    if dry_run:
        result = plan(context.obj, request)
    else:
        with progress(is_quiet=json) as follow:
            result = run(context.obj, request, follow)
    if json:
        print_json({"is_dry_run": dry_run, **asdict(result)})
        return
    rows = [
        *((f"{kind} bodies", count) for kind, count in sorted(result.bodies.items())),
        *((f"lines of {name}", count) for name, count in sorted(result.lines.items()) if count),
        ("published versions removed", len(result.removed_versions)),
    ]
    out().print(table("Would change" if dry_run else "Changed", ("what", "count"), rows))
    for note in _notes(result.is_repeated, result.other_tokens, result.shared, result.left_in_ids):
        out().print(f"Note: {note}.")
    for path in result.left_in:
        out().print(f"Still holds an identifier, and is not ours to change: {path}", markup=False)
    if result.version_id:
        out().print(f"Published version {result.version_id}.")


@app.command("erase-again")
def erase_again(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A data directory, or what a restore moved aside: it has ledger/.")
    ],
    json: Json = False,
) -> None:
    """After a restore: make the erasures again that were recorded since the backup was taken."""
    from pipeline.privacy.again import erase_again as run

    with progress(is_quiet=json) as follow:
        done = run(context.obj, folder.resolve(), follow)
    if json:
        print_json({"erasures": [asdict(result) for result in done]})
        return
    changed = sum(result.changed for result in done)
    out().print(f"{len(done)} erasures made again, {changed} bodies and lines changed.")
    for path in sorted({path for result in done for path in result.left_in}):
        out().print(f"Still holds an identifier, and is not ours to change: {path}", markup=False)


def _notes(is_repeated: bool, other_tokens: int, shared: int, left_in_ids: int) -> list[str]:
    notes = []
    if is_repeated:
        notes.append("identifiers of this person were erased before; they get the same pseudonyms again")
    if other_tokens:
        notes.append(f"{other_tokens} other tokens have the same contract; each is erased by its own uid")
    if shared:
        notes.append(f"{shared} values beside the token are shared by many tokens, identify nobody and stay")
    if left_in_ids:
        notes.append(f"{left_in_ids} ids of sessions, CDRs or other things hold an identifier and stay: they are keys")
    return notes
