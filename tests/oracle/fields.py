"""Where the fields of a CDR do not fit its periods, or are not written as OCPI has it; none changes the price.

OCPI mod_cdrs, CDR total_time and total_parking_time, CdrLocation country; types, DateTime and number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.oracle.exact import SECONDS_AN_HOUR, ZERO, Unreadable, read_number

MINUTE = Decimal(60)
# Half a unit of the fourth decimal of an hour, in seconds.
_LOST_IN_A_PERIOD = Decimal("0.18")
_OFFSET = re.compile(r"\d[+-]\d{2}:?\d{2}$")


def field_oddities(cdr: dict[str, Any]) -> Iterator[str]:
    """Judged on what was sent, whether it can be priced or not."""
    if any(_OFFSET.search(str(cdr.get(f"{which}_date_time") or "")) for which in ("start", "end", "stop")):
        yield "timestamp_with_offset"
    country = (cdr.get("cdr_location") or cdr.get("location") or {}).get("country")
    if country is not None and not re.fullmatch("[A-Z]{3}", str(country).strip().upper()):
        yield "cdr_country_not_alpha3"
    periods = cdr.get("charging_periods") or []
    if any(isinstance(each.get("volume"), str) for period in periods for each in period.get("dimensions") or []):
        yield "price_as_text"
    tolerance = max(MINUTE, _LOST_IN_A_PERIOD * len(periods))
    charging, parking, reserved = (_sum(periods, name) for name in ("TIME", "PARKING_TIME", "RESERVATION_TIME"))
    total, total_parking = _number(cdr.get("total_time")), _number(cdr.get("total_parking_time"))
    # Some send time only where it is billed: then the periods say the least it was, not how much.
    is_complete = all(_times(period) for period in periods)
    if charging is not None and total is not None:
        least = charging + (parking or ZERO)
        # Reserved time may or may not be part of the session.
        most = least + (reserved or ZERO)
        if _is_over(least - total, tolerance) or (is_complete and _is_over(total - most, tolerance)):
            yield "time_sum_mismatch"
    if parking is not None and total_parking is not None:
        gap = parking - total_parking
        if _is_over(gap, tolerance) or (is_complete and _is_over(-gap, tolerance)):
            yield "parking_sum_mismatch"


def overlaps(length: Decimal, charging: Decimal, parking: Decimal) -> bool:
    """Whether charging and parking time of a period are together longer than the period, in completed seconds."""
    if length < 0 or charging <= 0 or parking <= 0:
        return False
    return (charging + parking) * SECONDS_AN_HOUR > int(length) + 1


def _is_over(hours: Decimal, seconds: Decimal) -> bool:
    return hours * SECONDS_AN_HOUR > seconds


def _times(period: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("TIME", "PARKING_TIME", "RESERVATION_TIME")
    return [each for each in period.get("dimensions") or [] if each.get("type") in names]


def _sum(periods: list[dict[str, Any]], name: str) -> Decimal | None:
    """None where no period has the dimension: then the CDR makes no statement."""
    volumes = [
        _number(each.get("volume"))
        for period in periods
        for each in period.get("dimensions") or []
        if each.get("type") == name
    ]
    return sum((volume or ZERO for volume in volumes), ZERO) if volumes else None


def _number(value: object) -> Decimal | None:
    try:
        return read_number(value)
    except Unreadable:
        return None
