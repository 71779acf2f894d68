"""`roamledger partners check` and `partners rotate`: the connections to partners, and their keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.settings import Paths, UserError

if TYPE_CHECKING:
    from pipeline.ocpi.check import PartnerCheck
    from pipeline.partner_models import Config, OurParty, Partner

app = typer.Typer(name="partners", help="Try the connections to partners, and renew their keys.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


@app.command()
def check(
    context: typer.Context,
    partners: Annotated[
        list[str] | None, typer.Argument(metavar="[PARTNER]...", help="As named in partners.yml; default: all.")
    ] = None,
    json: Json = False,
) -> None:
    """Try each connection: versions, details and one object of each module. Exit with 1 when one fails."""
    from pipeline.commands.output import print_json
    from pipeline.ocpi.check import check_partner
    from pipeline.ocpi.pull_trail import Trail

    paths: Paths = context.obj
    config = _config(paths)
    chosen = _chosen(paths, config, partners or [])
    trail = Trail(paths)
    checks = [check_partner(partner, _ours(paths, config), paths, on_exchange=trail.add) for partner in chosen]
    trail.flush()
    if json:
        print_json({"partners": [asdict(found) for found in checks]})
    else:
        _print(checks)
    if not all(found.is_fine for found in checks):
        raise typer.Exit(1)


@app.command()
def rotate(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="As named in partners.yml.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and change nothing.")] = False,
    grace_h: Annotated[
        float, typer.Option("--grace", metavar="HOURS", min=0, help="How long the old key is kept as a second one.")
    ] = 24,
    json: Json = False,
) -> None:
    """Agree a new key with a partner (OCPI credentials PUT), try it, and put it into force in one step.

    Run it again after a crash: it goes on where it was.
    """
    from datetime import timedelta

    from pipeline.audit import NewEntry, record
    from pipeline.commands.output import out, print_json
    from pipeline.ocpi.client import Client, utc_now
    from pipeline.ocpi.pull_trail import Trail
    from pipeline.ocpi.rotation import Rotating, RotationFailed

    paths: Paths = context.obj
    config = _config(paths)
    (chosen,) = _chosen(paths, config, [partner])
    trail = Trail(paths)
    with Client(chosen, _ours(paths, config), paths, on_exchange=trail.add) as client:
        rotating = Rotating(client, config.our_parties, paths, now=utc_now(), grace=timedelta(hours=grace_h))
        try:
            done = rotating.run(is_dry=dry_run)
        except RotationFailed as failed:
            record(paths, [NewEntry("rotate", partner, detail={"outcome": "failed", "message": str(failed)})])
            raise UserError(f"the key of {partner} is not rotated: {failed}.") from None
        finally:
            trail.flush()
    if not dry_run:
        record(paths, [NewEntry("rotate", partner, detail={"outcome": "done", "credential": done.credential})])
    if json:
        print_json(asdict(done))
        return
    console = out()
    if done.request is not None:
        console.print(f"Would be sent by PUT to {done.credentials_url}:", markup=False)
        print_json(done.request)
        return
    console.print(
        f"{partner}: the key {done.credential} is new since {done.issued_at:%Y-%m-%d %H:%M} UTC.", markup=False
    )
    if not done.is_tried:
        console.print("The partner could not be reached with it yet; try `roamledger partners check`.", markup=False)
    if done.previous_valid_to:
        console.print(f"The old one is kept until {done.previous_valid_to:%Y-%m-%d %H:%M} UTC.", markup=False)
    console.print(f"The key that the partner calls us with is in {done.partner_key_file}.", markup=False)


def _config(paths: Paths) -> Config:
    from pipeline.partners import load_config

    return load_config(paths)


def _ours(paths: Paths, config: Config) -> OurParty:
    if config.receiver is None:
        raise UserError(f"{paths.partners_file} names no party of ours (our_parties); partners ask who is calling")
    return config.receiver


def _chosen(paths: Paths, config: Config, names: list[str]) -> list[Partner]:
    connected = {partner.partner: partner for partner in config.partners if partner.connection}
    for name in names:
        if name not in connected:
            why = "has no connection there" if config.partner(name) else "is not there"
            raise UserError(f"{name} {why}; {paths.partners_file} connects: {', '.join(connected) or 'nobody'}")
    if not connected:
        raise UserError(f"{paths.partners_file} connects nobody; data/partners.example.yml shows a connection")
    return [connected[name] for name in dict.fromkeys(names)] or list(connected.values())


def _print(checks: list[PartnerCheck]) -> None:
    from pipeline.commands.output import out, table

    console = out()
    columns = ("partner", "host", "version", "modules", "auth", "credential", "days old", "result")
    rows = [
        (
            found.partner,
            found.host,
            found.version,
            ", ".join(
                f"{module.module} {module.fault or ('?' if module.total_count is None else module.total_count)}"
                for module in found.modules
            ),
            found.auth_encoding,
            found.credential,
            found.key_age_days,
            found.result,
        )
        for found in checks
    ]
    console.print(table("Connections", columns, rows))
    for found in checks:
        for warning in found.warnings:
            console.print(f"Warning: {found.partner}: {warning}", markup=False)
