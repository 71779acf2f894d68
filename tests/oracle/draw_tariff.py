"""Draws tariffs: all dimensions and restrictions a version knows, splits at a bound, reservations, limits, taxes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle import language as words
from tests.oracle.language import maybe, pick
from tests.oracle.restrictions import WEEKDAYS

Json = dict[str, Any]
_POOLS = {"kwh": words.KWH, "duration": words.SECONDS, "current": words.AMPERES, "power": words.KILOWATTS}
_SETS = (
    ("ENERGY",),
    ("ENERGY",),
    ("TIME",),
    ("TIME", "PARKING_TIME"),
    ("PARKING_TIME",),
    ("FLAT",),
    ("FLAT", "ENERGY"),
    ("ENERGY", "TIME"),
    ("ENERGY", "PARKING_TIME"),
    ("FLAT", "ENERGY", "TIME", "PARKING_TIME"),
)
_FALLBACKS = (
    *_SETS,
    *(("FLAT", "ENERGY", "TIME", "PARKING_TIME"),) * 5,
    *(("ENERGY", "TIME", "PARKING_TIME"),) * 3,
    ("TIME", "PARKING_TIME"),
)


def draw_tariff(rng: Random, version: str, tariff_id: str, currency: str, start: datetime, day: date) -> Json:
    """A tariff of a session that begins at `start`, on the local day `day`."""
    if maybe(rng, 0.03):
        elements = [_element(rng, version, ("FLAT",), {}, price="0.00", step=0)]
    else:
        elements = _elements(rng, version, day)
    tariff: Json = {"country_code": "NL", "party_id": "ORA"} if version != "2.1.1" else {}
    tariff.update(id=tariff_id, currency=currency, elements=elements)
    if version != "2.1.1":
        _limits(rng, version, tariff)
        if maybe(rng, 0.1):
            tariff["type"] = pick(rng, ("REGULAR", "AD_HOC_PAYMENT", "PROFILE_CHEAP"))
    # Not in the text of 2.1.1, but sent.
    if version != "2.1.1" or maybe(rng, 0.3):
        _validity(rng, tariff, start)
    if version == "2.3.0":
        included = pick(rng, ("YES",) * 7 + ("NO",) * 9 + ("N/A",) * 3 + (None,))
        if included is not None:
            tariff["tax_included"] = included
    tariff["last_updated"] = "2024-12-01T00:00:00Z"
    return tariff


def _elements(rng: Random, version: str, day: date) -> list[Json]:
    elements: list[Json] = []
    for _ in range(pick(rng, (0, 1, 1, 2, 3))):
        elements += _split(rng, version) if maybe(rng, 0.4) else [_restricted(rng, version, day)]
    if not elements or maybe(rng, 0.65):
        elements.append(_element(rng, version, pick(rng, _FALLBACKS), {}))
    if maybe(rng, 0.35):
        elements.append(_element(rng, version, pick(rng, _SETS), {}))
    if version != "2.1.1" and maybe(rng, 0.42):
        if maybe(rng, 0.5):
            elements = _split(rng, version, "duration") + elements
        if maybe(rng, 0.5):
            elements.append(_element(rng, version, ("TIME",), {}))
        for kind in pick(rng, (("RESERVATION",), ("RESERVATION", "RESERVATION_EXPIRES"), ("RESERVATION_EXPIRES",))):
            for _ in range(pick(rng, (1, 1, 1, 2))):
                also = _restrictions(rng, version, day, 1) if maybe(rng, 0.35) else {}
                dimensions = pick(rng, (("TIME",), ("TIME",), ("FLAT", "TIME"), ("FLAT",)))
                element = _element(rng, version, dimensions, {**also, "reservation": kind})
                elements.insert(int(rng.random() * (len(elements) + 1)), element)
    return elements


def _restricted(rng: Random, version: str, day: date) -> Json:
    return _element(rng, version, pick(rng, _SETS), _restrictions(rng, version, day, pick(rng, (1, 1, 2, 3))))


def _split(rng: Random, version: str, kind: str = "") -> list[Json]:
    """Two elements that meet at one bound, as tariffs in the field do."""
    dimensions, kind = pick(rng, _SETS), kind or pick(rng, ("kwh", "duration", "current", "power", "time"))
    if kind == "time":
        start, end = pick(rng, words.WALL_TIMES), pick(rng, words.WALL_TIMES)
        sides = [{"start_time": start, "end_time": end}, {"start_time": end, "end_time": start}]
    else:
        kind = "power" if kind == "current" and version == "2.1.1" else kind
        bound = _number(rng, kind)
        sides = [{f"max_{kind}": bound}, {f"min_{kind}": bound}]
    rng.shuffle(sides)
    return [_element(rng, version, dimensions, side) for side in sides]


def _restrictions(rng: Random, version: str, day: date, count: int) -> Json:
    drawn: Json = {}
    for _ in range(count):
        kind = pick(rng, ("time", "time", "date", "day_of_week", "kwh", "duration", "current", "power"))
        if kind == "time":
            which = pick(rng, (("start_time", "end_time"),) * 4 + (("start_time",), ("end_time",)))
            drawn.update({name: pick(rng, words.WALL_TIMES) for name in which})
            if maybe(rng, 0.15) and len(which) == 2:
                drawn["end_time"] = drawn["start_time"]
        elif kind == "date":
            for name in pick(rng, (("start_date", "end_date"), ("start_date",), ("end_date",))):
                drawn[name] = (day + timedelta(days=pick(rng, (-1, 0, 0, 1, 1, 2)))).isoformat()
        elif kind == "day_of_week":
            here = WEEKDAYS[(day + timedelta(days=pick(rng, (0, 0, 1, 3)))).weekday()]
            drawn[kind] = [] if maybe(rng, 0.05) else list(dict.fromkeys([here, *rng.sample(WEEKDAYS, 2)]))
        elif kind != "current" or version != "2.1.1":
            for side in pick(rng, (("min",), ("max",), ("min", "max"))):
                drawn[f"{side}_{kind}"] = _number(rng, kind)
    if maybe(rng, 0.03):
        drawn.setdefault("max_kwh", None)
    return drawn


def _number(rng: Random, kind: str) -> Decimal:
    return Decimal(pick(rng, _POOLS[kind]))


def _element(
    rng: Random, version: str, dimensions: tuple[str, ...], restrictions: Json, *, price: str = "", step: int = -1
) -> Json:
    components = [_component(rng, version, name, price, step) for name in dimensions]
    if maybe(rng, 0.02):
        components.append(_component(rng, version, dimensions[0], price, step))
    element: Json = {"price_components": components}
    if restrictions or maybe(rng, 0.05):
        element["restrictions"] = restrictions or pick(rng, ({}, None))
    return element


def _component(rng: Random, version: str, dimension: str, price: str, step: int) -> Json:
    if not price:
        price = pick(rng, words.DISCOUNTS) if maybe(rng, 0.04) else pick(rng, words.PRICES)
    sent: Decimal | str = Decimal(price)
    if maybe(rng, 0.01):
        sent = price
    component: Json = {"type": dimension, "price": sent}
    if version != "2.1.1" and maybe(rng, 0.8):
        component["vat"] = Decimal(pick(rng, words.RATES))
    if not maybe(rng, 0.004):
        component["step_size"] = step if step >= 0 else pick(rng, words.STEPS)
    return component


def _limits(rng: Random, version: str, tariff: Json) -> None:
    before, after = ("before_taxes", "after_taxes") if version == "2.3.0" else ("excl_vat", "incl_vat")
    for name in pick(rng, ((), (), ("min_price",), ("max_price",), ("min_price", "max_price"))):
        limit = {before: Decimal(pick(rng, words.LIMITS))}
        if maybe(rng, 0.5):
            limit[after] = limit[before] * Decimal(pick(rng, ("1", "1.1", "1.21", "1.2")))
        tariff[name] = limit


def aim_at_half_unit(rng: Random, version: str, tariff: Json, decimals: int) -> None:
    """Gives a session a total that lies half way between two amounts of money, where half_even and half_up part."""
    before = "before_taxes" if version == "2.3.0" else "excl_vat"
    half = Decimal(2 * int(rng.random() * 500) * 10 + 5).scaleb(-decimals - 1)
    for name in ("min_price", "max_price"):
        tariff[name] = {before: half}


def _validity(rng: Random, tariff: Json, start: datetime) -> None:
    if not maybe(rng, 0.2):
        return
    for name in pick(rng, (("start_date_time",), ("end_date_time",), ("start_date_time", "end_date_time"))):
        away = pick(rng, (-1, 0, 1, -86400, 86400) if maybe(rng, 0.5) else (-86400 if name[0] == "s" else 86400,))
        tariff[name] = instant(start + timedelta(seconds=away))


def instant(when: datetime) -> str:
    """A DateTime as OCPI writes it, with a fraction only where there is one."""
    text = when.replace(tzinfo=None).isoformat(timespec="seconds" if when.microsecond == 0 else "milliseconds")
    return f"{text}Z"
