"""Cases of EVSEs, connectors, tokens and contracts (R10 to R19)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.rules.case import Case

FORM, OPERATOR, SWAPPED = "evse_id_format", "evse_id_operator_mismatch", "evse_id_uid_swapped"
UNKNOWN, CONNECTOR, ALONE = "evse_unknown", "connector_unknown", "cdr_without_session"
CONTRACT, DIGIT, UID = "contract_id_format", "contract_id_check_digit", "rfid_uid_format"
NO_TOKEN, OTHER, ANOTHER = "token_unknown", "token_contract_mismatch", "token_of_another_party"

# Public examples: 14 characters of the contract and its check digit.
VECTORS = [
    ("NN123ABCDEFGHI", "T"), ("FRXYZ123456789", "2"), ("ITA1B2C3E4F5G6", "4"), ("ESZU8WOX834H1D", "R"),
    ("PT73902837ABCZ", "Z"), ("DE83DUIEN83QGZ", "D"), ("DE83DUIEN83ZGQ", "M"), ("DE8AA001234567", "0"),
    ("NLTNM000122045", "U"),
]  # fmt: skip


def evse(evse_id: Any, **more: Any) -> dict[str, Any]:
    """The same EVSE id in Location and CDR, so that only its form is judged."""
    return {"location": {"evses.0.evse_id": evse_id}, "cdr": {"cdr_location.evse_id": evse_id}, **more}


def contract(contract_id: str) -> dict[str, Any]:
    """The same contract in token, session and CDR."""
    named = {"cdr_token.contract_id": contract_id}
    return {"token": {"contract_id": contract_id}, "session": named, "cdr": named}


def card(uid: Any, **more: Any) -> dict[str, Any]:
    """The same uid in token, session and CDR."""
    named = {"cdr_token.uid": uid}
    return {"token": {"uid": uid, **more}, "session": named, "cdr": named}


def unique(pattern: str) -> Any:
    return lambda charge: pattern.format(charge.number)


def checked(body: str, digit: str) -> list[Case]:
    other = "0" if digit != "0" else "1"
    return [
        Case(DIGIT, f"{body} and its digit", **contract(body + digit)),
        Case(DIGIT, f"{body} and another digit", (DIGIT,), severity="warn", **contract(body + other)),
    ]


EVSES = [
    Case(FORM, "without separators", **evse(unique("NLNOWE{}"))),
    Case(FORM, "in lower case", **evse(unique("nl*now*e{}"))),
    Case(FORM, "of the German form", **evse(unique("+49*810*{:06d}"))),
    Case(FORM, "with a hyphen", (FORM,), severity="hold", **evse(unique("NL-NOW-E{}"))),
    Case(FORM, "without the E", (FORM,), **evse(unique("NL*NOW*{}"))),
    Case(FORM, "none, as for a reservation", cdr={"cdr_location.evse_id": "#NA"}),
    Case(OPERATOR, "of another operator", (OPERATOR,), severity="hold", **evse(unique("NL*ABC*E{}"))),
    Case(OPERATOR, "of another country", (OPERATOR, "location_country_mismatch"), severity="hold",
         **evse(unique("BE*NOW*E{}"))),
    Case(OPERATOR, "its own", **evse(unique("NL*NOW*E{}*1"))),
    Case(SWAPPED, "uid and id the other way round", (FORM, SWAPPED, UNKNOWN, ALONE), severity="warn", session=None,
         cdr={"cdr_location.evse_uid": lambda charge: charge.evse_id,
              "cdr_location.evse_id": lambda charge: f"E{charge.number}"}),
    Case(SWAPPED, "uid and id alike", location={"evses.0.uid": lambda charge: charge.evse_id},
         session={"evse_uid": lambda charge: charge.evse_id},
         cdr={"cdr_location.evse_uid": lambda charge: charge.evse_id}),
    Case(UNKNOWN, "of no Location", (UNKNOWN, ALONE), severity="hold", location=None, session=None),
    Case(UNKNOWN, "at home, within a week", (UNKNOWN, ALONE), severity="hold", location=None, session=None,
         started_at=datetime(2026, 11, 24, 0, 50, tzinfo=UTC), cdr={"home_charging_compensation": True}),
    Case(UNKNOWN, "at home, after a week", (UNKNOWN, ALONE), severity="warn", location=None, session=None,
         started_at=datetime(2026, 11, 24, 0, 49, 59, tzinfo=UTC), cdr={"home_charging_compensation": True}),
    Case(UNKNOWN, "in 2.3.0", (UNKNOWN, ALONE), version="2.3.0", location=None, session=None),
    Case(UNKNOWN, "of a Location"),
    Case(CONNECTOR, "the other connector", (CONNECTOR,), severity="warn", cdr={"cdr_location.connector_id": "2"}),
    Case(CONNECTOR, "of another standard", (CONNECTOR,), cdr={"cdr_location.connector_standard": "CHADEMO"}),
    Case(CONNECTOR, "with a cable", (CONNECTOR,), cdr={"cdr_location.connector_format": "CABLE"}),
    Case(CONNECTOR, "as in the Location", cdr={"cdr_location.connector_id": "1"}),
]  # fmt: skip

TOKENS = [
    Case(CONTRACT, "without hyphens", **contract("NLRLGC88000001")),
    Case(CONTRACT, "in lower case", **contract("nl-rlg-c88000002")),
    Case(CONTRACT, "half the hyphens", (CONTRACT,), severity="warn", **contract("NL-RLGC88000003")),
    Case(CONTRACT, "one character short", (CONTRACT,), **contract("NL-RLG-C8800004")),
    Case(DIGIT, "of the German form", **contract("NL-TNM-012204-5")),
    Case(DIGIT, "of the German form and another digit", (DIGIT,), **contract("NL-TNM-012204-6")),
    Case(DIGIT, "with hyphens", **contract("NL-TNM-000122045-U")),
    Case(DIGIT, "of other characters"),
    *(case for vector in VECTORS for case in checked(*vector)),
    Case(UID, "eight digits", **card(unique("88{:06X}"))),
    Case(UID, "twenty digits", **card(unique("88{:018X}"))),
    Case(UID, "in lower case", cdr={"cdr_token.uid": lambda charge: charge.token_uid.lower()}),
    Case(UID, "nine digits", (UID,), severity="warn", expect_other=(("token", UID),), **card(unique("88{:07X}"))),
    Case(UID, "with colons", (UID,), expect_other=(("token", UID),), **card(unique("88:{:06X}:88"))),
    Case(NO_TOKEN, "not among ours", (NO_TOKEN,), severity="hold", token=None),
    Case(NO_TOKEN, "in 2.1.1", (NO_TOKEN,), version="2.1.1", token=None),
    Case(NO_TOKEN, "of another kind", (NO_TOKEN,), cdr={"cdr_token.type": "APP_USER"}),
    Case(NO_TOKEN, "came a week later", later=((datetime(2026, 11, 9, tzinfo=UTC), "tokens", {}),)),
    Case(OTHER, "another contract than ours", (OTHER,), severity="hold",
         cdr={"cdr_token.contract_id": "NL-RLG-C88000005"}),
    Case(OTHER, "a contract that it got after the session", (OTHER,),
         cdr={"cdr_token.contract_id": "NL-RLG-C88000006"},
         later=((datetime(2026, 11, 2, 10, 0, 1, tzinfo=UTC), "tokens", {"contract_id": "NL-RLG-C88000006"}),)),
    Case(OTHER, "a contract that it got at the start",
         cdr={"cdr_token.contract_id": "NL-RLG-C88000007"},
         later=((datetime(2026, 11, 2, 10, tzinfo=UTC), "tokens", {"contract_id": "NL-RLG-C88000007"}),)),
    Case(OTHER, "without the separators",
         cdr={"cdr_token.contract_id": lambda charge: charge.contract_id.replace("-", "")}),
    Case(OTHER, "in other capitals", cdr={"cdr_token.contract_id": lambda charge: charge.contract_id.lower()}),
    Case(ANOTHER, "of another provider", (ANOTHER,), cdr={"cdr_token.party_id": "ZZZ"}),
    Case(ANOTHER, "of our own"),
]  # fmt: skip

CASES = [*EVSES, *TOKENS]
