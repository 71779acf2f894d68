"""The shape of a ledger event, before and after it has its place in the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_serializer, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CdrDecided(_Strict):
    """An analyst settled one CDR by hand, or (`retry`) took that back and left it to the rules.

    `cdr_version_hash` is the newest content the analyst could see, `rule_code` the rule that then decided.
    """

    decision: Literal["accept", "reject", "retry"]
    reason: Text
    cdr_version_hash: Text | None = None
    rule_code: Text | None = None


class Payer(_Strict):
    """A contract that pays a share of a CDR, in percent."""

    contract_id: Text
    share_percent: Annotated[Decimal, Field(gt=0, le=100, max_digits=9, decimal_places=6)]

    @field_serializer("share_percent")
    def _as_plain_text(self, value: Decimal) -> str:
        return format(value, "f")


class CdrReassigned(_Strict):
    """An analyst said who pays a CDR: shares of contracts that make 100 percent together."""

    payers: Annotated[list[Payer], Field(min_length=1)]
    reason: Text
    cdr_version_hash: Text | None = None

    @model_validator(mode="after")
    def _all_of_it_is_paid_once(self) -> CdrReassigned:
        total = sum((payer.share_percent for payer in self.payers), Decimal(0))
        if total != 100:
            raise ValueError(f"the shares make {format(total.normalize(), 'f')} percent, not 100")
        names = [payer.contract_id.upper() for payer in self.payers]
        if len(set(names)) < len(names):
            raise ValueError("a contract is named twice")
        return self


class DisputeOpened(_Strict):
    """We told a partner that we contest a CDR. `claimed_amount_excl_vat` is what the CDR asks, as decimal text."""

    dispute_id: Text
    reason_code: Text
    claimed_amount_excl_vat: Decimal
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    note: str = ""

    @field_serializer("claimed_amount_excl_vat")
    def _as_plain_text(self, value: Decimal) -> str:
        return format(value, "f")


PAYLOADS: dict[str, type[CdrDecided] | type[CdrReassigned] | type[DisputeOpened]] = {
    "cdr_decided": CdrDecided,
    "cdr_reassigned": CdrReassigned,
    "dispute_opened": DisputeOpened,
}


class NewEvent(_Strict):
    """An event before the ledger gave it a place in the chain. `object_key` is the key the warehouse uses."""

    event_type: Literal["cdr_decided", "cdr_reassigned", "dispute_opened"]
    event_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    user_name: Text
    object_type: Text
    object_key: Text
    object_label: Text
    payload: dict[str, Any]
    event_id: Text = Field(default_factory=lambda: uuid4().hex)

    def content(self) -> dict[str, Any]:
        """The event as it goes into the chain; pydantic's ValidationError when the payload does not fit its type."""
        payload = PAYLOADS[self.event_type].model_validate(self.payload).model_dump(mode="json", exclude_none=True)
        return {
            "event_id": self.event_id,
            "event_type": self.event_type,
            "event_at": self.event_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "user_name": self.user_name,
            "object_type": self.object_type,
            "object_key": self.object_key,
            "object_label": self.object_label,
            "payload": payload,
        }


class Event(_Strict):
    """One line of the ledger."""

    seq: int
    event_id: str
    event_type: str
    event_at: str
    user_name: str
    object_type: str
    object_key: str
    object_label: str
    payload: dict[str, Any]
    prev_hash: str
    hash: str
