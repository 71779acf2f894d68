"""Who is to pay a CDR, as somebody types it: contracts of tokens that we know, and their shares."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from pipeline.masking import masked, masking_key
from pipeline.published import open_published
from pipeline.settings import Paths, UserError

_WHOLE = Decimal(100)


def payers(paths: Paths, texts: Sequence[str]) -> list[dict[str, str]]:
    """Payload of `cdr_reassigned` from `CONTRACT` or `CONTRACT=PERCENT`; one without a share pays what is left.

    Raises UserError when a share is no number, the shares do not make 100, or no token of ours has the contract.
    """
    named = [_split(text) for text in texts]
    open_ones = [contract for contract, share in named if share is None]
    told = sum((share for _, share in named if share is not None), Decimal(0))
    if len(open_ones) > 1:
        raise UserError(f"{' and '.join(open_ones)} have no share; write --reassign-to CONTRACT=PERCENT.")
    if (told >= _WHOLE) if open_ones else (told != _WHOLE):
        raise UserError(f"The shares make {_plain(told)} percent; together they must make 100.")
    for contract, _ in named:
        _must_be_known(paths, contract)
    return [
        {"contract_id": contract, "share_percent": _plain(_WHOLE - told if share is None else share)}
        for contract, share in named
    ]


def _split(text: str) -> tuple[str, Decimal | None]:
    contract, separator, share = text.strip().partition("=")
    if not contract:
        raise UserError("Name the contract that pays: --reassign-to CONTRACT or CONTRACT=PERCENT.")
    if not separator:
        return contract, None
    try:
        percent = Decimal(share)
    except InvalidOperation as error:
        raise UserError(f"{share!r} is no share of {contract}; write percent, such as {contract}=40.") from error
    if not percent.is_finite() or not 0 < percent <= _WHOLE:
        raise UserError(f"{share} percent is no share of {contract}; it must be above 0 and at most 100.")
    return contract, percent


def _must_be_known(paths: Paths, contract: str) -> None:
    """Contracts are published masked, so that the form that people know is looked up by its mask."""
    forms = {contract.upper(), *(masked(form, masking_key(paths)) for form in (contract, contract.upper()))}
    with open_published(paths) as con:
        ((known,),) = con.execute(
            """
            select count(*) from core.dim_tokens
            where upper(contract_id) = $name or list_contains($forms, contract_id)
            """,
            {"name": contract.upper(), "forms": sorted(forms)},
        ).fetchall()
    if not known:
        raise UserError(f"No token of ours has the contract {contract!r}. Nothing was written.")


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
