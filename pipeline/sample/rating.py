"""How a partner of the sample prices its own sessions: exact decimals, step_size once a session, limits last.

This is the sending side. It shares no code with the pipeline's pricing; both stand on the OCPI text alone
(mod_tariffs and mod_cdrs of 2.1.1, 2.2.1 and 2.3.0, where the rules of the sample are the same).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from pipeline.sample.frame import ZONE

DIMENSIONS = ("ENERGY", "TIME", "PARKING_TIME")
UNITS = {"ENERGY": Decimal(1000), "TIME": Decimal(3600), "PARKING_TIME": Decimal(3600)}
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
Component = dict[str, Any]


@dataclass
class Period:
    """A charging period: its start (UTC) and its volumes by dimension."""

    start: datetime
    volumes: dict[str, Decimal]


@dataclass
class Line:
    """One priced volume before rounding; `kind` is the dimension."""

    kind: str
    quantity: Decimal
    component: Component
    excl: Decimal = Decimal(0)
    incl: Decimal = Decimal(0)


@dataclass
class Bill:
    """What the tariff makes of a session: exact totals, subtotals by dimension, and whether a limit took effect."""

    excl: Decimal
    incl: Decimal
    lines: list[Line]
    is_limited: bool
    parts: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


def holds(restrictions: dict[str, Any] | None, moment: datetime, seconds: float, kwh: Decimal) -> bool:
    """Say whether the restrictions of an element hold at a moment of a session."""
    r = {name: value for name, value in (restrictions or {}).items() if value not in (None, [])}
    local = moment.astimezone(ZONE)
    clock, day = local.strftime("%H:%M"), local.date().isoformat()
    if "start_time" in r or "end_time" in r:
        start, end = r.get("start_time", "00:00"), r.get("end_time", "00:00")
        end = "24:00" if end == "00:00" else end
        inside = start <= clock < end if start < end else (clock >= start or clock < end)
        if not inside:
            return False
    return (
        r.get("start_date", "") <= day < r.get("end_date", "9999")
        and ("day_of_week" not in r or DAYS[local.weekday()] in r["day_of_week"])
        and r.get("min_kwh", 0) <= kwh < r.get("max_kwh", 10**9)
        and r.get("min_duration", 0) <= seconds < r.get("max_duration", 10**9)
    )


def winner(tariff: dict[str, Any], kind: str, moment: datetime, seconds: float, kwh: Decimal) -> Component | None:
    """Return the component that prices a dimension at a moment: of the first element that holds and has one."""
    for element in tariff["elements"]:
        for component in element["price_components"]:
            if component["type"] == kind and holds(element.get("restrictions"), moment, seconds, kwh):
                return component
    return None


def prices_somewhere(tariff: dict[str, Any], kind: str) -> bool:
    """Say whether any element of the tariff prices a dimension."""
    return any(c["type"] == kind for e in tariff["elements"] for c in e["price_components"])


def rate(tariff: dict[str, Any], periods: list[Period], *, begin: datetime | None = None) -> Bill:
    """Price a session by one tariff; durations count from `begin`, else from the first period."""
    with localcontext() as context:
        context.prec = 60
        lines = _priced_volumes(tariff, periods, begin or periods[0].start)
        _apply_steps(lines)
        is_tax_included = tariff.get("tax_included") == "YES"
        for line in lines:
            factor = 1 + Decimal(line.component.get("vat") or 0) / 100
            cost = line.quantity * Decimal(line.component["price"])
            line.excl, line.incl = (cost / factor, cost) if is_tax_included else (cost, cost * factor)
        excl = sum((line.excl for line in lines), Decimal(0))
        incl = sum((line.incl for line in lines), Decimal(0))
        low, high = tariff.get("min_price") or {}, tariff.get("max_price") or {}
        bounded = _clamp(excl, low.get("excl_vat"), high.get("excl_vat"))
        bill = Bill(bounded, _clamp(incl, low.get("incl_vat"), high.get("incl_vat")), lines, bounded != excl)
        for line in lines:
            before, after = bill.parts.get(line.kind, (Decimal(0), Decimal(0)))
            bill.parts[line.kind] = (before + line.excl, after + line.incl)
        return bill


def _priced_volumes(tariff: dict[str, Any], periods: list[Period], begin: datetime) -> list[Line]:
    lines, kwh, is_flat_due = [], Decimal(0), True
    for period in periods:
        seconds = (period.start - begin).total_seconds()
        flat = winner(tariff, "FLAT", period.start, seconds, kwh) if is_flat_due else None
        if flat:
            lines.append(Line("FLAT", Decimal(1), flat))
            is_flat_due = False
        for kind in DIMENSIONS:
            found = winner(tariff, kind, period.start, seconds, kwh) if kind in period.volumes else None
            if found:
                lines.append(Line(kind, period.volumes[kind], found))
        kwh += period.volumes.get("ENERGY", Decimal(0))
    return lines


def _apply_steps(lines: list[Line]) -> None:
    """Fill the last block once a session: of energy, and of parking time where any is priced, else of charging time.

    Time is counted in whole seconds, which is what the four decimals of an hour stand for; what fills its blocks
    already is billed as it was sent.
    """
    kinds = {line.kind for line in lines}
    for kind in ("ENERGY", "PARKING_TIME" if "PARKING_TIME" in kinds else "TIME"):
        group = [line for line in lines if line.kind == kind]
        step = group[-1].component["step_size"] if group else 0
        if step:
            units = [line.quantity * UNITS[kind] for line in group]
            counted = sum(units if kind == "ENERGY" else [rounded(one, 0) for one in units], Decimal(0))
            if counted % step:
                billed = (counted / step).to_integral_value(ROUND_CEILING) * step
                group[-1].quantity += (billed - sum(units, Decimal(0))) / UNITS[kind]


def _clamp(value: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Round half up (away from zero), as all partners of the sample do with their totals."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def is_near_tie(value: Decimal, decimals: int) -> bool:
    """Say whether an amount lies so near a rounding tie, without being one, that digits far out decide."""
    scaled = abs(value.scaleb(decimals) % 1 - Decimal("0.5"))
    return Decimal(0) < scaled < Decimal("0.0001")
