"""What a batch of cases covers, judged from the CDRs themselves and not from the generator's intentions."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.oracle import language as words
from tests.oracle.choice import clock_start, moment_at
from tests.oracle.exact import ZERO, Unreadable
from tests.oracle.generator import Case, cases
from tests.oracle.policies import DEFAULTS, DRAWN, Policies, values_of
from tests.oracle.pricer import Priced, price
from tests.oracle.restrictions import LOCAL, NUMBERS, Moment, Restrictions, holds
from tests.oracle.rounding import minor_unit
from tests.oracle.session import Session, read_session
from tests.oracle.tariff import Tariff, read_tariff, tariff_of_period

# 100 of 20,000 cases, 10 of 2,000.
LEAST_ONE_IN = 200
DECISIVE = tuple(f"decisive {policy}={value}" for policy in DRAWN for value in values_of(policy)[1:])
REQUIRED = (
    *(f"version {version}" for version in words.VERSIONS),
    *(f"policy {policy}={value}" for policy in DRAWN for value in values_of(policy)),
    *(f"line {name}" for name in ("ENERGY", "TIME", "PARKING_TIME", "RESERVATION_TIME", "FLAT")),
    *(f"line {name}" for name in ("MIN_PRICE", "MAX_PRICE")),
    *(f"restriction {kind} {side}" for kind in (*LOCAL, *NUMBERS) for side in ("holds", "fails")),
    *(f"restriction {kind} on the bound" for kind in NUMBERS),
    *(f"window {kind}" for kind in ("wraps", "until midnight", "start only", "end only", "start equals end")),
    *(f"reservation {kind}" for kind in ("RESERVATION", "RESERVATION_EXPIRES", "used", "expired", "two fees")),
    *(
        f"clocks {side} {zone}"
        for zone in words.ZONES
        for _, side in dict.fromkeys((0, s) for _, s in words.changes(zone))
    ),
    *(f"tax {kind}" for kind in ("YES", "NO", "N/A", "rate absent", "rate zero", "rate above zero")),
    *(f"surplus {name}" for name in ("ENERGY", "TIME", "PARKING_TIME", "RESERVATION_TIME")),
    *(f"session {kind}" for kind in ("unordered", "equal starts", "over midnight", "several tariffs", "V2G")),
    *(f"price {kind}" for kind in ("free", "negative", "unknown before tax", "unknown after tax")),
    *(f"finding {code}" for code in ("volume_without_component", "period_spans_price_change")),
    *(f"finding {code}" for code in ("tariff_not_valid_at_start", "credit_not_priced", "periods_missing")),
    *(f"finding {code}" for code in ("period_without_dimensions", "time_sum_mismatch", "charging_and_parking_overlap")),
    *(f"finding {code}" for code in ("tariff_missing", "tariff_unknown", "tariff_currency_mismatch", "tariff_empty")),
    *(f"finding {code}" for code in ("price_unreadable", "component_unknown", "restriction_unknown_value")),
    *(f"finding {code}" for code in ("time_zone_unknown", "volume_unreadable", "restriction_dimension_missing")),
    "finding restriction_bound_swings",
    *(f"finding {code}" for code in ("tariff_ambiguous", "tariff_id_absent_on_period", "periods_unordered")),
    *(f"finding {code}" for code in ("period_outside_session", "dimension_not_billable", "price_as_text")),
    *(f"finding {code}" for code in ("tax_included_missing", "vat_rate_missing", "vat_rate_ignored")),
    *(f"money with {decimals} decimals" for decimals in (0, 2, 3)),
)


def report(cases: Iterable[Case]) -> Counter[str]:
    """How many cases have each feature, and of how many a policy that is not the default changes the totals."""
    counts: Counter[str] = Counter()
    for case in cases:
        priced = case.priced()
        counts.update(features(case, priced))
        counts.update(deciding_policies(case, priced))
    return counts


def missing(counts: Counter[str], least: int) -> dict[str, int]:
    """The required features that fewer than `least` cases have; a policy must also decide that many totals."""
    return {feature: counts[feature] for feature in (*REQUIRED, *DECISIVE) if counts[feature] < least}


def deciding_policies(case: Case, priced: Priced) -> Iterator[str]:
    """The departures from the defaults that change the totals of a case."""
    for policy in DRAWN:
        value = getattr(case.policies, policy)
        if value == getattr(DEFAULTS, policy):
            continue
        back = replace(case.policies, **{policy: getattr(DEFAULTS, policy)})
        other = price(case.cdr, ocpi_version=case.ocpi_version, time_zone=case.time_zone, policies=back)
        if _totals(other) != _totals(priced):
            yield f"decisive {policy}={value}"


def _totals(priced: Priced) -> tuple[Decimal | None, ...]:
    exact = (priced.total_excl_vat, priced.total_incl_vat)
    return (*exact, priced.total_excl_vat_rounded, priced.total_incl_vat_rounded)


def features(case: Case, priced: Priced) -> set[str]:
    found = {f"version {case.ocpi_version}"} | {f"finding {code}" for code in priced.findings}
    found |= {f"policy {policy}={getattr(case.policies, policy)}" for policy in DRAWN}
    found.add(f"money with {minor_unit(case.cdr['currency'])} decimals")
    for line in priced.lines:
        found.add(f"line {line.dimension}")
        if line.billed_quantity != line.quantity:
            found.add(f"surplus {line.dimension}")
        if line.price is not None and line.price <= 0:
            found.add("price free" if line.price == 0 else "price negative")
    if sum(line.dimension == "FLAT" for line in priced.lines) == 2:
        found.add("reservation two fees")
    if len({line.tariff_id for line in priced.lines}) > 1:
        found.add("session several tariffs")
    if priced.lines and priced.total_excl_vat is None:
        found.add("price unknown before tax")
    if priced.total_excl_vat is not None and priced.total_incl_vat is None and case.ocpi_version != "2.1.1":
        found.add("price unknown after tax")
    if priced.lines:
        found.update(_of_session(case))
    return found


def _of_session(case: Case) -> Iterator[str]:
    try:
        session = read_session(case.cdr, case.ocpi_version)
        tariffs = [read_tariff(at, raw, case.ocpi_version) for at, raw in enumerate(case.cdr["tariffs"])]
    except Unreadable:
        return
    raw = [each["start_date_time"] for each in case.cdr["charging_periods"]]
    if raw != sorted(raw):
        yield "session unordered"
    if len(set(raw)) < len(raw):
        yield "session equal starts"
    if any(period.volumes.get("ENERGY", ZERO) < 0 for period in session.periods):
        yield "session V2G"
    if any(period.is_reserved for period in session.periods):
        yield "reservation expired" if session.expired else "reservation used"
    zone = ZoneInfo(case.time_zone) if case.time_zone and case.time_zone in words.ZONES else None
    if zone is not None:
        yield from _of_clocks(case, session, zone)
    any_named = any(period.tariff_id is not None for period in session.periods)
    kwh = ZERO
    for period in session.periods:
        tariff = tariff_of_period(period.tariff_id, tariffs, session.start, any_named=any_named)
        if tariff is not None:
            moment = moment_at(period, period.start, clock_start(session, period, case.policies), kwh, zone)
            yield from _of_tariff(tariff, case.ocpi_version)
            for element in tariff.elements:
                yield from _of_restrictions(element.restrictions, moment, case.policies)
        kwh += period.volumes.get("ENERGY", ZERO)


_SUBJECTS = {"min_kwh": "kwh", "max_kwh": "kwh", "min_duration": "elapsed", "max_duration": "elapsed"}


def _of_restrictions(restrictions: Restrictions, moment: Moment, policies: Policies) -> Iterator[str]:
    """Which side of each restriction a period lies on, and whether it lies on the bound itself."""
    for kind, bound in restrictions.values.items():
        if moment.local is not None or kind not in LOCAL:
            yield f"restriction {kind} {'holds' if holds(kind, restrictions, moment, policies) else 'fails'}"
        if kind in NUMBERS and bound == getattr(moment, _SUBJECTS.get(kind, kind)):
            yield f"restriction {kind} on the bound"


def _of_tariff(tariff: Tariff, version: str) -> Iterator[str]:
    if version == "2.3.0":
        yield f"tax {tariff.tax_included}"
    for element in tariff.elements:
        yield from _of_window(element.restrictions)
        if element.restrictions.reservation:
            yield f"reservation {element.restrictions.reservation}"
        for component in element.components.values():
            if version != "2.1.1":
                vat = component.vat
                yield "tax rate absent" if vat is None else "tax rate zero" if vat == 0 else "tax rate above zero"


def _of_window(restrictions: Restrictions) -> Iterator[str]:
    start, end = (restrictions.values.get(name) for name in ("start_time", "end_time"))
    if start is None or end is None:
        if start is not None or end is not None:
            yield "window end only" if start is None else "window start only"
    elif start == end:
        yield "window start equals end"
    elif (end.hour, end.minute) == (0, 0):
        yield "window until midnight"
    elif end < start:
        yield "window wraps"


def _of_clocks(case: Case, session: Session, zone: ZoneInfo) -> Iterator[str]:
    """Sessions over a change of clocks, or over a midnight of the place."""
    starts = [period.start for period in session.periods]
    for change, side in words.changes(case.time_zone or ""):
        if starts[0] < change < session.end:
            yield f"clocks {side} {case.time_zone}"
    if len({start.astimezone(zone).date() for start in starts}) > 1:
        yield "session over midnight"


def main(arguments: list[str] | None = None) -> int:
    """Print what a batch covers; 1 when a required feature is rarer than one in two hundred cases."""
    parser = ArgumentParser(prog="python -m tests.oracle.coverage", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", default="roamledger")
    options = parser.parse_args(arguments)
    counts = report(cases(options.count, options.seed))
    scarce = missing(counts, options.count // LEAST_ONE_IN)
    print(table(counts))  # noqa: T201  printing is what it is for
    for feature, count in scarce.items():
        print(f"too few: {count} of {feature}")  # noqa: T201
    return 1 if scarce else 0


def table(counts: Counter[str]) -> str:
    """The report as lines of text, required features first."""
    required = (*REQUIRED, *DECISIVE)
    others = sorted(name for name in counts if name not in required)
    return "\n".join(f"{counts[name]:>8} {name}" for name in (*required, *others))


if __name__ == "__main__":
    sys.exit(main())
