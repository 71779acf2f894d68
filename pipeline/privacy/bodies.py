"""One body of whatever module: whose identifiers it holds, and the same body with pseudonyms in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.privacy.identifiers import Person, normal
from pipeline.privacy.json_fields import JsonObject, Value, objects

# Fields that identify a driver wherever they occur (OCPI mod_tokens, mod_cdrs CdrToken; auth_id is 2.1.1's).
_FIELDS = {"tokenuid", "contractid", "authid", "visualnumber", "groupid"}
# `uid` names EVSEs too: it is a token's beside one of these, or inside a token.
_BESIDE_UID = {"contractid", "authid", "visualnumber", "whitelist", "issuer"}
_TOKEN_OBJECTS = {"cdrtoken", "token", "tokens"}
_EVSE_KEYS = {"evseid", "connectors"}
# Names of other things: keys of the warehouse and of the books, left as they are even where a sender put a uid there.
_NAMES = {"id", "uid", "sessionid", "creditreferenceid", "locationid", "evseuid", "evseid", "connectorid", "tariffid"}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null")


@dataclass
class Found:
    """What one body holds of a person: how many identifiers were replaced, and how often one stands in another id."""

    replaced: int = 0
    left_in_ids: int = 0
    changes: list[tuple[Value, str]] = field(default_factory=list)


def without_person(body: bytes, person: Person, *, is_tokens: bool) -> tuple[bytes, Found]:
    """The body with the person's identifiers replaced; not a byte of anything else changes.

    `is_tokens`: the body is one of module tokens, where every `uid` is a token's.
    """
    text = body.decode("utf-8", "surrogateescape")
    found = Found()
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        # No JSON: an error page, a line of a log.
        changed = person.without(text)
        found.replaced = int(changed != text)
        return changed.encode("utf-8", "surrogateescape"), found
    for item in objects(text):
        is_ours = belongs(item, person)
        for value in item.values:
            if is_identifier(item, value, is_tokens=is_tokens):
                if is_ours:
                    _replace_identifier(value, person, found)
            else:
                _replace_words(value, person, found)
    return _applied(text, found.changes).encode("utf-8", "surrogateescape"), found


def identifiers_of(item: JsonObject, *, is_tokens: bool) -> Iterator[Value]:
    """The values of one object that identify a driver, empty ones left out."""
    return (value for value in item.values if value.plain.strip() and is_identifier(item, value, is_tokens=is_tokens))


def is_identifier(item: JsonObject, value: Value, *, is_tokens: bool) -> bool:
    """Whether the value stands in a field that identifies a driver."""
    if value.key in _FIELDS:
        return True
    if value.key != "uid" or item.keys & _EVSE_KEYS:
        return False
    return is_tokens or item.key in _TOKEN_OBJECTS or bool(item.keys & _BESIDE_UID)


def belongs(item: JsonObject, person: Person) -> bool:
    """Whether an object may speak of the person's token: it names its party, or none."""
    country, party = item.text("countrycode"), item.text("partyid")
    if "uid" not in item.keys and item.key not in _TOKEN_OBJECTS:
        # The party of a session or CDR is the operator's, not the token's.
        return True
    return (person.country_code is None or country is None or country.upper() == person.country_code) and (
        person.party_id is None or party is None or party.upper() == person.party_id
    )


def _replace_identifier(value: Value, person: Person, found: Found) -> None:
    plain = value.plain
    identifier = person.find(plain)
    if identifier is None:
        # Several in one field, or one with a word beside it.
        _replace_words(value, person, found)
        return
    written = identifier.written_like(plain)
    found.changes.append((value, json.dumps(written, ensure_ascii=False)[1:-1] if value.is_text else written))
    found.replaced += 1


def _replace_words(value: Value, person: Person, found: Found) -> None:
    if not value.is_text and _NUMBER.fullmatch(value.raw):
        return
    plain = value.plain
    if not person.in_text(plain):
        return
    if value.key in _NAMES:
        found.left_in_ids += 1
        return
    # Escapes other than those of the identifier itself stay as they were sent.
    written = person.without(value.raw)
    if person.in_text(written) or written == value.raw:
        written = json.dumps(person.without(plain), ensure_ascii=False)[1:-1]
    found.changes.append((value, written))
    found.replaced += 1


def _applied(text: str, changes: list[tuple[Value, str]]) -> str:
    parts, place = [], 0
    for value, written in sorted(changes, key=lambda change: change[0].start):
        parts += [text[place : value.start], written]
        place = value.end
    return "".join([*parts, text[place:]])


def ties(body: bytes, uid: str, person: Person, *, is_tokens: bool) -> Iterator[tuple[str, str]]:
    """(field, value) of every identifier that stands beside this uid in one token, the uid itself included."""
    text = body.decode("utf-8", "surrogateescape")
    tied: list[JsonObject] = []
    inner: list[JsonObject] = []
    for item in objects(text):
        values = list(identifiers_of(item, is_tokens=is_tokens))
        if not values:
            continue
        is_named = any(normal(value.plain) == uid for value in values if value.key != "groupid")
        if not is_named or not belongs(item, person):
            inner.append(item)
            continue
        tied.append(item)
        # A group is no person, unless its name is the person's.
        yield from ((value.key, value.plain) for value in values if value.key != "groupid")
    # The contract with a supplier of energy stands in an object of its own inside the token.
    for item in inner:
        if item.key == "energycontract" and any(item.parent is token for token in tied):
            yield from ((value.key, value.plain) for value in identifiers_of(item, is_tokens=False))
