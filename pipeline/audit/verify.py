"""Whether ledger, audit log and landing are what was recorded: what is wrong, in which file and line.

Everything is read as a stream. What the log says of a page or an event is kept as two bare digests, 64 bytes each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

from pipeline.audit.anchors import CHAINS, Anchor, known_anchors
from pipeline.audit.chain import START, Head, Line, torn
from pipeline.audit.checking import Problem, examined
from pipeline.audit.erasures import BODY, erasures, journal_file, replaced
from pipeline.audit.log import audit_file
from pipeline.audit.pull_lines import differences
from pipeline.audit.recorded import NOTHING, RECORDED, Digests
from pipeline.landing.manifest import LandedPage, Manifest
from pipeline.ledger.kept import kept_sha256
from pipeline.ledger.store import events_file
from pipeline.ocpi.pull_log import PullLog
from pipeline.settings import Paths, UserError

# How many problems are told; a file that is wrong everywhere need not be listed to its end.
MAX_PROBLEMS = 100


@dataclass
class Verified:
    """What was checked and what was found; `notes` are sentences about what is odd and no alteration."""

    heads: dict[str, Head] = field(default_factory=dict)
    page_count: int = 0
    body_count: int = 0
    erased_count: int = 0
    anchor_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.problems


class _Full(Exception):
    """Enough was found."""


class Verification:
    """One check of a data directory; nothing in it is changed and nobody is kept waiting."""

    def __init__(self, paths: Paths, *, follow: Callable[[str, int, int | None], None]) -> None:
        self.paths = paths
        self.found = Verified()
        self._follow = follow
        self._erased = replaced(paths) if audit_file(paths).exists() else {}
        self._pages, self._events = Digests(), Digests()
        self._late_count = self._unmade_count = 0

    def run(self, *, with_bodies: bool, anchors: Sequence[Path] = ()) -> Verified:
        """Check both chains, the manifest, the bodies (only that they are there, unless `with_bodies`) and anchors."""
        known = known_anchors(self.paths, anchors)
        self.found.anchor_count = len(known)
        self.found.erased_count = sum(len(numbers) for numbers in self._erased.values())
        try:
            self._chain("audit", known, self._note_act)
            self._chain("ledger", known, self._compare_event)
            self._end_of_ledger()
            self._erasures(known)
            self._manifest(with_bodies=with_bodies)
            self._pull_log()
        except _Full:
            self.found.notes.append(f"more than {MAX_PROBLEMS} problems; the rest was not checked")
        if self._late_count:
            self.found.notes.append(
                f"{self._late_count} acts were recorded later than they happened: `roamledger audit show` marks them"
            )
        if self._unmade_count:
            self.found.notes.append(
                f"{self._unmade_count} replacements are recorded and not made: erase the same token again"
            )
        return self.found

    def _chain(self, chain: str, anchors: Sequence[Anchor], visit: Callable[[Path, Line], None]) -> None:
        file = audit_file(self.paths).with_name(CHAINS[chain])
        places: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            if anchor.chain == chain and anchor.head.seq:
                places.setdefault(anchor.head.seq, []).append(anchor)
        allowed = {seq: steps[-1] for seq, steps in self._erased.get(file.name, {}).items()}
        head = START
        for line, wrong in examined(file, lambda: allowed):
            if wrong:
                self._tell(wrong)
            if line:
                head = Head(line.seq, line.hash)
                self._place(file, line, places.get(line.seq, ()))
                visit(file, line)
                if line.number % 100_000 == 0:
                    self._follow(f"check {chain}", line.number, None)
        self.found.heads[chain] = head
        self._end(file, head, places)

    def _place(self, file: Path, line: Line, anchors: Sequence[Anchor]) -> None:
        """Judge one line by what erasures and anchors say of it."""
        if not self._fits(file.name, line.seq, line.hash, line.digest) and line.seq in self._erased.get(file.name, {}):
            self._tell(Problem(file, line.number, "was replaced by an erasure of something else"))
        for anchor in anchors:
            if anchor.head.hash != line.hash:
                self._tell(Problem(file, line.number, f"is not the line {line.seq} that {anchor.named_in} names"))

    def _end(self, file: Path, head: Head, places: Mapping[int, Sequence[Anchor]]) -> None:
        for seq, named in sorted(places.items()):
            if seq > head.seq:
                what = f"ends at line {head.seq}, though {named[0].named_in} names line {seq}: its end was cut off"
                self._tell(Problem(file, None, what))
        half = torn(file)
        if half:
            self.found.notes.append(
                f"{file} ends in half a line of {half.size_bytes} bytes, which never counted: "
                "a write was cut short, the next one cuts it off and records that"
            )

    def _note_act(self, file: Path, line: Line) -> None:
        if b'"action":"land"' not in line.text and b'"action":"decide"' not in line.text:
            return
        try:
            act = RECORDED.decode(line.text)
            if act.action == "land" and act.detail.landing_seq:
                fits = self._pages.add(act.detail.landing_seq, act.detail.manifest_sha256, act.sha256)
            elif act.action == "decide" and act.detail.event_seq:
                fits = self._events.add(act.detail.event_seq, act.sha256, act.detail.kept_sha256)
            else:
                return
        except ValueError:
            self._tell(Problem(file, line.number, "is no record of what it says it is"))
            return
        self._late_count += 1 if act.detail.is_late else 0
        if not fits:
            self._tell(Problem(file, line.number, "records something else under a number that is recorded already"))

    def _compare_event(self, file: Path, line: Line) -> None:
        recorded = self._events.get(line.seq)
        if recorded is None:
            self._unrecorded(file, line.number, "event", is_last=line.seq > self._events.last)
        elif recorded[0] != line.hash:
            self._tell(Problem(file, line.number, "is not the event that the audit log recorded"))
        elif line.digest != line.hash and recorded[1] != NOTHING and recorded[1] != kept_sha256(line.content()):
            self._tell(Problem(file, line.number, "was replaced, and not only in what an erasure replaces"))

    def _end_of_ledger(self) -> None:
        head = self.found.heads["ledger"]
        if self._events.last > head.seq:
            what = f"ends at event {head.seq}, though the audit log recorded event {self._events.last}: it was cut"
            self._tell(Problem(events_file(self.paths), None, what))

    def _erasures(self, anchors: Sequence[Anchor]) -> None:
        """Refuse replacements of an erasure that never was, and name all others: what they may replace, they may."""
        reached = max((anchor.head.seq for anchor in anchors if anchor.chain == "audit"), default=0)
        log = audit_file(self.paths)
        for erasure in filter(lambda erasure: erasure.has_replaced, erasures(self.paths)):
            if erasure.person is None and not journal_file(self.paths).exists():
                what = f"{erasure.summary}, but no erasure of a person has that name"
                self._tell(Problem(log, erasure.first_seq, what))
                continue
            since = " (since the newest anchor)" if erasure.first_seq > reached else ""
            self.found.notes.append(f"{erasure.summary}{since}; see that somebody asked for it")

    def _manifest(self, *, with_bodies: bool) -> None:
        manifest = Manifest(self.paths.landing)
        previous, number = 0, 0
        try:
            for number, (text, page) in enumerate(manifest.lines(), start=1):
                previous = self._missing_pages(manifest.path, previous, page.landing_seq, number)
                recorded = self._pages.get(page.landing_seq)
                if recorded is None:
                    last = page.landing_seq > self._pages.last
                    self._unrecorded(manifest.path, number, "page", is_last=last)
                    line_digest, body_digest = None, page.sha256
                else:
                    line_digest, body_digest = recorded
                now = hashlib.sha256(text).hexdigest()
                if line_digest and not self._fits(manifest.path.name, page.landing_seq, line_digest, now):
                    self._tell(Problem(manifest.path, number, "is not the line that the audit log recorded"))
                self._body(page, body_digest, is_hashed=with_bodies)
                self.found.page_count += 1
                self._follow("check landing", number, None)
        except UserError:
            self._tell(Problem(manifest.path, number + 1, "is not readable, and what follows it was not checked"))
            return
        if previous < self._pages.last:
            self._missing_pages(manifest.path, previous, self._pages.last + 1, None)

    def _missing_pages(self, file: Path, previous: int, seq: int, number: int | None) -> int:
        """Judge the step from one page number to the next; returns the higher of them."""
        if seq <= previous:
            self._tell(Problem(file, number, f"page {seq} was moved or inserted: it stands behind page {previous}"))
        elif seq > previous + 1:
            gap = f"page {seq - 1}" if seq == previous + 2 else f"pages {previous + 1} to {seq - 1}"
            where = "before this line" if number else "at the end"
            self._tell(Problem(file, number, f"{gap} missing {where}"))
        return max(seq, previous)

    def _body(self, page: LandedPage, original: str, *, is_hashed: bool) -> None:
        body = self.paths.landing / page.body
        if not body.exists():
            self._tell(Problem(body, None, "is missing, though the manifest names it"))
        elif is_hashed:
            self.found.body_count += 1
            if not self._fits(BODY, page.landing_seq, original, body_sha256(body)):
                self._tell(Problem(body, None, "is not the body that was landed: its sha256 differs"))

    def _pull_log(self) -> None:
        log = PullLog(self.paths).path
        found = differences(self.paths)
        for subject in found.missing:
            self._tell(Problem(log, None, f"a line on the pull {subject} was altered or is missing"))
        for number in found.moved:
            self._tell(Problem(log, number, "was moved: it stands behind a line that was written after it"))
        for number in found.doubled:
            self._tell(Problem(log, number, "stands there once more"))
        for number, _ in found.unrecorded:
            self._unrecorded(log, number, "line", is_last=number > found.last_recorded and not found.missing)

    def _unrecorded(self, file: Path, number: int, what: str, *, is_last: bool) -> None:
        if is_last:
            self.found.notes.append(
                f"{file}, line {number}: the {what} is not in the audit log yet; the next run records it"
            )
        else:
            self._tell(Problem(file, number, f"the {what} is not in the audit log"))

    def _fits(self, file: str, number: int, original: str, now: str) -> bool:
        """Whether a thing is what its erasures, one after the other, made of the original."""
        digests = [original]
        for before, after in self._erased.get(file, {}).get(number, ()):
            if before != digests[-1]:
                return False
            digests.append(after)
        if now == digests[-1]:
            return True
        # Recorded first and made then: between both it stands as it did before.
        is_unmade = now in digests[-2:]
        self._unmade_count += is_unmade
        return is_unmade

    def _tell(self, problem: Problem) -> None:
        self.found.problems.append(problem)
        if len(self.found.problems) >= MAX_PROBLEMS:
            raise _Full


def verify(
    paths: Paths,
    *,
    with_bodies: bool = False,
    anchors: Sequence[Path] = (),
    follow: Callable[[str, int, int | None], None] = lambda step, done, total: None,
) -> Verified:
    """Check everything that was recorded; `anchors` are backups or published versions to compare the ends with.

    Raises UserError when an anchor names no place of a chain.
    """
    return Verification(paths, follow=follow).run(with_bodies=with_bodies, anchors=anchors)


def body_sha256(body: Path) -> str:
    """sha256 of what a landed body holds; that of nothing readable is no hash."""
    digest = hashlib.sha256()
    try:
        with body.open("rb") as file:
            for chunk in _chunks(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)):
                digest.update(chunk)
    except zstandard.ZstdError:
        return "not readable"
    return digest.hexdigest()


def _chunks(stream: zstandard.ZstdDecompressionReader) -> Iterator[bytes]:
    while chunk := stream.read(1 << 20):
        yield chunk
