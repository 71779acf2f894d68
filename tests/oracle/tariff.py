"""Tariffs of all versions in one shape, and which tariff each period has.

OCPI mod_tariffs, Tariff object; mod_cdrs, ChargingPeriod.tariff_id. Problems are findings codes that stop pricing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from tests.oracle.exact import HUNDRED, ONE, Unreadable, read_number
from tests.oracle.restrictions import Restrictions, read_restrictions

DIMENSIONS = ("ENERGY", "TIME", "PARKING_TIME", "FLAT")
TaxIncluded = Literal["YES", "NO", "N/A"]


@dataclass(frozen=True, slots=True)
class Component:
    """One price of one dimension. `step_size` counts Wh or seconds; zero means no rounding."""

    dimension: str
    price: Decimal
    vat: Decimal | None
    step_size: Decimal
    position: int


@dataclass(frozen=True, slots=True)
class Element:
    """Components under shared restrictions; `position` counts from 0 in the tariff's own order."""

    position: int
    components: dict[str, Component]
    restrictions: Restrictions
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """A lowest or highest price of a session, before tax and, where given, after tax."""

    excl: Decimal | None
    incl: Decimal | None


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff; `position` is its place in the CDR's list."""

    position: int
    id: str
    currency: str
    start: datetime | None
    end: datetime | None
    tax_included: TaxIncluded
    elements: tuple[Element, ...]
    lowest: Limit | None
    highest: Limit | None
    problems: frozenset[str]
    oddities: frozenset[str] = frozenset()

    def valid_at(self, instant: datetime) -> bool:
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)

    @property
    def needs_zone(self) -> bool:
        return any(element.restrictions.needs_zone for element in self.elements)


def read_instant(value: object) -> datetime:
    """A DateTime: UTC with or without Z; an offset is converted (types.asciidoc, DateTime)."""
    if not isinstance(value, str):
        raise Unreadable(repr(value))
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise Unreadable(repr(value)) from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def read_tariff(position: int, raw: dict[str, Any], version: str) -> Tariff:
    """A tariff with the problems that stop it from pricing: a used tariff with any prices nothing."""
    problems: set[str] = set()
    elements = [_element(at, each, problems) for at, each in enumerate(raw.get("elements") or [])]
    if not any(element.is_readable and element.components for element in elements):
        problems.add("tariff_empty")
    tax_included = str(raw.get("tax_included") or "NO").upper() if version == "2.3.0" else "NO"
    limited = version != "2.1.1"
    return Tariff(
        position=position,
        id=str(raw.get("id", "")),
        currency=str(raw.get("currency") or "").upper(),
        start=_optional_instant(raw.get("start_date_time")),
        end=_optional_instant(raw.get("end_date_time")),
        tax_included="YES" if tax_included == "YES" else "N/A" if tax_included == "N/A" else "NO",
        elements=tuple(elements),
        lowest=_limit(raw.get("min_price"), problems) if limited else None,
        highest=_limit(raw.get("max_price"), problems) if limited else None,
        problems=frozenset(problems),
        oddities=frozenset(_oddities(raw, version)),
    )


def _oddities(raw: dict[str, Any], version: str) -> Iterator[str]:
    """What is odd about a tariff and does not stop it from pricing; also in components that another one hides."""
    components = [each for element in raw.get("elements") or [] for each in element.get("price_components") or []]
    if any(isinstance(each.get(name), str) for each in components for name in ("price", "vat")):
        yield "price_as_text"
    if version == "2.3.0":
        if raw.get("tax_included") is None:
            yield "tax_included_missing"
        if raw.get("tax_included") == "N/A" and any(each.get("vat") is not None for each in components):
            yield "vat_rate_ignored"


def tariff_of_period(
    tariff_id: str | None, tariffs: Sequence[Tariff], start: datetime, *, any_named: bool
) -> Tariff | None:
    """The tariff of a period: the one it names, else the first valid one when no period names any, else none.

    Of several under one name the first valid at session start is taken, else the first.
    """
    if tariff_id is not None:
        named = [tariff for tariff in tariffs if tariff.id.upper() == tariff_id.upper()]
    else:
        named = [] if any_named else list(tariffs)
    return next((tariff for tariff in named if tariff.valid_at(start)), named[0] if named else None)


def _element(position: int, raw: dict[str, Any], problems: set[str]) -> Element:
    components: dict[str, Component] = {}
    for at, each in enumerate(raw.get("price_components") or []):
        component = _component(at, each, problems)
        if component is not None:
            components.setdefault(component.dimension, component)
    try:
        restrictions = read_restrictions(raw.get("restrictions"))
    except Unreadable:
        problems.add("restriction_unknown_value")
        return Element(position, components, Restrictions({}), is_readable=False)
    return Element(position, components, restrictions)


def _component(position: int, raw: dict[str, Any], problems: set[str]) -> Component | None:
    dimension = raw.get("type")
    if dimension not in DIMENSIONS:
        problems.add("component_unknown")
        return None
    try:
        price = read_number(raw.get("price"))
        vat = read_number(raw.get("vat"))
        step_size = read_number(raw.get("step_size"))
    except Unreadable:
        price = vat = step_size = None
    # Less than nothing cannot be taken out of a price that includes it.
    if price is None or (vat is not None and vat <= -HUNDRED):
        problems.add("price_unreadable")
        return None
    return Component(dimension, price, vat, ONE if step_size is None else step_size, position)


def _limit(raw: object, problems: set[str]) -> Limit | None:
    """A Price (2.2.1: excl_vat, incl_vat) or a PriceLimit (2.3.0: before_taxes, after_taxes)."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        problems.add("price_unreadable")
        return None
    try:
        excl = read_number(raw.get("before_taxes", raw.get("excl_vat")))
        incl = read_number(raw.get("after_taxes", raw.get("incl_vat")))
    except Unreadable:
        problems.add("price_unreadable")
        return None
    return Limit(excl, incl)


def _optional_instant(value: object) -> datetime | None:
    return None if value is None else read_instant(value)
