"""Defects of identity: EVSE ids, EVSEs, tokens and contract ids that are malformed, foreign or unknown."""

from __future__ import annotations

import uuid
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pipeline.sample.charge import Token
from pipeline.sample.contracts import contract_id
from pipeline.sample.schedule import Planner
from pipeline.sample.world import Record, World, is_22

MALFORMED = ("{country}.{party}.E{rest}", "EVSE {rest}", "#{rest}", "{country}*{party}*{rest}", "{party}-{rest}!")
FOREIGN_OPERATOR = "LMS"


def evse_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a CDR or Session that names the EVSE, ready to be changed."""
    if "cdr_location" in body:
        body["cdr_location"] = dict(body["cdr_location"])
        return body["cdr_location"]
    if "location" in body:
        body["location"] = deepcopy(body["location"])
        return body["location"]["evses"][0]
    return body


def evse_id_malformed(world: World, _: Planner) -> None:
    """The EVSE id fits neither form; the EVSE's uid stays right."""
    for number, record in enumerate(world.pick(10, "evse_id_malformed")):
        form = MALFORMED[number % len(MALFORMED)]
        rest = f"{world.rng.randrange(10**6):06d}"
        partner = record.charge.partner
        text = form.format(country=partner.country_code, party=partner.party_id, rest=rest)
        evse_of(record.cdr.body)["evse_id"] = text
        world.expect(record.cdr, "evse_id_malformed", "evse_id_format")


def evse_id_foreign(world: World, _: Planner) -> None:
    """The EVSE id is well formed and names another operator; the EVSE's uid stays right."""
    for record in world.pick(8, "evse_id_foreign"):
        evse = evse_of(record.cdr.body)
        evse["evse_id"] = evse["evse_id"].replace(record.charge.partner.party_id, FOREIGN_OPERATOR, 1)
        world.expect(record.cdr, "evse_id_foreign", "evse_id_operator_mismatch")


def evse_unknown(world: World, _: Planner) -> None:
    """CDR and session stand at an EVSE that is in no location of the partner; its id is well formed."""
    for record in world.pick(8, "evse_unknown"):
        partner = record.charge.partner
        uid = str(uuid.UUID(int=world.rng.getrandbits(128), version=4))
        text = f"{partner.country_code}*{partner.party_id}*EX{world.rng.randrange(10**7):07d}"
        for body in (record.cdr.body, record.session.body):
            evse = evse_of(body)
            evse["uid" if "uid" in evse else "evse_uid"] = uid
            if "evse_id" in evse:
                evse["evse_id"] = text
        world.expect(record.cdr, "evse_unknown", "evse_unknown")


def token_unknown(world: World, _: Planner) -> None:
    """CDR and session name a well-formed token and contract that we never issued."""
    known = {token.contract_id for token in world.tokens}
    for record in world.pick(10, "token_unknown"):
        contract = record.charge.token.contract_id
        while contract in known:
            contract = contract_id(f"C{world.rng.randrange(10_000_000, 99_999_999)}")
        token = Token(f"04{world.rng.getrandbits(48):012X}", "RFID", contract)
        world.rebuild(record, replace(record.charge, token=token, authorization_reference=None))
        world.expect(record.cdr, "token_unknown", "token_unknown")


def contract_id_malformed(world: World, _: Planner) -> None:
    """The contract id fits neither form; the token's uid is known (2.1.1 CDRs carry no uid, so not there)."""

    def may(record: Record) -> bool:
        return is_22(record) and record.charge.token.kind == "RFID"

    for record in world.pick(6, "contract_id_malformed", may):
        digits = record.charge.token.contract_id[-10:-2]
        token = {**record.cdr.body["cdr_token"], "contract_id": f"RLG/{digits}"}
        record.cdr.body["cdr_token"] = token
        world.expect(record.cdr, "contract_id_malformed", "contract_id_format", "token_contract_mismatch")


PLANTS = (evse_id_malformed, evse_id_foreign, evse_unknown, token_unknown, contract_id_malformed)
