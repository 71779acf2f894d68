"""`roamledger exceptions`: what people must decide, how old it is, and what a partner is told about it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.settings import UserError

if TYPE_CHECKING:
    from pipeline.published import Answer

app = typer.Typer(
    name="exceptions", help="List what people must decide, and tell partners.", invoke_without_command=True
)

# What people look at, under short heads.
_SHOWN = {
    "cdr_label": "CDR", "partner": "partner", "rule_code": "rule", "family": "family", "status": "status",
    "age_days": "days", "sla_due_date": "due", "money_at_stake_excl_vat": "at stake", "currency": "currency",
    "legal_actions": "may be",
}  # fmt: skip
_AGEING = {
    "partner": "partner", "family": "family", "currency": "currency", "age_band": "days",
    "exception_count": "exceptions", "breached_count": "past due", "oldest_days": "oldest",
    "money_at_stake_excl_vat": "at stake",
}  # fmt: skip


class ListFormat(StrEnum):
    """How a list is written."""

    table = "table"
    csv = "csv"
    json = "json"


class Order(StrEnum):
    """What comes first."""

    money = "money"
    age = "age"
    due = "due"


Form = Annotated[ListFormat, typer.Option("--format", help="How the list is written.")]
Partner = Annotated[str | None, typer.Option(help="Only of this partner.")]


@app.callback()
def exceptions(
    context: typer.Context,
    partner: Partner = None,
    rule: Annotated[str | None, typer.Option(help="Only of this rule: its code, or a number such as R28.")] = None,
    family: Annotated[str | None, typer.Option(help="Only of this family of rules.")] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="Only with this status; default: open, waiting and disputed.")
    ] = None,
    older_than: Annotated[int | None, typer.Option(metavar="DAYS", help="Only older than so many days.")] = None,
    money_from: Annotated[str | None, typer.Option(metavar="AMOUNT", help="Only with so much at stake.")] = None,
    breached: Annotated[bool, typer.Option("--breached", help="Only past their due date.")] = False,
    sort: Annotated[Order, typer.Option(help="What comes first.")] = Order.money,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    form: Form = ListFormat.table,
) -> None:
    """List the CDRs that rules hold or reject."""
    if context.invoked_subcommand:
        return
    from pipeline.desk.read import UNSETTLED, Wanted, read_exceptions

    found = read_exceptions(
        context.obj,
        Wanted(
            partner=partner,
            rule=rule,
            family=family,
            statuses=tuple(status or UNSETTLED),
            older_than_days=older_than,
            money_from=_amount(money_from),
            is_breached=True if breached else None,
            order=sort.value,
        ),
    )
    _write(found, form, limit=limit, shown=_SHOWN, source="verdicts.fct_exceptions")


@app.command()
def ageing(context: typer.Context, partner: Partner = None, form: Form = ListFormat.table) -> None:
    """Count what is not settled by age."""
    from pipeline.desk.read import read_ageing

    found = read_ageing(context.obj, partner)
    _write(found, form, limit=None, shown=_AGEING, source="verdicts.fct_exception_ageing")


@app.command()
def pack(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="Whose CDRs.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="Write errors.csv and errors.json there.")],
) -> None:
    """Write what a partner is to mend, with reasons, amounts and due dates."""
    from pipeline.commands.output import out
    from pipeline.desk.pack import write_pack

    files, count = write_pack(context.obj, partner, output)
    out().print(f"Wrote {count} CDRs to {' and '.join(map(str, files))}.", markup=False)


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise UserError(f"{text!r} is no amount; write it like 12.50.") from error
    if not amount.is_finite():
        raise UserError(f"{text!r} is no amount; write it like 12.50.")
    return amount


def _write(found: Answer, form: ListFormat, *, limit: int | None, shown: Mapping[str, str], source: str) -> None:
    from pipeline.commands.output import out, print_json, table
    from pipeline.commands.query import write_csv
    from pipeline.published import Answer

    kept = Answer(found.columns, found.rows[:limit])
    if form is ListFormat.json:
        print_json([dict(zip(kept.columns, row, strict=True)) for row in kept.rows])
    elif form is ListFormat.csv:
        write_csv(kept)
    elif not kept.rows:
        out().print("There is no such exception.")
    else:
        places = [kept.columns.index(name) for name in shown]
        out().print(
            table("", list(shown.values()), [[row[place] for place in places] for row in kept.rows], source=source)
        )
        if len(found.rows) > len(kept.rows):
            out().print(f"... and {len(found.rows) - len(kept.rows)} more; without --limit all are listed.")
