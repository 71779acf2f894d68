"""The pricer: one CDR in, exact totals, lines and findings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.choice import Charge, choose
from tests.oracle.exact import CONTEXT, SECONDS_AN_HOUR, ZERO, Unreadable, amount, quotient
from tests.oracle.fields import field_oddities
from tests.oracle.limits import limited
from tests.oracle.policies import DEFAULTS, Policies
from tests.oracle.rounding import minor_unit, rounded
from tests.oracle.session import Session, read_session
from tests.oracle.stepping import surpluses
from tests.oracle.tariff import Tariff, read_tariff, tariff_of_period
from tests.oracle.taxes import Amounts, before_and_after, rate

UNITS = {"ENERGY": "kWh", "FLAT": "session"}


@dataclass(frozen=True, slots=True)
class Line:
    """One period and component, as in the contract's pricing output; limits have no period and no element."""

    period: int | None
    dimension: str
    tariff_id: str
    element: int | None
    quantity: Decimal
    billed_quantity: Decimal
    unit: str
    price: Decimal | None
    vat_percent: Decimal | None
    cost_excl_vat: Decimal | None
    cost_incl_vat: Decimal | None


@dataclass(frozen=True, slots=True)
class Priced:
    """A price with 12 decimals, and rounded to money beside; None where it is not known or must not be given."""

    total_excl_vat: Decimal | None
    total_incl_vat: Decimal | None
    lines: tuple[Line, ...]
    findings: frozenset[str]
    total_excl_vat_rounded: Decimal | None = None
    total_incl_vat_rounded: Decimal | None = None


def price(
    cdr: dict[str, Any],
    *,
    ocpi_version: str,
    time_zone: str | None,
    policies: Policies = DEFAULTS,
    tariffs: list[dict[str, Any]] | None = None,
) -> Priced:
    """Prices a CDR with its own tariffs, or with those given.

    `time_zone` is that of the location, unless the location that a 2.1.1 CDR embeds names one itself. A zone is
    needed only where a tariff in use restricts local times, dates or days.
    """
    if cdr.get("credit") is True:
        return _unpriced({"credit_not_priced"})
    with localcontext(CONTEXT):
        try:
            session = read_session(cdr, ocpi_version)
            raw = cdr.get("tariffs") if tariffs is None else tariffs
            known = [read_tariff(at, each, ocpi_version) for at, each in enumerate(raw or [])]
        except Unreadable:
            return _unpriced({"time_unreadable"})
        used, problems = _assign(session, known, str(cdr.get("currency") or "").upper())
        zone = None
        if any(tariff is not None and tariff.needs_zone for tariff in used):
            zone = _zone((cdr.get("location") or {}).get("time_zone")) or _zone(time_zone)
            problems |= {"time_zone_unknown"} if zone is None else set()
        problems |= session.problems
        if problems:
            return _unpriced(problems)
        choice = choose(session, used, zone, policies)
        lines = _lines(choice.charges, ocpi_version, policies)
        findings = (
            choice.findings
            | session.oddities
            | frozenset(field_oddities(cdr))
            | _oddities(session, known, used, lines, ocpi_version)
        )
        lines, totals = _limit(lines, next((each for each in used if each), None), ocpi_version, policies)
        decimals = minor_unit(str(cdr.get("currency") or ""))
        excl = rounded(totals[0], [line.cost_excl_vat for line in lines], decimals, policies)
        incl = rounded(totals[1], [line.cost_incl_vat for line in lines], decimals, policies)
        return Priced(*totals, tuple(lines), findings, excl, incl)


def _oddities(
    session: Session, known: Sequence[Tariff], used: Sequence[Tariff | None], lines: list[Line], version: str
) -> frozenset[str]:
    """What is odd about the choice of tariffs, about the tariffs themselves, and about what they say of tax."""
    found: set[str] = set()
    named = [period.tariff_id is not None for period in session.periods]
    if any(named) and not all(named):
        found.add("tariff_id_absent_on_period")
    if not any(named) and len(known) > 1:
        found.add("tariff_ambiguous")
    for tariff in used:
        if tariff is not None:
            found |= tariff.oddities
            found |= set() if tariff.valid_at(session.start) else {"tariff_not_valid_at_start"}
    if len({tariff.tax_included for tariff in used if tariff is not None}) > 1:
        found.add("tax_bases_mixed")
    # 2.1.1 knows no rates, so that none is missing.
    taxed = [] if version == "2.1.1" else lines
    if any(line.cost_excl_vat is None or line.cost_incl_vat is None for line in taxed):
        found.add("vat_rate_missing")
    return frozenset(found)


def compare(expected: Priced, got_excl: Decimal | str | None, got_incl: Decimal | str | None) -> str | None:
    """A readable difference between the oracle's totals and another's, None when they agree exactly."""
    parts = []
    for name, want, sent in (
        ("before tax", expected.total_excl_vat, got_excl),
        ("after tax", expected.total_incl_vat, got_incl),
    ):
        got = _decimal(sent)
        if got != want:
            gap = "" if want is None or got is None else f" (off by {_text(got - want)})"
            parts.append(f"{name}: expected {_text(want)}, got {_text(got)}{gap}")
    return "; ".join(parts) or None


def _assign(session: Session, tariffs: Sequence[Tariff], currency: str) -> tuple[list[Tariff | None], set[str]]:
    """The tariff of each period, and what stops pricing."""
    problems: set[str] = set()
    if not tariffs:
        return [None] * len(session.periods), {"tariff_missing"}
    any_named = any(period.tariff_id is not None for period in session.periods)
    used = [
        tariff_of_period(period.tariff_id, tariffs, session.start, any_named=any_named) for period in session.periods
    ]
    for period, tariff in zip(session.periods, used, strict=True):
        if tariff is None:
            problems |= set() if period.tariff_id is None else {"tariff_unknown"}
        else:
            problems |= tariff.problems
            problems |= {"tariff_currency_mismatch"} if tariff.currency != currency else set()
    return used, problems


def _lines(charges: Sequence[Charge], version: str, policies: Policies) -> list[Line]:
    surplus = surpluses(charges, version, policies)
    lines = []
    for index, charge in enumerate(charges):
        more = surplus.get(index, ZERO)
        component = charge.component
        cost = charge.quantity * component.price
        if charge.dimension in ("ENERGY", "FLAT"):
            cost += more * component.price
            billed = charge.quantity + more
        else:
            cost += quotient(component.price * more, SECONDS_AN_HOUR)
            billed = charge.quantity + quotient(more, SECONDS_AN_HOUR)
        excl, incl = before_and_after(cost, component, charge.tariff, version, policies)
        lines.append(
            Line(
                period=charge.period.index,
                dimension=charge.dimension,
                tariff_id=charge.tariff.id,
                element=charge.element.position,
                quantity=charge.quantity,
                billed_quantity=billed,
                unit=UNITS.get(charge.dimension, "h"),
                price=component.price,
                vat_percent=rate(component, charge.tariff, version),
                cost_excl_vat=excl,
                cost_incl_vat=incl,
            )
        )
    return lines


def _limit(lines: list[Line], tariff: Tariff | None, version: str, policies: Policies) -> tuple[list[Line], Amounts]:
    """Totals within the limits of the first period's tariff; each change is a line, so that lines sum to totals."""
    totals: Amounts = (
        _sum([line.cost_excl_vat for line in lines]),
        None if version == "2.1.1" else _sum([line.cost_incl_vat for line in lines]),
    )
    first_vat = (lines[0].vat_percent if lines else None) or ZERO
    lines = list(lines)
    for name, limit, pick in (
        ("MIN_PRICE", None if tariff is None else tariff.lowest, max),
        ("MAX_PRICE", None if tariff is None else tariff.highest, min),
    ):
        bounded = limited(totals, limit, pick, first_vat, policies)
        if tariff is not None and bounded != totals:
            changes = [
                None if old is None or new is None else new - old for old, new in zip(totals, bounded, strict=True)
            ]
            lines.append(
                Line(None, name, tariff.id, None, Decimal(1), Decimal(1), "session", None, None, changes[0], changes[1])
            )
        totals = bounded
    return lines, totals


def _sum(costs: list[Decimal | None]) -> Decimal | None:
    total = ZERO
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return amount(total)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return None if not name else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _unpriced(problems: set[str]) -> Priced:
    return Priced(None, None, (), frozenset(problems))


def _decimal(value: Decimal | str | None) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal("NaN")


def _text(value: object) -> str:
    return "unknown" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
