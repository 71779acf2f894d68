"""Bodies with pseudonyms in the place of a person's identifiers, each recorded before it is replaced in one step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.audit import record
from pipeline.audit.erasures import BODY, erase_entry, replaced_lines
from pipeline.privacy.bodies import without_person
from pipeline.privacy.identifiers import Person
from pipeline.privacy.places import Place, bodies, sha256
from pipeline.settings import Paths

# Bounds memory, and how much is recorded before it is done.
_BATCH_FILES, _BATCH_BYTES = 50, 16 << 20


def replace_everywhere(paths: Paths, person: Person, erasure_id: str) -> Iterator[tuple[str, int]]:
    """Rewrite every body that holds an identifier, also those pulled meanwhile.

    Yields (kind of place, how many identifiers were replaced) per body. A second call finds nothing.
    """
    places = list(bodies(paths))
    while places:
        for batch in _batches(places):
            yield from _replace(paths, person, erasure_id, batch)
        seqs = [place.landing_seq for place in places if place.landing_seq is not None]
        places = list(bodies(paths, after=max(seqs))) if seqs else []


def _batches(places: Iterable[Place]) -> Iterator[list[Place]]:
    batch: list[Place] = []
    size = 0
    for place in places:
        batch.append(place)
        size += place.path.stat().st_size
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(frozen=True)
class _Changed:
    """One body before it is replaced: its hashes, what it will say and how many identifiers that takes out."""

    place: Place
    old_sha256: str
    new_sha256: str
    body: bytes
    replaced: int


def _replace(paths: Paths, person: Person, erasure_id: str, batch: list[Place]) -> Iterator[tuple[str, int]]:
    """Record what will stand in landing, then put it there."""
    changed: list[_Changed] = []
    for place in batch:
        body = place.read()
        if person.may_be_in(body):
            after, found = without_person(body, person, is_tokens=place.is_tokens)
            if after != body:
                changed.append(_Changed(place, sha256(body), sha256(after), after, found.replaced))
    landed = [(item.place.landing_seq, item) for item in changed if item.place.landing_seq is not None]
    recorded = replaced_lines(paths, BODY) if landed else {}
    record(
        paths,
        [
            erase_entry(
                BODY,
                seq,
                old=item.old_sha256,
                new=item.new_sha256,
                erasure_id=erasure_id,
                counts={"identifiers": item.replaced},
            )
            for seq, item in landed
            if recorded.get(seq) != item.new_sha256
        ],
    )
    for item in changed:
        item.place.write(paths, item.body)
        yield item.place.kind, item.replaced
    for place in batch:
        if place.kind == "inbox" and person.in_text(place.path.name):
            place.path.replace(place.path.with_name(person.without(place.path.name)))
