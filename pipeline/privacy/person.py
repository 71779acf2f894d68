"""Who is meant: from the uid of one token to every identifier that stands beside it in what partners sent."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.privacy.bodies import Found, identifiers_of, ties, without_person
from pipeline.privacy.identifiers import LONG, Identifier, Person, candidates, normal, squeezed
from pipeline.privacy.json_fields import objects
from pipeline.privacy.places import Place
from pipeline.settings import UserError

# A contract or visual number beside more tokens than this is a placeholder or a fleet's, and no person's.
_MOST_TOKENS = 10
_SHORTEST_TIE = 4


@dataclass
class Survey:
    """What landing holds of a person, counted by kind of place; nothing is changed yet.

    `shared` counts tied values that were left because too many tokens have them, `other_tokens` further tokens of the
    person's contracts, which are not erased.
    """

    person: Person
    bodies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    replaced: int = 0
    left_in_ids: int = 0
    shared: int = 0
    other_tokens: int = 0


def survey(
    places: Iterable[Place],
    uid: str,
    *,
    country_code: str | None,
    party_id: str | None,
    pseudonym_of: Callable[[str], str | None] = lambda value: None,
) -> Survey:
    """Find the person's identifiers, draw their pseudonyms and count where they stand.

    `pseudonym_of` gives that of an identifier erased before: it is taken again. Landing is read once for the
    identifiers, once for others that share them, and once to count and to see that no pseudonym is somebody's.
    """
    places = list(places)
    seed = Person((Identifier(normal(uid), is_contract=False, forms=(uid.strip(),)),), country_code, party_id)
    tied = _tied(places, seed)
    shared = _shared(places, seed, tied)
    identifiers = [Identifier(value, is_contract, tuple(sorted(forms))) for value, (is_contract, forms) in tied.items()]
    person = Person(
        tuple(item for item in identifiers if item.value not in shared.placeholders), country_code, party_id
    )
    earlier = {item.value: pseudonym_of(item.value) for item in person.identifiers}
    # A pseudonym may stand in landing already only where an erasure before this one put it.
    fresh = {
        item.value: candidates(item.value, is_contract=item.is_contract)
        for item in person.identifiers
        if earlier[item.value] is None
    }
    free = {**fresh, **{value: [pseudonym] for value, pseudonym in earlier.items() if pseudonym}}
    result = Survey(person, shared=len(shared.placeholders), other_tokens=len(shared.other_tokens))
    for place in places:
        body = place.read()
        _strike_out(fresh, body)
        if person.may_be_in(body):
            _count(result, place, _looked_at(body, person, free, place))
    result.person = replace(
        person, identifiers=tuple(replace(item, pseudonym=_first(free[item.value])) for item in person.identifiers)
    )
    return result


def _looked_at(body: bytes, person: Person, free: Mapping[str, list[str]], place: Place) -> Found:
    """Count with any pseudonym; the true ones are chosen once all of landing was read."""
    trial = replace(
        person, identifiers=tuple(replace(i, pseudonym=(free[i.value] or ["x"])[0]) for i in person.identifiers)
    )
    return without_person(body, trial, is_tokens=place.is_tokens)[1]


def _count(result: Survey, place: Place, found: Found) -> None:
    if found.replaced:
        result.bodies[place.kind] += 1
        result.replaced += found.replaced
    result.left_in_ids += found.left_in_ids


def _tied(places: list[Place], seed: Person) -> dict[str, tuple[bool, set[str]]]:
    """By value: whether it is a contract's, and the forms it was written in. The uid comes first."""
    uid = seed.identifiers[0].value
    tied: dict[str, tuple[bool, set[str]]] = {uid: (False, set(seed.identifiers[0].forms))}
    for place in places:
        body = place.read()
        if not seed.may_be_in(body):
            continue
        for key, text in ties(body, uid, seed, is_tokens=place.is_tokens):
            value = normal(text)
            if value != uid and len(value) < _SHORTEST_TIE:
                continue
            is_contract, forms = tied.get(value, (True, set()))
            tied[value] = (is_contract and key not in ("uid", "tokenuid"), forms | {text.strip()})
    return tied


@dataclass
class _Shared:
    placeholders: set[str]
    other_tokens: set[str]


def _shared(places: list[Place], seed: Person, tied: Mapping[str, tuple[bool, set[str]]]) -> _Shared:
    """Which tied values other tokens have as well: too many of them, and it is nobody's own."""
    uid = seed.identifiers[0].value
    person = Person(tuple(Identifier(value, False, ()) for value in tied if value != uid))
    uids: dict[str, set[str]] = defaultdict(set)
    for place in places if person.identifiers else ():
        body = place.read()
        if not person.may_be_in(body):
            continue
        for item in objects(body.decode("utf-8", "surrogateescape")):
            values = list(identifiers_of(item, is_tokens=place.is_tokens))
            others = {normal(value.plain) for value in values if value.key in ("uid", "tokenuid")}
            for value in values:
                if normal(value.plain) in tied and value.key not in ("uid", "tokenuid", "groupid"):
                    uids[normal(value.plain)] |= others - {uid}
    placeholders = {value for value, others in uids.items() if len(others) > _MOST_TOKENS}
    return _Shared(placeholders, {o for value, others in uids.items() if value not in placeholders for o in others})


_PAIR = re.compile(
    rb'"(?:uid|token_?uid|contract_?id|auth_?id|visual_?number|group_?id)"\s*:\s*"?([^",}\s]*)', re.IGNORECASE
)


def _strike_out(free: Mapping[str, list[str]], body: bytes) -> None:
    """Take away pseudonyms that landing has as somebody's identifier."""
    text = squeezed(body)
    taken: set[str] | None = None
    for texts in free.values():
        for pseudonym in list(texts):
            if len(pseudonym) >= LONG:
                is_taken = squeezed(pseudonym.encode()) in text
            else:
                taken = taken if taken is not None else set(_short_values(body))
                is_taken = pseudonym in taken
            if is_taken:
                texts.remove(pseudonym)


def _short_values(body: bytes) -> Iterator[str]:
    return (normal(value.decode("utf-8", "surrogateescape")) for value in _PAIR.findall(body))


def _first(texts: list[str]) -> str:
    if not texts:
        raise UserError("No pseudonym is free for one of the identifiers; run the command again, it draws others.")
    return texts[0]
