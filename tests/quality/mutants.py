"""Good objects of all three versions with fields spoilt at random; the same seed gives the same objects.

Most changes aim at what a rule reads: values at, just below and just above each parameter of the catalogue, times
around each other and around the receipt, identifiers almost in form, numbers as text, blanks, nulls, other types.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from pipeline.settings import DBT_PROJECT_DIR
from tests.landing.mutations import Raw, write
from tests.rules import world
from tests.rules.world import Charge, Json

RECEIVED_AT = datetime(2026, 11, 3, 2, 0, 0, tzinfo=UTC)
MODULES: dict[str, Callable[[Charge], Json]] = {
    "cdrs": world.cdr,
    "sessions": world.session,
    "locations": world.location,
    "tariffs": world.tariff,
    "tokens": world.token,
}
# How many of ten objects are of which module.
WEIGHTS = (4, 2, 2, 1, 1)
VERSIONS = tuple(world.PARTNERS)

Path = tuple[str | int, ...]


def _parameters() -> list[Decimal]:
    with (DBT_PROJECT_DIR / "seeds" / "rule_parameters.csv").open(encoding="utf-8") as file:
        return sorted({Decimal(row["value"]) for row in csv.DictReader(file)})


PARAMETERS = _parameters()
# Fields that rules compare with bounds: drawn more often than the others.
_READ = {
    "total_energy", "total_time", "total_parking_time", "total_cost", "kwh", "excl_vat", "before_taxes", "credit",
    "start_date_time", "end_date_time", "stop_date_time", "start_datetime", "end_datetime", "last_updated",
    "evse_id", "contract_id", "auth_id", "uid", "volume", "price", "vat", "step_size", "charging_periods", "status",
    "latitude", "longitude", "country", "time_zone", "max_electric_power", "tariff_ids", "tariff_id", "type",
    "currency",
}  # fmt: skip
# A hair, the finest number we keep, a rounding, a unit.
STEPS = [Decimal(text) for text in ("0.000001", "0.0001", "0.001", "0.01", "1")]


def draw(
    rng: random.Random, number: int, module: str | None = None, version: str | None = None
) -> tuple[str, str, Json]:
    """One object, with none to four changes: module, version and body."""
    module = module or rng.choices(list(MODULES), WEIGHTS)[0]
    version = version or rng.choice(VERSIONS)
    charge = _charge(rng, number, version)
    body = MODULES[module](charge)
    if module == "cdrs":
        body = _with_parts(rng, charge, body)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        body = _changed(rng, module, charge, body)
    return module, version, body


def _charge(rng: random.Random, number: int, version: str) -> Charge:
    """A charge that ended some time before the receipt."""
    ended_at = RECEIVED_AT - timedelta(seconds=rng.randrange(600, 3_000_000))
    duration_s = rng.randrange(60, 40_000)
    energy_kwh = Decimal(rng.randrange(0, 90_000)) / 1000
    return Charge(number, version, ended_at - timedelta(seconds=duration_s), duration_s, energy_kwh)


def _with_parts(rng: random.Random, charge: Charge, body: Json) -> Json:
    """Some CDRs have more than one period, parked, reserved or credit something."""
    more: Json = {}
    if rng.random() < 0.3:
        more["total_parking_time"] = Decimal(rng.randrange(0, int(charge.total_time_h * 100) + 1)) / 100
    if rng.random() < 0.2:
        more |= {"credit": rng.choice((True, "true", "TRUE", False, "false", 1)), "credit_reference_id": "C1"}
    if rng.random() < 0.2:
        more["total_reservation_cost"] = world.price(charge, Decimal(rng.randrange(0, 3)))
    if rng.random() < 0.2 and not charge.is_old:
        more["total_time_cost"] = world.price(charge, Decimal(rng.randrange(0, 3)))
    if rng.random() < 0.4:
        middle = charge.started_at + timedelta(seconds=charge.duration_s // 2)
        first, second = charge.energy_kwh / 2, charge.energy_kwh - charge.energy_kwh / 2
        dimension = rng.choice(("TIME", "PARKING_TIME", "RESERVATION_TIME", "MAX_POWER"))
        more["charging_periods"] = [
            {"start_date_time": world.text(charge.started_at), "dimensions": [{"type": "ENERGY", "volume": first}]},
            {
                "start_date_time": world.text(middle),
                "dimensions": [{"type": "ENERGY", "volume": second}, {"type": dimension, "volume": Decimal("0.25")}],
            },
        ]
    return body | more


def _changed(rng: random.Random, module: str, charge: Charge, body: Json) -> Json:
    """Change one field: by what it means where that is known, else by anything."""
    paths = list(_paths(body))
    aimed = [path for path in paths if path[-1] in _READ]
    path = rng.choice(aimed if aimed and rng.random() < 0.6 else paths)
    if rng.random() < 0.1:
        return _swapped(body)
    value = _at(body, path)
    if rng.random() < 0.1:
        return _without(body, path)
    if rng.random() < 0.08:
        return _put(body, path, rng.choice([[value], {str(path[-1]): value}, [], {}, [value, value]]))
    if rng.random() < 0.25:
        return _put(body, path, rng.choice(_ODD))
    return _put(body, path, _meant(rng, str(path[-1]), value, charge))


def _meant(rng: random.Random, name: str, value: Any, charge: Charge) -> Any:
    """Another value of the field's own kind, most often near a bound."""
    if name.endswith(("date_time", "datetime", "last_updated")):
        return _moment(rng, charge)
    if isinstance(value, bool) or name in ("credit", "publish", "valid"):
        return rng.choice((True, False, "true", "FALSE", " True ", "yes", "1", 0, 1, None, "t", "no"))
    if isinstance(value, int | float | Decimal) or name in ("latitude", "longitude"):
        return _number(rng, value, charge)
    if name == "status":
        return rng.choice(("COMPLETED", "INVALID", "invalid", " INVALID ", "ACTIVE", "INVALID!", "PENDING", ""))
    if name == "vat":
        return rng.choice((Decimal("0.21"), Decimal("0.999999"), Decimal(1), Decimal(21), Decimal(0), Decimal("-0.5")))
    if name == "type":
        return rng.choice(
            ("RFID", "rfid", " RFID ", "APP_USER", "ENERGY", "TIME", "PARKING_TIME", "flat", "OTHER", "X")
        )
    if isinstance(value, str):
        return _text(rng, value)
    return rng.choice(_ODD)


def _moment(rng: random.Random, charge: Charge) -> Any:
    """A time around one of those that rules compare, as precise and in as many notations as senders have."""
    base = rng.choice((charge.started_at, charge.ended_at, RECEIVED_AT, RECEIVED_AT, datetime(2017, 1, 1, tzinfo=UTC)))
    bound = rng.choice([*PARAMETERS, Decimal(0), Decimal(300), Decimal(300), charge.total_time_h * 3600])
    gap_s = bound + rng.choice((0, 0, 1, -1, Decimal("0.001"), Decimal("-0.001"), Decimal("0.5")))
    moment = base + rng.choice((1, -1)) * timedelta(seconds=float(min(gap_s, Decimal(10_000_000))))
    zone = timezone(timedelta(hours=rng.choice((0, 0, 0, 1, 2, -5)), minutes=rng.choice((0, 0, 30))))
    written = moment.astimezone(zone)
    precision = rng.choice(("seconds", "seconds", "milliseconds", "microseconds"))
    text = written.isoformat(timespec=precision)
    if written.utcoffset() == timedelta(0):
        text = text.removesuffix("+00:00") + rng.choice(("Z", "Z", "", "+00:00", "z"))
    if rng.random() < 0.3:
        return rng.choice(_ODD_TIMES)
    return rng.choice((text, text, text, text, f" {text} ", text.replace("T", " ")))


def _number(rng: random.Random, value: Any, charge: Charge) -> Any:
    """A number near a parameter, near itself, or near what another field says; sometimes as text."""
    own = Decimal(str(value)) if _is_number(value) else charge.energy_kwh
    base = rng.choice(
        (own, own, own * 1000, *PARAMETERS, Decimal(0), charge.energy_kwh, charge.total_time_h, charge.net, Decimal(90))
    )
    step = rng.choice((Decimal(0), *STEPS, rng.choice(PARAMETERS), own * rng.choice(PARAMETERS) / 100))
    drawn = rng.choice((1, 1, 1, -1)) * (base + rng.choice((1, -1)) * step)
    drawn = round(drawn, rng.choice((0, 2, 4, 6, 6, 9)))
    text = f"{drawn:f}"
    return rng.choice(
        (drawn, drawn, drawn, drawn, text, f" {text} ", f"{text}e0", f"+{text}", Raw(f"{drawn:E}"), *_HUGE)
    )


def _text(rng: random.Random, value: str) -> str:
    """The text almost as it was: a character more, less or other, blanks around it, another case."""
    at = rng.randrange(len(value) + 1)
    other = rng.choice("0AXz9*-_ .#é\u00df\u0661")
    return rng.choice(
        (
            value.lower(), value.upper(), f" {value}", f"{value}\t", f"{value}\n", value[:at], value[at:],
            value[:at] + other + value[at:], value[:at] + other + value[at + 1 :], value.replace("-", ""),
            value.replace("*", ""), value * 2, "#NA", "NL*ABC*E1", "nl*abc*e1*2", "+49*123*456*7", "49*1234567*1",
            "NL-RLG-C00000001-X", "NLRLGC00000001", "NL-RLGC00000001", "NL*TNM*012204*5", "04AABBCCDD1122",
            "04aabbccdd",
            "XXX", "EUR", "COMPLETED", "INVALID", "completed ", "NLD", "nld", "NL", "Europe/Amsterdam",
            "europe/amsterdam",
        )
    )  # fmt: skip


def _swapped(body: Json) -> Json:
    """Start and end, or two other fields, exchanged."""
    pairs = [("start_date_time", "end_date_time"), ("start_date_time", "stop_date_time")]
    pairs += [("start_datetime", "end_datetime"), ("total_time", "total_parking_time"), ("uid", "contract_id")]
    for one, other in pairs:
        if one in body and other in body:
            return body | {one: body[other], other: body[one]}
    return body


_ODD: tuple[Any, ...] = (
    None, None, "", " ", "\t", "\u00a0", "\u200b", "null", "[]", "{}", "{x", '{"a":1}', "[1]", [], {}, [[]], [None],
    True, False, 0, -1, "0", "-0", Raw("-0.0"), "NaN", "Infinity", "1,5", "0x10", "1_000", "½", "é", "🔌", "a\u0000b",
    ["x"], {"x": 1}, Raw("1e400"), "x" * 300,
)  # fmt: skip
_ODD_TIMES = (
    "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2016-12-31T23:59:59Z", "2017-01-01T00:00:00+01:00", "2016",
    "2026-11-01", "2026-11-01T24:00:00Z", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "1899-12-31T23:59:59Z",
    "infinity", "-infinity", "epoch", "now", "today", "2026-11-01T10:00", "20261101T100000Z", 1762000000, "1762000000",
    "2026-11-01T10:00:00 Europe/Amsterdam", "2026-11-01T10:00:00.123456789Z", "2026-11-01T10:00:60Z",
)  # fmt: skip
_HUGE: tuple[Any, ...] = (
    999999, Decimal("999999.999999"), 1000000, -1000000, Decimal("999999.9999999"), 10**12, 10**40, Raw("1e5"),
    Raw("1E-7"), Raw("0.30000000000000004"), Decimal("0.0000001"), Decimal("-0.0000001"), "1e3", ".5", "5.", "--1",
)  # fmt: skip


def text_of(body: Any) -> str:
    """JSON text that keeps every digit of a Decimal."""
    return write(_exact(body))


def _exact(value: Any) -> Any:
    match value:
        case Decimal():
            return Raw(f"{value:f}")
        case dict():
            return {name: _exact(each) for name, each in value.items()}
        case list():
            return [_exact(each) for each in value]
    return value


def _is_number(value: Any) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False


def _paths(value: Any, above: Path = ()) -> Iterator[Path]:
    """Ways to every value below the object, containers too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (*above, step)
        yield from _paths(each, (*above, step))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return {**value, step: _put(value[step], tuple(rest), new)}
    return [_put(each, tuple(rest), new) if place == step else each for place, each in enumerate(value)]


def _without(value: Any, path: Path) -> Any:
    step, *rest = path
    if isinstance(value, dict):
        if not rest:
            return {name: each for name, each in value.items() if name != step}
        return {**value, step: _without(value[step], tuple(rest))}
    if not rest:
        return [each for place, each in enumerate(value) if place != step]
    return [_without(each, tuple(rest)) if place == step else each for place, each in enumerate(value)]
