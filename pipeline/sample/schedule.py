"""Draw drivers, tokens and sessions, and write the documents that a partner without any defect would send."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from pipeline.sample import contracts
from pipeline.sample.catalogue import CHANGED_AT, CHANGED_LATER_AT, Outlet, outlets
from pipeline.sample.charge import Charge, Token, periods
from pipeline.sample.frame import NIGHTS, PARTNERS, Partner
from pipeline.sample.profiles import Profile, draw_arrival, draw_session, load_profiles
from pipeline.sample.rating import is_near_tie, rate
from pipeline.sample.world import Item, Record, Version, World

DRIVER_COUNT = 900
AC_PROFILES = {"public_ac": 14, "workplace": 3, "residential": 3}
PULL_MARGIN = (timedelta(minutes=20), timedelta(minutes=5))
DST_NIGHT = datetime(2026, 10, 25, 1, tzinfo=UTC)
DST_SESSION_COUNT = 3
"""So many sessions a partner span the hour that comes twice."""
GAP = timedelta(minutes=4)


@dataclass
class Diary:
    """Who and what is occupied when."""

    stays: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def is_free(self, name: str, start: datetime, end: datetime) -> bool:
        return all(end + GAP <= a or b + GAP <= start for a, b in self.stays.get(name, []))

    def book(self, name: str, start: datetime, end: datetime) -> None:
        self.stays.setdefault(name, []).append((start, end))


class Planner:
    """Draws charges that no two EVSEs or drivers share in time and that fit the sample's frame."""

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, world.rng
        self.diary = Diary()
        self.profiles = load_profiles()
        self.outlets: dict[str, list[Outlet]] = {}
        self.weights: dict[str, list[float]] = {}
        self.kinds: dict[str, str] = {}
        for outlet in outlets(world.catalogue):
            self.outlets.setdefault(outlet.party_id, []).append(outlet)
            kind = "public_dc" if outlet.is_dc else self.rng.choices(list(AC_PROFILES), list(AC_PROFILES.values()))[0]
            self.kinds.setdefault(outlet.location_id, kind)
        for party, some in self.outlets.items():
            self.weights[party] = [self.rng.lognormvariate(0, 0.7) for _ in some]

    def profile(self, outlet: Outlet) -> Profile:
        return self.profiles["public_dc" if outlet.is_dc else self.kinds[outlet.location_id]]

    def charge(
        self, partner: Partner, *, outlet: Outlet | None = None, start: datetime | None = None, charge_s: int = 0
    ) -> Charge | None:
        """Draw one charge, or None when the draw does not fit; outlet, start or charging time may be given."""
        rng = self.rng
        party = partner.party_id
        outlet = outlet or rng.choices(self.outlets[party], self.weights[party])[0]
        profile = self.profile(outlet)
        begin = start or draw_arrival(rng, profile)
        drawn = draw_session(rng, profile, outlet.power_kw)
        charge_end = begin + timedelta(seconds=max(drawn.charge_s, charge_s))
        end = charge_end + timedelta(seconds=drawn.idle_s)
        token = rng.choice(self.world.tokens)
        evse, driver = f"{party}|{outlet.evse_id}", token.contract_id
        if not fits_frame(begin, end) or not self.diary.is_free(evse, begin, end):
            return None
        if not self.diary.is_free(driver, begin, end) or self._is_tariff_in_doubt(outlet, begin):
            return None
        energy = Decimal(drawn.energy_kwh).quantize(Decimal(1).scaleb(-partner.energy_decimals))
        reference = new_id(rng, "nl-sgm") if partner.version != "2.1.1" and token.kind != "RFID" else None
        ids = new_id(rng, partner.slug), new_id(rng, partner.slug)
        tariff = self.world.catalogue.tariff(party, outlet.tariff_id, begin)
        made = Charge(partner, outlet, token, begin, charge_end, end, energy, *ids, reference, tariff)
        made = without_near_tie(made)
        self.diary.book(evse, begin, end)
        self.diary.book(driver, begin, end)
        return made

    def _is_tariff_in_doubt(self, outlet: Outlet, start: datetime) -> bool:
        """Tell whether the tariff had changed at the partner but could not yet be known to us."""
        for changed, at, known in (
            (self.world.catalogue.changed, CHANGED_AT, NIGHTS[1]),
            (self.world.catalogue.changed_silently, CHANGED_AT, NIGHTS[1]),
            (self.world.catalogue.changed_later, CHANGED_LATER_AT, NIGHTS[2]),
        ):
            if outlet.tariff_id in changed and at - timedelta(minutes=5) <= start <= known + timedelta(minutes=5):
                return True
        return False

    def document(self, charge: Charge) -> Record:
        """Write the Session (with a state for each pull that saw it running) and, once it ended, the CDR."""
        rng, writer = self.rng, self.world.writer
        completed_at = charge.end + timedelta(seconds=rng.randrange(5, 60))
        versions = []
        for night in NIGHTS:
            seen_at = night - timedelta(seconds=rng.randrange(30, 600))
            if charge.start < seen_at < completed_at:
                body = writer.session(charge, seen_at, status="ACTIVE", kwh=charge.energy_at(seen_at))
                versions.append(Version(seen_at, seen_at, body))
        if charge.end < NIGHTS[-1]:
            versions.append(Version(completed_at, completed_at, writer.session(charge, completed_at)))
        session = self.world.add(Item("sessions", charge.partner, charge.session_id, versions))
        cdr = None
        if charge.end < NIGHTS[-1]:
            created_at = completed_at + timedelta(seconds=rng.randrange(15, 840))
            body = writer.cdr(charge, created_at)
            cdr = self.world.add(Item("cdrs", charge.partner, charge.cdr_id, [Version(created_at, created_at, body)]))
        record = Record(charge, session, cdr)
        self.world.records.append(record)
        return record


def fits_frame(start: datetime, end: datetime) -> bool:
    """Say whether a stay keeps clear of the pulls, so that its documents come with the pull after it."""
    before, after = PULL_MARGIN
    starts_well = all(not night - after <= start <= night + after for night in NIGHTS)
    return starts_well and all(not night - before <= end <= night + after for night in NIGHTS)


def without_near_tie(charge: Charge, **cutting: bool) -> Charge:
    """Move the energy by one digit until far digits of a repeating fraction cannot decide the rounding.

    `cutting` are the options of `periods` by which the CDR will be cut.
    """
    decimals = charge.partner.money_decimals
    step = Decimal(1).scaleb(-charge.partner.energy_decimals)
    while True:
        bill = rate(charge.tariff, periods(charge, **cutting)) if cutting else charge.bill
        if not is_near_tie(bill.excl, decimals) and not is_near_tie(bill.incl, decimals):
            return charge
        charge = charge.with_energy(charge.energy_kwh + step)


def new_id(rng: Random, slug: str) -> str:
    """Draw an id in the form that a partner uses: digits, 24 hexadecimal digits, or a UUID."""
    if slug == "nl-all":
        return str(rng.randrange(400_000_000, 999_999_999))
    if slug == "nl-efl":
        return f"{rng.getrandbits(96):024x}"
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def draw_tokens(rng: Random) -> list[Token]:
    """Draw our drivers' tokens: an RFID card each, and for every third an app user under the same contract."""
    tokens = []
    for number in rng.sample(range(10_000_000, 99_999_999), DRIVER_COUNT):
        contract_id = contracts.contract_id(f"C{number}")
        tokens.append(Token(f"04{rng.getrandbits(48):012X}", "RFID", contract_id))
        if rng.random() < 1 / 3:
            tokens.append(Token(str(uuid.UUID(int=rng.getrandbits(128), version=4)), "APP_USER", contract_id))
    return tokens


def populate(world: World) -> Planner:
    """Fill the world with two months of undisturbed business."""
    world.tokens = draw_tokens(world.rng)
    planner = Planner(world)
    for partner in PARTNERS:
        ac = [outlet for outlet in planner.outlets[partner.party_id] if not outlet.is_dc]
        written = 0
        while written < DST_SESSION_COUNT:
            start = DST_NIGHT - timedelta(seconds=world.rng.randrange(1800, 7200))
            made = planner.charge(partner, outlet=world.rng.choice(ac), start=start, charge_s=7200)
            if made:
                planner.document(made)
                written += 1
        written = 0
        while written < partner.cdr_target:
            made = planner.charge(partner)
            if made:
                written += planner.document(made).sent_cdr is not None
    return planner


def shifted(charge: Charge, by: timedelta) -> Charge:
    """Return the charge moved in time."""
    return replace(charge, start=charge.start + by, charge_end=charge.charge_end + by, end=charge.end + by)
