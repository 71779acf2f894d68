"""The command `roamledger`: the user's verbs, each a thin call of the module that does the work."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.commands.audit import app as audit_app
from pipeline.commands.cases import cases
from pipeline.commands.decide import decide
from pipeline.commands.exceptions import app as exceptions_app
from pipeline.commands.partners import app as partners_app
from pipeline.commands.price import Format as PriceFormat
from pipeline.commands.privacy import app as privacy_app
from pipeline.commands.query import Format
from pipeline.commands.rules import app as rules_app
from pipeline.commands.scorecard import scorecard
from pipeline.explain.page import PageFormat
from pipeline.settings import Paths, UserError, parse_timestamp

app = typer.Typer(
    help="The billing warehouse for EV roaming: OCPI pulls in; priced, reconciled and settled CDRs out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(partners_app)
app.add_typer(audit_app)
app.add_typer(privacy_app)
app.add_typer(rules_app)
app.command()(scorecard)
app.command()(cases)
app.add_typer(exceptions_app)
app.command()(decide)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


def _show_version(is_asked: bool) -> None:
    if is_asked:
        sys.stdout.write(f"roamledger {__version__}\n")
        raise typer.Exit


@app.callback()
def settings(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="The data directory; default: ROAMLEDGER_DATA, else data/."),
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    context.obj = Paths(data.resolve()) if data else Paths.from_env()


@app.command()
def demo(context: typer.Context, json: Json = False) -> None:
    """Run the whole job on the sample pulls, in a data directory of its own (demo/ inside the data directory)."""
    from pipeline.commands.demo import demo as run_demo

    run_demo(context.obj, is_json=json)


@app.command()
def load(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders of OCPI objects.")],
    partner: Annotated[str | None, typer.Option(help="Who sent them, as named in partners.yml.")] = None,
    module: Annotated[str | None, typer.Option(help="locations, tariffs, sessions, cdrs or tokens.")] = None,
    ocpi_version: Annotated[str | None, typer.Option(help="2.1.1, 2.2.1 or 2.3.0.")] = None,
    received_at: Annotated[str | None, typer.Option(metavar="TIMESTAMP", help="When we received them.")] = None,
    full: Annotated[
        bool | None, typer.Option("--full/--delta", help="Whether this is everything the partner has, or changes.")
    ] = None,
    json: Json = False,
) -> None:
    """Land what partners sent, byte for byte, nothing more; `run` does the rest."""
    from pipeline.commands.load import LandingOptions
    from pipeline.commands.load import load as land

    options = LandingOptions(
        partner=partner,
        module=module,
        ocpi_version=ocpi_version,
        received_at=parse_timestamp(received_at) if received_at else None,
        is_full=full,
    )
    land(context.obj, paths, options, is_json=json)


@app.command()
def pull(
    context: typer.Context,
    partners: Annotated[
        list[str] | None, typer.Argument(metavar="[PARTNER...]", help="As named in partners.yml; default: all.")
    ] = None,
    module: Annotated[
        list[str] | None, typer.Option(help="locations, tariffs, sessions, cdrs or tokens; may be repeated.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything they have, instead of what changed.")] = False,
    date_from: Annotated[str | None, typer.Option("--from", metavar="TIMESTAMP", help="Updated from then on.")] = None,
    date_to: Annotated[str | None, typer.Option("--to", metavar="TIMESTAMP", help="Updated before then.")] = None,
    json: Json = False,
) -> None:
    """Pull from the partners' OCPI interfaces into landing; exit code 1 when one is not complete."""
    from pipeline.commands.pull import pull as pull_now

    is_complete = pull_now(
        context.obj,
        partners or [],
        module or [],
        is_full=full,
        date_from=parse_timestamp(date_from) if date_from else None,
        date_to=parse_timestamp(date_to) if date_to else None,
        is_json=json,
    )
    if not is_complete:
        raise typer.Exit(1)


@app.command()
def run(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option(metavar="TIMESTAMP", help="The business clock of this run; default: now.")
    ] = None,
    pull: Annotated[bool, typer.Option("--pull/--no-pull", help="Whether partners are pulled from first.")] = True,
    json: Json = False,
) -> None:
    """Run one night: pull, load what is landed, judge, price, reconcile, settle, publish."""
    from pipeline.commands.run import run as run_once

    run_once(context.obj, parse_timestamp(as_of) if as_of else None, pull=pull, is_json=json)


@app.command()
def rebuild(
    context: typer.Context,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="TIMESTAMP", help="The business clock; default: that of the published night, else now."),
    ] = None,
    json: Json = False,
) -> None:
    """Make the warehouse again from landing, ledger and configuration, and publish it."""
    from pipeline.commands.rebuild import rebuild as rebuild_all

    rebuild_all(context.obj, parse_timestamp(as_of) if as_of else None, is_json=json)


@app.command()
def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A folder: empty, or that of the last backup.")],
    verify: Annotated[bool, typer.Option("--verify", help="Only check the backup that lies there.")] = False,
    json: Json = False,
) -> None:
    """Copy landing, ledger and configuration, never secrets; with --verify, exit code 1 when a backup is damaged."""
    from pipeline.commands import backup as command

    if not verify:
        command.backup(context.obj, target, is_json=json)
    elif not command.verify(target, is_json=json):
        raise typer.Exit(1)


@app.command()
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder that `backup` wrote to.")],
    replace: Annotated[bool, typer.Option("--replace", help="Move what the data directory holds aside.")] = False,
    json: Json = False,
) -> None:
    """Put a backup back when all of it is found whole; `rebuild` does the rest."""
    from pipeline.commands.backup import restore as put_back

    put_back(context.obj, source, replace=replace, is_json=json)


@app.command()
def status(context: typer.Context, json: Json = False) -> None:
    """Show what is landed, what is decided and what is published."""
    from pipeline.commands.status import status as show

    show(context.obj, is_json=json)


@app.command()
def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(metavar="SQL", help='Such as "from meta.published_version".')],
    form: Annotated[Format | None, typer.Option("--format", help="How the answer is written; default: table.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Ask the published warehouse, read-only."""
    from pipeline.commands.query import query as answer

    if json and form not in (None, Format.json):
        raise UserError(f"--json and --format {form} contradict each other; give one of them.")
    answer(context.obj, sql, Format.json if json else form or Format.table)


@app.command()
def price(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Files or folders of CDRs; - is standard input.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Instead of PATH: a folder of cases, each with cdr.json.")
    ] = None,
    tariff: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One tariff or a list, instead of the embedded ones.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Where the sessions took place, such as Europe/Amsterdam.")
    ] = None,
    ocpi_version: Annotated[str | None, typer.Option(help="2.1.1, 2.2.1 or 2.3.0; default: told by the CDR.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when anything was found.")] = False,
    form: Annotated[PriceFormat, typer.Option("--format", help="How prices are written.")] = PriceFormat.table,
) -> None:
    """Price CDRs from any file, exactly as a night would; no warehouse is read or written."""
    from pipeline.adhoc.sources import Terms
    from pipeline.commands.price import price as show

    terms = Terms(tariff, timezone, ocpi_version)
    if not show(paths or [], cases, terms=terms, form=form, is_strict=strict):
        raise typer.Exit(1)


@app.command()
def explain(
    context: typer.Context,
    cdr: Annotated[
        str,
        typer.Argument(metavar="CDR", help="Its cdr_key, its label CC*PPP*id, its id, or a file; - is standard input."),
    ],
    cdr_id: Annotated[str | None, typer.Option("--id", help="Which CDR of the file, where it holds several.")] = None,
    tariff: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For a file: tariffs instead of the embedded ones.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="For a file: where the session took place.")
    ] = None,
    ocpi_version: Annotated[str | None, typer.Option(help="For a file: 2.1.1, 2.2.1 or 2.3.0.")] = None,
    form: Annotated[PageFormat, typer.Option("--format", help="How the page is written.")] = PageFormat.terminal,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page there.")] = None,
) -> None:
    """Show how the price of one CDR comes about, as a page that can be sent to the partner."""
    from pipeline.adhoc.sources import Terms
    from pipeline.commands.explain import explain as show

    show(context.obj, cdr, form, output, cdr_id=cdr_id, terms=Terms(tariff, timezone, ocpi_version))


@app.command()
def report(
    context: typer.Context,
    quality: Annotated[bool, typer.Option("--quality", help="The page of what the suites found instead.")] = False,
) -> None:
    """Print where the newest KPI report lies."""
    from pipeline.commands.report import report as show

    show(context.obj, quality=quality)


def main() -> None:
    """Entry point of the command: mistakes the user can mend become one sentence and exit code 2."""
    # Nothing here reports usage to anybody; an explicit setting of the user's own still wins.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    try:
        app()
    except UserError as error:
        sys.stderr.write(f"roamledger: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
