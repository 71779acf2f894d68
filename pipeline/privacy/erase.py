"""One person's identifiers made unreadable: in landing, in every line about it, in the warehouse and what is published.

The order is what makes it safe to be killed anywhere: the journal is written before anything changes, each replacement
is recorded before it is made and made in one step, and a second call does what the first left undone.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from pipeline.audit import NewEntry, record
from pipeline.audit.late import record_late
from pipeline.nightly import Progress, collect_landing
from pipeline.privacy import journal as journals
from pipeline.privacy.journal import Journal, KnownIdentifier, keyed_hash
from pipeline.privacy.lines import count_lines, erase_lines
from pipeline.privacy.person import Survey, survey
from pipeline.privacy.places import bodies
from pipeline.privacy.rebuilding import decided_places, hashes_now, make_again, old_versions_with
from pipeline.privacy.replacing import replace_everywhere
from pipeline.privacy.search import files_with
from pipeline.publish import QUALITY_PAGE, REPORT
from pipeline.rebuild import last_clock
from pipeline.settings import Paths, UserError
from pipeline.warehouse import run_lock

FIND, REPLACE = "find identifiers", "replace identifiers"


@dataclass(frozen=True)
class Request:
    """Whose identifiers go and why; a party where the uid is meant as that of one issuer only."""

    uid: str
    reason: str
    country_code: str | None = None
    party_id: str | None = None


@dataclass
class Erased:
    """What an erasure changed, or would; counts by place.

    `left_in_ids` counts ids of sessions and CDRs that hold an identifier and stay, `left_in` names files that hold
    one and are not ours to change. `shared` and `other_tokens` as in Survey.
    """

    erasure_id: str | None
    is_repeated: bool = False
    is_resumed: bool = False
    bodies: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    replaced: int = 0
    identifiers: int = 0
    shared: int = 0
    other_tokens: int = 0
    left_in_ids: int = 0
    removed_versions: list[str] = field(default_factory=list)
    left_in: list[Path] = field(default_factory=list)
    version_id: str | None = None

    @property
    def changed(self) -> int:
        """How many bodies and lines changed."""
        return sum(self.bodies.values()) + sum(self.lines.values())


def plan(paths: Paths, request: Request) -> Erased:
    """What an erasure would change; nothing is written."""
    with run_lock(paths):
        found, is_repeated = _survey(paths, request)
        return Erased(
            erasure_id=None,
            is_repeated=is_repeated,
            bodies=dict(found.bodies),
            lines=count_lines(paths, found.person),
            replaced=found.replaced,
            identifiers=len(found.person.identifiers),
            shared=found.shared,
            other_tokens=found.other_tokens,
            left_in_ids=found.left_in_ids,
            removed_versions=[folder.name for folder in old_versions_with(paths, found.person, current=None)],
        )


def erase(paths: Paths, request: Request, on_progress: Progress | None = None) -> Erased:
    """Erase, or finish an erasure that was broken off; what waits in the inbox is landed first.

    Raises UserError without changing anything when the reason holds an identifier, another erasure was broken off or
    another run is at work; BuildFailed when the warehouse could not be made again: then call it once more.
    """
    tell = on_progress or (lambda step, done, total: None)
    with run_lock(paths), journals.erasing():
        tell(FIND, 0, None)
        result, journal = _resumed(paths, request) or _begun(paths, request)
        tell(REPLACE, 0, None)
        person = journal.person()
        for kind, replaced in replace_everywhere(paths, person, journal.erasure_id):
            result.bodies[kind] = result.bodies.get(kind, 0) + 1
            result.replaced += replaced
        result.lines = erase_lines(paths, person, journal.erasure_id, {})
        tell(REPLACE, 1, 1)
        if result.changed or result.is_resumed:
            result.version_id = make_again(
                paths, journal.as_of, after_load=lambda: _bind_decisions(paths, journal), on_progress=tell
            )
        for folder in old_versions_with(paths, person, current=result.version_id):
            shutil.rmtree(folder)
            result.removed_versions.append(folder.name)
        for path in files_with(paths, person, leave_out=_known_clean(paths, result)):
            if path.is_relative_to(paths.warehouse.parent):
                # What dbt tells of its runs, written anew by the next one.
                path.unlink()
            else:
                result.left_in.append(path)
        _record_whole(paths, journal, result)
        journals.end(paths)
    return result


def _resumed(paths: Paths, request: Request) -> tuple[Erased, Journal] | None:
    journal = journals.begun(paths)
    if journal is None:
        return None
    if journal.uid_hash != keyed_hash(paths, request.uid):
        raise UserError(
            f"Another erasure was broken off ({journal.erasure_id}). Finish it first: run it again with its --token."
        )
    # Lines first, and without reading the chains: one that was recorded and not rewritten yet does not verify.
    erase_lines(paths, journal.person(), journal.erasure_id, journal.new_hashes)
    record_late(paths)
    return Erased(journal.erasure_id, is_resumed=True, identifiers=len(journal.identifiers)), journal


def _begun(paths: Paths, request: Request) -> tuple[Erased, Journal]:
    """Find everything, then write the journal: until then nothing is changed."""
    if not request.reason.strip():
        raise UserError("An erasure needs a reason: --reason TEXT.")
    collect_landing(paths)
    # Else what was never recorded would be recorded as it is after the erasure.
    record_late(paths)
    found, is_repeated = _survey(paths, request)
    if found.person.in_text(request.reason) or request.uid.strip().upper() in request.reason.upper().split():
        raise UserError("The reason names one of the identifiers, and it is kept: say it without them.")
    journal = Journal(
        erasure_id=uuid4().hex,
        uid_hash=keyed_hash(paths, request.uid),
        reason=request.reason.strip(),
        country_code=request.country_code,
        party_id=request.party_id,
        identifiers=[
            KnownIdentifier(value=item.value, is_contract=item.is_contract, forms=item.forms, pseudonym=item.pseudonym)
            for item in found.person.identifiers
        ],
        decided=decided_places(paths) if found.replaced else {},
        as_of=last_clock(paths),
    )
    journals.begin(paths, journal)
    return (
        Erased(
            journal.erasure_id,
            is_repeated=is_repeated,
            identifiers=len(journal.identifiers),
            shared=found.shared,
            other_tokens=found.other_tokens,
            left_in_ids=found.left_in_ids,
        ),
        journal,
    )


def _survey(paths: Paths, request: Request) -> tuple[Survey, bool]:
    """What is held of the person, and whether any of it was erased before."""
    earlier = journals.pseudonyms_by_hash(paths)
    repeated: list[str] = []

    def pseudonym_of(value: str) -> str | None:
        known = earlier.get(keyed_hash(paths, value)) if earlier else None
        repeated.extend([value] if known else [])
        return known

    found = survey(
        bodies(paths),
        request.uid,
        country_code=request.country_code,
        party_id=request.party_id,
        pseudonym_of=pseudonym_of,
    )
    return found, bool(repeated)


def _bind_decisions(paths: Paths, journal: Journal) -> None:
    """Decisions name the content that was seen; that content is the same, under another hash."""
    bound = journal.model_copy(update={"new_hashes": hashes_now(paths, journal.decided)})
    journals.begin(paths, bound)
    erase_lines(paths, journal.person(), journal.erasure_id, bound.new_hashes)


def _known_clean(paths: Paths, result: Erased) -> frozenset[Path]:
    """Files made anew or gone through above, and the journal."""
    versions = paths.published / "versions" / (result.version_id or "none")
    pages = {paths.published / page for page in (REPORT, QUALITY_PAGE)}
    fresh = {*versions.rglob("*"), paths.published_file, *pages} if result.version_id else set()
    return frozenset({*fresh, paths.warehouse, journals.journal_file(paths), *(place.path for place in bodies(paths))})


def _record_whole(paths: Paths, journal: Journal, result: Erased) -> None:
    """The erasure as a whole, and each identifier by its keyed hash, so that the person is known again."""
    subject = f"person/{journal.erasure_id}"
    if journals.is_recorded(paths, subject):
        return
    identifiers = [
        NewEntry(
            action="erase",
            subject=f"identifier/{keyed_hash(paths, item.value)}",
            detail={"erasure_id": journal.erasure_id, "pseudonym": item.pseudonym},
        )
        for item in journal.identifiers
    ]
    whole = NewEntry(
        action="erase",
        subject=subject,
        counts={
            "identifiers": result.identifiers,
            "replaced": result.replaced,
            **{f"{kind}_bodies": count for kind, count in sorted(result.bodies.items())},
            **{f"lines_of_{name}": count for name, count in sorted(result.lines.items())},
            "removed_versions": len(result.removed_versions),
            "left_in_ids": result.left_in_ids,
            "left_in_files": len(result.left_in),
        },
        detail={
            "reason": journal.reason,
            "country_code": journal.country_code,
            "party_id": journal.party_id,
            "was_resumed": 1 if result.is_resumed else None,
        },
    )
    record(paths, [*identifiers, whole])
