"""The shape of a ledger event, its canonical text and its hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_serializer

GENESIS_HASH = "0" * 64

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CdrDecided(_Strict):
    """An analyst settled one CDR by hand. `cdr_version_hash` is the newest content the analyst could see."""

    decision: Literal["accept", "reject"]
    reason: Text
    cdr_version_hash: Text | None = None


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


PAYLOADS: dict[str, type[CdrDecided] | type[DisputeOpened]] = {
    "cdr_decided": CdrDecided,
    "dispute_opened": DisputeOpened,
}


class NewEvent(_Strict):
    """An event before the ledger gave it a place in the chain. `object_key` is the key the warehouse uses."""

    event_type: Literal["cdr_decided", "dispute_opened"]
    event_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    user_name: Text
    object_type: Text
    object_key: Text
    object_label: Text
    payload: dict[str, Any]
    event_id: Text = Field(default_factory=lambda: uuid4().hex)

    def checked_payload(self) -> dict[str, Any]:
        """The payload as its event type defines it, ready for JSON; pydantic's ValidationError when it does not fit."""
        return PAYLOADS[self.event_type].model_validate(self.payload).model_dump(mode="json", exclude_none=True)


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

    @classmethod
    def chained(cls, new: NewEvent, *, seq: int, prev_hash: str) -> Event:
        """Give `new` its place after the event whose hash is `prev_hash`."""
        body = {
            "seq": seq,
            "event_id": new.event_id,
            "event_type": new.event_type,
            "event_at": new.event_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "user_name": new.user_name,
            "object_type": new.object_type,
            "object_key": new.object_key,
            "object_label": new.object_label,
            "payload": new.checked_payload(),
            "prev_hash": prev_hash,
        }
        return cls(**body, hash=content_hash(body))

    def line(self) -> bytes:
        """The event as it stands in the file, newline included."""
        return canonical(self.model_dump()) + b"\n"

    def is_intact(self) -> bool:
        """Whether the hash still belongs to the content."""
        return self.hash == content_hash(self.model_dump(exclude={"hash"}))


def canonical(content: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces: equal content, equal bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(content: dict[str, Any]) -> str:
    """sha256 of the canonical text, as hex."""
    return hashlib.sha256(canonical(content)).hexdigest()
