"""The Credentials object, ours to be sent and the partner's as received (OCPI 2.3.0 credentials, Object description).

2.1.1 has one party in it; from 2.2 on a platform lists its parties with their roles.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from pipeline.ocpi.keys import checked
from pipeline.partner_models import OurParty
from pipeline.settings import UserError

Json = dict[str, Any]


def new_token() -> SecretStr:
    """A key that nobody can guess: 43 printable characters (at most 64 are allowed)."""
    return SecretStr(secrets.token_urlsafe(32))


def our_object(
    token: SecretStr, kept: Any, our_parties: Sequence[OurParty], version: str, our_versions_url: str | None
) -> Json:
    """Our Credentials object with a new `token`.

    `kept` is what the partner answers to GET. By the specification that is its own object; some partners return ours,
    and then our URL and roles stay as they know them. Raises UserError when our URL is not known.
    """
    if isinstance(kept, dict) and _is_ours(kept, our_parties) and isinstance(kept.get("url"), str):
        told = {name: kept[name] for name in _names(version) if kept.get(name) is not None}
        return {**told, "token": token.get_secret_value(), "url": our_versions_url or kept["url"]}
    if our_versions_url is None:
        raise UserError(
            "our_versions_url is missing in the connection: the partner fetches our versions there when a key changes"
        )
    content: Json = {"token": token.get_secret_value(), "url": our_versions_url}
    if version == "2.1.1":
        return {**content, **_party(our_parties[0])}
    return {**content, "roles": [{"role": role, **_party(party)} for party in our_parties for role in party.roles]}


def token_of(answered: Any) -> SecretStr | None:
    """The key in the partner's Credentials object; None when there is none."""
    token = answered.get("token") if isinstance(answered, dict) else None
    if not isinstance(token, str):
        return None
    try:
        return checked(token.strip(), "the answer")
    except UserError:
        return None


def shown(content: Json) -> Json:
    """The object as it may be shown."""
    return {**content, "token": "**********"}


def _names(version: str) -> tuple[str, ...]:
    if version == "2.1.1":
        return ("business_details", "party_id", "country_code")
    return ("roles", "hub_party_id")


def _party(party: OurParty) -> Json:
    return {
        "business_details": {"name": party.name},
        "party_id": party.party_id,
        "country_code": party.country_code,
    }


def _is_ours(kept: Json, our_parties: Sequence[OurParty]) -> bool:
    roles = kept["roles"] if isinstance(kept.get("roles"), list) else [kept]
    named = {
        (str(role.get("country_code")).upper(), str(role.get("party_id")).upper())
        for role in roles
        if isinstance(role, dict)
    }
    return bool(named) and named <= {(party.country_code, party.party_id) for party in our_parties}
