"""The tariffs of the stream: fifty an operator, every second one with restrictions, shaped as in the field."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from benchmarks.operators import Operator

Json = dict[str, Any]

TARIFFS_PER_OPERATOR = 50
LAST_UPDATED = "2026-03-01T06:00:00Z"
# 2.1.1 periods cannot tell power, so its tariffs are not restricted by it.
_RESTRICTED = ("time_of_day", "weekday", "kwh", "duration", "power", "peak", "idle")
_RESTRICTED_21 = ("time_of_day", "weekday", "kwh", "duration", "kwh", "peak", "idle")
_WORKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]
_PLAIN = (
    ("ENERGY",),
    ("FLAT", "ENERGY"),
    ("ENERGY", "PARKING_TIME"),
    ("ENERGY", "TIME"),
    ("FLAT", "ENERGY", "TIME", "PARKING_TIME"),
    ("FLAT", "TIME"),
    ("ENERGY", "TIME", "PARKING_TIME"),
)
_STEPS = {"ENERGY": (1, 1, 100, 1000), "TIME": (1, 60, 300, 900), "PARKING_TIME": (1, 60, 300, 900), "FLAT": (1,)}
_CENTS = {"ENERGY": (25, 85), "TIME": (60, 300), "PARKING_TIME": (120, 900), "FLAT": (25, 150)}


def draw_tariffs(seed: str, operator: Operator) -> list[Json]:
    """All tariffs of an operator; those at odd places are restricted."""
    return [_tariff(Random(f"{seed} tariff {operator.partner} {at}"), operator, at) for at in range(50)]


def restrictions_of(tariff: Json) -> list[Json]:
    """The restrictions of every element that has some."""
    return [element["restrictions"] for element in tariff["elements"] if element.get("restrictions")]


def _tariff(rng: Random, operator: Operator, at: int) -> Json:
    # A rate may be left out in 2.2.1 (no VAT); in 2.3.0 a price that includes tax at no rate has no total before tax.
    has_vat = operator.ocpi_version == "2.3.0" or (operator.ocpi_version == "2.2.1" and at % 16 != 4)
    vat = Decimal(operator.vat) if has_vat else None
    kind = ""
    if at % 2:
        kinds = _RESTRICTED_21 if operator.ocpi_version == "2.1.1" else _RESTRICTED
        kind = kinds[at // 2 % len(kinds)]
        elements = _restricted(rng, kind, vat)
    else:
        elements = [_element(rng, _PLAIN[at // 2 % len(_PLAIN)], vat)]
    text = f"{operator.name}: {kind.replace('_', ' ') or 'one price'} {at:02d}, see our site for all prices"
    host = operator.partner.replace("-", ".")
    tariff: Json = {"country_code": operator.country_code, "party_id": operator.party_id}
    if operator.ocpi_version == "2.1.1":
        tariff = {}
    tariff |= {
        "id": f"{operator.country_code}-{operator.party_id}-T{at:04d}",
        "currency": operator.currency,
        "tariff_alt_text": [{"language": operator.language, "text": text}],
        "tariff_alt_url": f"https://{host}.example/tariffs/{at:04d}",
    }
    if operator.ocpi_version != "2.1.1":
        tariff["type"] = "REGULAR"
        if at % 10 == 0:
            tariff |= _limits(rng, operator)
    if operator.ocpi_version == "2.3.0":
        tariff["tax_included"] = "YES" if at % 3 == 0 else "NO"
    tariff["elements"] = elements
    source = rng.choice(("WIND", "SOLAR", "WATER"))
    mix = [{"source": source, "percentage": Decimal(80)}, {"source": "GENERAL_GREEN", "percentage": Decimal(20)}]
    tariff["energy_mix"] = {"is_green_energy": True, "energy_sources": mix, "supplier_name": f"{operator.name} Energy"}
    tariff["last_updated"] = LAST_UPDATED
    return tariff


def _restricted(rng: Random, kind: str, vat: Decimal | None) -> list[Json]:
    """Elements from the most special to the one that always holds."""
    energy, parking = ("ENERGY",), ("PARKING_TIME",)
    if kind == "time_of_day":
        day, night = rng.choice((("07:00", "23:00"), ("06:00", "21:00"), ("08:00", "20:00")))
        return [
            _element(rng, energy, vat, start_time=day, end_time=night),
            _element(rng, energy, vat, start_time=night, end_time=day),
            _element(rng, parking, vat),
        ]
    if kind == "weekday":
        return [_element(rng, energy, vat, day_of_week=["SATURDAY", "SUNDAY"]), _element(rng, ("FLAT", *energy), vat)]
    if kind == "kwh":
        bound = Decimal(rng.choice((5, 10, 15, 20, 30)))
        return [_element(rng, energy, vat, max_kwh=bound), _element(rng, energy, vat, min_kwh=bound)]
    if kind == "duration":
        bound = rng.choice((5400, 7200, 10800, 14400))
        return [_element(rng, ("TIME", "PARKING_TIME"), vat, min_duration=bound), _element(rng, energy, vat)]
    if kind == "power":
        bound = Decimal(rng.choice((7, 11, 16, 22, 50)))
        return [
            _element(rng, energy, vat, max_power=bound),
            _element(rng, energy, vat, min_power=bound),
            _element(rng, parking, vat),
        ]
    if kind == "peak":
        return [
            _element(rng, energy, vat, start_time="17:00", end_time="20:00", day_of_week=_WORKDAYS),
            _element(rng, ("FLAT", *energy), vat),
        ]
    bound = rng.choice((7200, 10800, 14400))
    return [
        _element(rng, parking, vat, start_time="09:00", end_time="22:00", min_duration=bound),
        _element(rng, energy, vat),
    ]


def _element(rng: Random, dimensions: tuple[str, ...], vat: Decimal | None, **restrictions: Any) -> Json:
    components = []
    for dimension in dimensions:
        component: Json = {"type": dimension, "price": Decimal(rng.randint(*_CENTS[dimension])).scaleb(-2)}
        if vat is not None:
            component["vat"] = vat
        components.append({**component, "step_size": rng.choice(_STEPS[dimension])})
    element: Json = {"price_components": components}
    if restrictions:
        element["restrictions"] = restrictions
    return element


def _limits(rng: Random, operator: Operator) -> Json:
    """A least and a greatest price before tax; 2.3.0 calls it otherwise."""
    before = "before_taxes" if operator.ocpi_version == "2.3.0" else "excl_vat"
    return {"min_price": {before: Decimal(rng.choice((1, 2)))}, "max_price": {before: Decimal(rng.choice((25, 40)))}}
