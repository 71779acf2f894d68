"""Cases of credits, replacements, duplicates and overlaps (R06, R30, R57, R58)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.rules.case import Case, More
from tests.rules.costs import claimed
from tests.rules.landing import AS_OF
from tests.rules.world import Charge, price, text

D = Decimal
LATER = datetime(2026, 11, 3, tzinfo=UTC)


def named(suffix: str) -> Any:
    return lambda charge: f"C{charge.number}{suffix}"


def at(field: str, seconds: int) -> Any:
    """The charge's start or end, moved."""
    return lambda charge: text(getattr(charge, field) + timedelta(seconds=seconds))


def minus(charge: Charge) -> Any:
    return price(charge, -charge.net)


def short_by(net: str) -> Any:
    """A credited total that is so much less than the original's."""
    return lambda charge: price(charge, D(net) - charge.net)


def credit(
    *expect: str, of: str = "", suffix: str = "-C", received_at: datetime | None = LATER, **changes: Any
) -> More:
    """A credit of the first CDR, or of the one with another suffix; `changes` have `__` for the dots of a path."""
    told = {path.replace("__", "."): value for path, value in changes.items()}
    full = {"id": named(suffix), "credit": True, "credit_reference_id": named(of), "total_cost": minus}
    return More(full | told, expect, received_at)


def integrity(
    name: str, *more: More, expect: tuple[str, ...] = (), severity: str | None = None, **changes: Any
) -> Case:
    return Case("credit_cdr_integrity", name, expect, more=more, severity=severity, **changes)


BROKEN = "credit_cdr_integrity"
UNPRICED = "credit_not_priced"
CREDITS = [
    integrity("a good credit", credit()),
    integrity("a good credit in 2.3.0", credit(), version="2.3.0"),
    integrity("another letter case", credit(credit_reference_id=lambda charge: f"c{charge.number}")),
    integrity("the parts are negated too", credit(total_energy_cost=minus)),
    integrity("the energy is negated too", credit(total_energy=lambda charge: -charge.energy_kwh)),
    integrity("before its original", credit(received_at=datetime(2026, 11, 2, 11, 15, tzinfo=UTC)), received_at=LATER),
    integrity("a second credit", credit(), credit(BROKEN, suffix="-C2", received_at=LATER + timedelta(hours=1)),
              severity="reject"),
    integrity("a credit of a credit", credit(),
              credit(BROKEN, UNPRICED, of="-C", suffix="-CC", total_cost=lambda charge: price(charge, charge.net))),
    integrity("another currency", credit(BROKEN, currency="SEK")),
    integrity("a cent less", credit(total_cost=short_by("0.01"))),
    # Nor does it agree with the parts, which it repeats.
    integrity("more than a cent less", credit(BROKEN, "component_sum_mismatch", total_cost=short_by("0.0101"))),
    integrity("another tax", credit(BROKEN, total_cost={"excl_vat": D(-4), "incl_vat": D("-4.36")},
                                    total_energy_cost={"excl_vat": D(4), "incl_vat": D("4.36")})),
    integrity("not negated", credit(BROKEN, total_cost=lambda charge: price(charge, charge.net))),
    integrity("10 Wh more", credit(total_energy=D("10.01"))),
    integrity("more than 10 Wh more", credit(BROKEN, total_energy=D("10.0101"))),
    integrity("a second later", credit(start_date_time=at("started_at", 1), end_date_time=at("ended_at", 1))),
    integrity("two seconds later", credit(BROKEN, end_date_time=at("ended_at", 2))),
    integrity("another token", credit(BROKEN, "token_unknown", cdr_token__uid="04FFFFFFFFFFFF",
                                      cdr_token__contract_id="NL-RLG-C99999999")),
    integrity("no reference", credit(BROKEN, UNPRICED, credit_reference_id=None)),
    integrity("a reference on a CDR that is no credit", expect=(BROKEN,), cdr={"credit_reference_id": "ANY"}),
]  # fmt: skip


def awaited(name: str, received_at: datetime, severity: str) -> Case:
    """A credit of a CDR that never came."""
    cdr = {"credit": True, "credit_reference_id": f"NOT-SENT-{severity}", "total_cost": minus}
    return integrity(name, expect=(BROKEN, UNPRICED), cdr=cdr, session=None, received_at=received_at, severity=severity)


THREE_DAYS = AS_OF - timedelta(hours=72)
AWAITED = [
    awaited("its original may still come", THREE_DAYS, "hold"),
    awaited("its original has not come", THREE_DAYS - timedelta(seconds=1), "reject"),
]


def energy(kwh: str) -> dict[str, Any]:
    told = D(kwh)
    return claimed(str(told * D("0.4"))) | {"total_energy": told, "charging_periods.0.dimensions.0.volume": told}


TWICE = "replacement_without_credit"


def again(*expect: str, suffix: str = "-R", received_at: datetime = LATER, **changes: Any) -> More:
    """One more CDR of the session, with twice the energy."""
    return More(energy("20") | {"id": named(suffix)} | changes, expect, received_at)


CREDIT_OF_SECOND = credit(
    of="-R", suffix="-RC", received_at=LATER + timedelta(hours=1), total_energy=D(20),
    total_energy_cost=lambda charge: price(charge, 2 * charge.net), charging_periods__0__dimensions__0__volume=D(20),
    total_cost=lambda charge: price(charge, -2 * charge.net),
)  # fmt: skip
REPLACED = [
    Case(TWICE, "after a credit", more=(credit(), again())),
    Case(TWICE, "the credit came later", more=(again(), credit(received_at=LATER + timedelta(days=1)))),
    Case(TWICE, "no credit", more=(again(TWICE),), severity="hold"),
    Case(TWICE, "no credit, in another letter case",
         more=(again(TWICE, session_id=lambda charge: f"s{charge.number}"),)),
    Case(TWICE, "a credit of another amount takes nothing back",
         more=(credit(BROKEN, "component_sum_mismatch", total_cost=short_by("1")),
               again(TWICE))),
    Case(TWICE, "replaced twice, credited once",
         more=(credit(), again(), again(TWICE, suffix="-R2", received_at=LATER + timedelta(hours=1), **energy("5")))),
    Case(TWICE, "both credited", more=(
        credit(), again(), again(suffix="-R2", received_at=LATER + timedelta(hours=2), **energy("5")), CREDIT_OF_SECOND,
    )),
    Case(TWICE, "the same content again", more=(More({"id": named("-R")}, ("cdr_duplicate_content",), LATER),)),
]  # fmt: skip

# So near to the clock that nothing is asked for its session yet.
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
DUPLICATE, OVERLAP = "cdr_duplicate_content", "session_overlap_same_evse"


def moved(seconds: int) -> dict[str, Any]:
    """A CDR of a session of its own that begins and ends so much later."""
    return {
        "id": named("-B"), "session_id": lambda charge: f"OTHER{charge.number}",
        "start_date_time": at("started_at", seconds), "end_date_time": at("ended_at", seconds),
        "charging_periods.0.start_date_time": at("started_at", seconds),
    }  # fmt: skip


def beside(rule: str, name: str, changes: dict[str, Any], *expect: str, first: tuple[str, ...] = ()) -> Case:
    more = More(changes, expect, MONDAY + timedelta(hours=12))
    return Case(rule, name, first, started_at=MONDAY, more=(more,), severity="hold" if rule in expect else None)


NEAR = [
    beside(DUPLICATE, "the same under another id", {"id": named("-B")}, DUPLICATE),
    beside(DUPLICATE, "with a session id that a hub made", moved(0), DUPLICATE),
    beside(DUPLICATE, "a minute later", moved(60), DUPLICATE),
    beside(DUPLICATE, "more than a minute later", moved(61), OVERLAP, first=(OVERLAP,)),
    beside(DUPLICATE, "10 Wh more", moved(0) | energy("10.01"), DUPLICATE),
    beside(DUPLICATE, "more than 10 Wh more", moved(0) | energy("10.02"), OVERLAP, first=(OVERLAP,)),
    beside(OVERLAP, "a minute at once", moved(3540)),
    beside(OVERLAP, "more than a minute at once", moved(3539), OVERLAP, first=(OVERLAP,)),
    beside(OVERLAP, "one after the other", moved(3600)),
]

CASES = [*CREDITS, *AWAITED, *REPLACED, *NEAR]
