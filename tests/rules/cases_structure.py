"""Cases of fields, ids and receipts (R02 to R05, R07 to R09)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.rules.case import ABSENT, Case, More
from tests.rules.costs import claimed
from tests.rules.world import Charge, price, text

LATER = datetime(2026, 11, 3, tzinfo=UTC)
TYPE, LONG, ID = "cdr_field_type_invalid", "cdr_field_too_long", "cdr_id_too_long"
DUPLICATE, RESEND, MUTATED = "cdr_duplicate_id", "cdr_resend_identical", "cdr_mutated_after_receipt"
FOREIGN, EXTRA = "foreign_party_object", "unknown_extension_fields"


def numbered(length: int) -> Any:
    """An id of so many characters that no other case has."""
    return lambda charge: f"{charge.number:0{length}d}"


def long_field(name: str, path: str, most: int, **more: Any) -> list[Case]:
    return [
        Case(LONG, f"{name} as long as it may be", cdr={path: "x" * most}, **more),
        Case(LONG, f"{name} one longer", (LONG,), severity="warn", cdr={path: "x" * (most + 1)}, **more),
    ]


def newer(seconds: int) -> Any:
    """A `last_updated` so many seconds after the first one."""
    return lambda charge: text(charge.ended_at + timedelta(seconds=60 + seconds))


def credit_named(length: int, *expect: str) -> More:
    def minus(charge: Charge) -> Any:
        return price(charge, -charge.net)

    told = {"credit": True, "credit_reference_id": lambda charge: f"C{charge.number}", "total_cost": minus}
    return More({"id": numbered(length), **told}, expect, LATER)


CASES = [
    Case(TYPE, "an authentication that OCPI does not have", (TYPE,), severity="warn", cdr={"auth_method": "CARD"}),
    Case(TYPE, "an authentication in lower case", cdr={"auth_method": "whitelist"}),
    Case(TYPE, "by command", cdr={"auth_method": "COMMAND"}),
    Case(TYPE, "energy in words", (TYPE,), severity="reject", cdr={"total_energy": "ten"}),
    Case(TYPE, "a number as text", cdr={"total_energy": "10"}),
    *long_field("address", "cdr_location.address", 200),
    *long_field("postal code", "cdr_location.postal_code", 50),
    *long_field("city", "cdr_location.city", 45),
    *long_field("name", "cdr_location.name", 255),
    *long_field("remark", "remark", 255),
    *long_field("remark in 2.3.0", "remark", 255, version="2.3.0"),
    Case(ID, "36 characters", cdr={"id": numbered(36)}),
    Case(ID, "37 characters", (ID,), severity="warn", cdr={"id": numbered(37)}),
    Case(ID, "a credit of 39 characters", more=(credit_named(39),)),
    Case(ID, "a credit of 40 characters", more=(credit_named(40, ID),)),
    Case(DUPLICATE, "another id", cdr={"id": numbered(12)}),
    Case(DUPLICATE, "the same id in other capitals, another remark", (DUPLICATE,), severity="hold",
         more=(More({"id": lambda charge: f"c{charge.number}", "remark": "again"}),)),
    Case(DUPLICATE, "other energy, no newer", (DUPLICATE,), more=(More({"total_energy": Decimal("10.5")}),)),
    Case(RESEND, "the same again on the next day", (RESEND,), severity="warn", more=(More({}, received_at=LATER),)),
    Case(RESEND, "in 2.1.1", (RESEND,), version="2.1.1", more=(More({}, received_at=LATER),)),
    Case(RESEND, "sent once"),
    Case(MUTATED, "a newer one of another amount", (MUTATED,), severity="hold",
         more=(More({**claimed("4.5"), "last_updated": newer(1)}, received_at=LATER),)),
    Case(MUTATED, "a newer one of other energy, in 2.3.0", (MUTATED,), version="2.3.0",
         more=(More({"total_energy": Decimal("10.5"), "last_updated": newer(1)}, received_at=LATER),)),
    Case(MUTATED, "a newer one that bills the same", (DUPLICATE,),
         more=(More({"remark": "late", "last_updated": newer(1)}, received_at=LATER),)),
    Case(FOREIGN, "of a party that is not the partner's", (FOREIGN, "evse_unknown", "cdr_without_session"),
         severity="reject", cdr={"party_id": "ZZZ"}, expect_other=(("session", "session_without_cdr"),)),
    Case(FOREIGN, "a party in lower case", cdr={"party_id": "now"}),
    Case(EXTRA, "a field of the sender's own", (EXTRA,), severity="warn", cdr={"vendor_note": "x"}),
    Case(EXTRA, "a field of 2.2.1 in 2.1.1", (EXTRA,), version="2.1.1", cdr={"authorization_reference": "A1"}),
    Case(EXTRA, "the same in 2.2.1", cdr={"authorization_reference": "A1"}, session={"authorization_reference": "A1"}),
    Case(EXTRA, "a field left out that need not be there", cdr={"session_id": ABSENT}),
]  # fmt: skip
