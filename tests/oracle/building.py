"""Short ways to write a CDR by hand in a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.draw_tariff import instant
from tests.oracle.policies import DEFAULTS, Policies
from tests.oracle.pricer import Priced, price

Json = dict[str, Any]
START = datetime(2026, 6, 3, 10, tzinfo=UTC)  # a Wednesday; 12:00 in Amsterdam


def component(dimension: str, amount: str, vat: str | None = None, step: int = 1) -> Json:
    rate = {} if vat is None else {"vat": Decimal(vat)}
    return {"type": dimension, "price": Decimal(amount), "step_size": step, **rate}


def element(*components: Json, **restrictions: Any) -> Json:
    return {"price_components": list(components), **({"restrictions": restrictions} if restrictions else {})}


def tariff(*elements: Json, tariff_id: str = "A", **others: Any) -> Json:
    return {"id": tariff_id, "currency": "EUR", "elements": list(elements), **others}


def period(minutes: float, tariff_id: str | None = "A", **volumes: str) -> Json:
    """A period that lasts some minutes, with volumes by dimension."""
    dimensions = [{"type": name, "volume": Decimal(volume)} for name, volume in volumes.items()]
    return {"minutes": minutes, "dimensions": dimensions, **({"tariff_id": tariff_id} if tariff_id else {})}


def cdr(periods: list[Json], *tariffs: Json, start: datetime = START, **others: Any) -> Json:
    """Periods follow each other from `start`."""
    now, placed = start, []
    for each in periods:
        placed.append({**each, "start_date_time": instant(now)})
        now += timedelta(minutes=each["minutes"])
    times = {"start_date_time": instant(start), "end_date_time": instant(now)}
    return {"id": "C1", "currency": "EUR", **times, "charging_periods": placed, "tariffs": list(tariffs), **others}


def priced(
    document: Json, version: str = "2.2.1", zone: str | None = "Europe/Amsterdam", policies: Policies = DEFAULTS
) -> Priced:
    return price(document, ocpi_version=version, time_zone=zone, policies=policies)


def excl(document: Json, version: str = "2.2.1", **options: Any) -> str | None:
    """The total before tax as text without trailing zeros."""
    return text(priced(document, version, **options).total_excl_vat)


def both(document: Json, version: str = "2.2.1", **options: Any) -> tuple[str | None, str | None]:
    """The totals before and after tax as text without trailing zeros."""
    result = priced(document, version, **options)
    return text(result.total_excl_vat), text(result.total_incl_vat)


def text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    whole = format(value, "f")
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
