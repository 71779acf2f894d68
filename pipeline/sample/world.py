"""Everything that the partners of the sample hold: objects with their versions, business records, expected findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from pipeline.sample.catalogue import Catalogue
from pipeline.sample.charge import Charge, Token
from pipeline.sample.documents import Writer
from pipeline.sample.frame import NIGHTS, WINDOW_OVERLAP, ZONE, Partner

Body = dict[str, Any]
CALM_UNTIL = NIGHTS[0] - WINDOW_OVERLAP - timedelta(hours=1)
"""Objects published before this moment come with the first pull and are never asked for again."""
AGREEMENT_OVERLAP = ("nl-sgm", "2026-09-15")
"""Partner and local day on which two agreement versions are in force at once."""


@dataclass
class Version:
    """One state of an object: when it was published, the `last_updated` that windows see, its body."""

    published_at: datetime
    last_updated: datetime
    body: Body
    resent_nights: set[int] = field(default_factory=set)
    """Nights (0-based) in which the partner sends this state although no window asks for it."""


@dataclass
class Item:
    """An object of a module with its versions in order of publication."""

    module: str
    partner: Partner
    object_id: str
    versions: list[Version]

    @property
    def object_type(self) -> str:
        return self.module.removesuffix("s")

    @property
    def label(self) -> str:
        return self.partner.label(self.object_id)

    @property
    def body(self) -> Body:
        return self.versions[-1].body


@dataclass
class Record:
    """A charge with the Session and the CDR that the partner sends of it, and the defect planted in it, if any."""

    charge: Charge
    sent_session: Item | None
    sent_cdr: Item | None
    defect: str | None = None

    @property
    def session(self) -> Item:
        """The Session of a record that has one."""
        if self.sent_session is None:
            raise ValueError(f"no session is sent of {self.charge.session_id}")
        return self.sent_session

    @property
    def cdr(self) -> Item:
        """The CDR of a record that has one."""
        if self.sent_cdr is None:
            raise ValueError(f"no CDR is sent of {self.charge.cdr_id}")
        return self.sent_cdr


@dataclass(frozen=True)
class Expected:
    """One expected finding: on which object, which code, why."""

    object_type: str
    object_label: str
    code: str
    kind: str
    defect: str


class World:
    """The sample under construction."""

    def __init__(self, rng: Random, catalogue: Catalogue) -> None:
        self.rng = rng
        self.catalogue = catalogue
        self.writer = Writer(catalogue)
        self.tokens: list[Token] = []
        # Uids of cards that are not valid any more from the second night on.
        self.blocked: set[str] = set()
        self.records: list[Record] = []
        self.items: list[Item] = []
        self.expected: dict[tuple[str, str, str], Expected] = {}
        self.planted: dict[str, int] = {}

    def add(self, item: Item) -> Item:
        """Take an object in; its id must be new within partner and module."""
        self.items.append(item)
        return item

    def drop(self, item: Item) -> None:
        """Forget an object that the partner never sends."""
        self.items.remove(item)

    def expect(self, item: Item, defect: str, primary: str | None, *consequences: str) -> None:
        """Write down the findings that a planted defect must raise on an object."""
        codes = [(primary, "primary")] if primary else []
        for code, kind in codes + [(code, "consequence") for code in consequences]:
            key = (item.object_type, item.label, code)
            self.expected.setdefault(key, Expected(*key, kind, defect))

    def mark(self, record: Record, defect: str) -> None:
        """Note that a record carries a planted defect; it gets no second one."""
        record.defect = defect
        self.planted[defect] = self.planted.get(defect, 0) + 1

    def pick(self, count: int, defect: str, *tests: Callable[[Record], bool], spread: bool = True) -> Iterable[Record]:
        """Choose `count` untouched, calm records that pass all tests, in turn over the partners, and mark them."""
        pool = [r for r in self.records if r.defect is None and is_calm(r) and all(test(r) for test in tests)]
        self.rng.shuffle(pool)
        if spread:
            turn: dict[str, int] = {}
            order = []
            for record in pool:
                slug = record.charge.partner.slug
                turn[slug] = turn.get(slug, 0) + 1
                order.append((turn[slug], slug))
            pool = [record for _, record in sorted(zip(order, pool, strict=True), key=lambda pair: pair[0])]
        if len(pool) < count:
            raise ValueError(f"only {len(pool)} records fit {defect}, {count} are wanted")
        for record in pool[:count]:
            self.mark(record, defect)
        return pool[:count]

    def rebuild(self, record: Record, charge: Charge, **options: Any) -> None:
        """Write the documents of a record anew after its charge changed; times of publication stay."""
        record.charge = charge
        if record.sent_session:
            for version in record.session.versions:
                version.body = self.writer.session(charge, version.last_updated)
        if record.sent_cdr:
            for version in record.cdr.versions:
                version.body = self.writer.cdr(charge, version.last_updated, **options)


def is_calm(record: Record) -> bool:
    """Say whether both documents came once, with the first pull, and no agreement trouble touches the record."""
    if not record.sent_session or not record.sent_cdr or len(record.session.versions) > 1:
        return False
    charge = record.charge
    early = (charge.start - timedelta(hours=1)).astimezone(ZONE).date().isoformat()
    near_overlap = charge.partner.slug == AGREEMENT_OVERLAP[0] and early <= AGREEMENT_OVERLAP[1] <= local_end_day(
        charge
    )
    return record.cdr.versions[0].published_at < CALM_UNTIL and not near_overlap


def local_end_day(charge: Charge) -> str:
    """Return the local date on which a session ended."""
    return charge.end.astimezone(ZONE).date().isoformat()


def is_22(record: Record) -> bool:
    """Say whether the partner speaks 2.2.1 or 2.3.0."""
    return record.charge.partner.version != "2.1.1"


def ended_before(moment: datetime) -> Callable[[Record], bool]:
    """Build a test: the session ended before a moment."""
    return lambda record: record.charge.end < moment
