"""`roamledger decide`: a person settles one CDR by hand; the next run applies it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipeline.settings import Paths, UserError

if TYPE_CHECKING:
    from pipeline.desk.standing import Standing

EventType = Literal["cdr_decided", "cdr_reassigned", "dispute_opened"]

_DONE = {
    "accept": "accept", "reject": "reject", "retry": "leave it to the rules again", "dispute": "dispute",
    "reassign": "reassign",
}  # fmt: skip


def decide(
    context: typer.Context,
    cdr: Annotated[str, typer.Argument(metavar="CDR", help="Its cdr_key, its label CC*PPP*id, or its id.")],
    accept: Annotated[bool, typer.Option("--accept", help="It is right as it stands.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="It is never billed as it stands.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Take back what was decided; the rules judge it again.")
    ] = False,
    dispute: Annotated[bool, typer.Option("--dispute", help="Contest it with the partner.")] = False,
    reassign_to: Annotated[
        list[str] | None,
        typer.Option(metavar="CONTRACT[=PERCENT]", help="Who pays it; repeat to share it."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")] = "",
    user: Annotated[str | None, typer.Option(help="Who decides; default: your user name.")] = None,
) -> None:
    """Settle one CDR by hand; the next `run` applies it."""
    chosen = {"accept": accept, "reject": reject, "retry": retry, "dispute": dispute, "reassign": bool(reassign_to)}
    actions = [name for name, is_chosen in chosen.items() if is_chosen]
    if len(actions) != 1:
        raise UserError(
            "Say what was decided, one of --accept, --reject, --retry, --dispute or --reassign-to CONTRACT."
        )
    if not reason.strip():
        raise UserError("A decision needs a reason: --reason TEXT.")
    record(context.obj, cdr, actions[0], reason, user=user, payer_texts=reassign_to or ())


def record(
    paths: Paths, cdr: str, action: str, reason: str, *, user: str | None, payer_texts: Sequence[str] = ()
) -> None:
    """Append the event of one action on the one CDR that `cdr` names.

    Raises UserError, and writes nothing, when the CDR is unknown or ambiguous or the action is not legal now.
    """
    from pipeline.commands.output import out
    from pipeline.desk.standing import standing_of
    from pipeline.ledger import NewEvent, append

    standing = standing_of(paths, cdr)
    standing.must_allow(action)
    event_type, payload = _payload(paths, standing, action, reason, payer_texts)
    events = append(
        paths,
        [
            NewEvent(
                event_type=event_type,
                user_name=user or _user_name(),
                object_type="cdr",
                object_key=standing.cdr_key,
                object_label=standing.cdr_label,
                payload=payload,
            )
        ],
    )
    was = f", which was {standing.verdict}" if standing.verdict else ""
    because = f" ({standing.rule_code})" if standing.rule_code else ""
    out().print(
        f"Recorded as event {events[0].seq} of the ledger: {_DONE[action]}: {standing.cdr_label}{was}{because}.\n"
        "The next `roamledger run` applies it."
    )


def _payload(
    paths: Paths, standing: Standing, action: str, reason: str, payer_texts: Sequence[str]
) -> tuple[EventType, dict[str, Any]]:
    from uuid import uuid4

    from pipeline.desk.payers import payers

    if action == "reassign":
        named = payers(paths, payer_texts)
        return "cdr_reassigned", {
            "payers": named,
            "reason": reason,
            "cdr_version_hash": standing.newest_version_hash,
        }
    if action == "dispute":
        if standing.currency is None or standing.claimed_excl_vat is None:
            raise UserError(f"{standing.cdr_label} claims no amount that could be disputed. Nothing was written.")
        return "dispute_opened", {
            "dispute_id": f"D-{uuid4().hex[:12]}",
            "reason_code": standing.reason_code or "OTHER",
            "claimed_amount_excl_vat": format(standing.claimed_excl_vat.normalize(), "f"),
            "currency": standing.currency,
            "note": reason,
        }
    return "cdr_decided", {
        "decision": action,
        "reason": reason,
        "cdr_version_hash": standing.newest_version_hash,
        "rule_code": standing.rule_code,
    }


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UserError("Your user name is not known here; say who decides: --user NAME.") from error
