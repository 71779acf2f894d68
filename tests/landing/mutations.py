"""Objects spoilt at random: real payloads as a start, JSON text as a result. The same seed gives the same texts."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = ("locations", "tariffs", "sessions", "cdrs", "tokens")
# A file of thousands of objects must not crowd out the others, nor one huge object fill the time.
KEPT_PER_FILE = 60
LARGEST = 24_000
_HALVES = ("\\ud800", "\\udfff\\ud800", "\\ud83d x", "\\udc00")


@dataclass(frozen=True)
class Raw:
    """JSON text that stands as it is, well-formed or not."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """An object whose keys may come twice."""

    items: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Spoilt:
    """One object as it is sent. `is_json` is False where the text is broken for every reader of JSON.

    It is None where readers differ: escapes of half a surrogate pair (RFC 8259, 8.2).
    """

    text: str
    is_json: bool | None


# Texts that only look like JSON or like a number, and JSON where a text is expected.
SWEPT = ("{x", "[x", " [", '{"a":', '["NL"', "[]", "{}", "NaN", "1e999", None, [], {}, [[]], {"": [{}]}, Raw("1e999"))


def bases(folder: Path, rng: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Objects of every JSON file below a folder, by the module that the path names (`any` where it names none)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(path for path in folder.rglob("*.json*") if path.is_file()):
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        try:
            objects = list(_objects(json.loads(data.decode("utf-8-sig"))))
        except ValueError:
            continue
        objects = rng.sample(objects, min(len(objects), KEPT_PER_FILE))
        small = [each for each in objects if len(json.dumps(each)) <= LARGEST]
        name = file.relative_to(folder).as_posix().lower()
        module = next((each for each in MODULES if each[:-1] in name), "any")
        found.setdefault(module, []).extend(small or objects[:1])
    return {module: objects for module, objects in found.items() if objects}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The entries of a list, or of the longest list or dict of objects inside an envelope, or the object itself."""
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))
    elif isinstance(value, dict):
        for name in ("data", "items", "content", "_items"):
            if isinstance(value.get(name), list | dict) and value[name]:
                yield from _objects(value[name])
                return
        if value and all(isinstance(entry, dict) for entry in value.values()):
            yield from value.values()
        else:
            yield value


def spoil(rng: random.Random, base: dict[str, Any], *, may_break: bool) -> Spoilt:
    """One to four mutations at any depth; with `may_break` the text itself may end up broken."""
    value: Any = base
    for _ in range(rng.choice((1, 1, 2, 4))):
        value = _mutate(rng, value, rng.randrange(5))
    text = write(value)
    if not may_break:
        return Spoilt(text, is_json=True)
    if text.startswith("{") and rng.random() < 0.05:
        return Spoilt(_break(rng, text), is_json=False)
    if text.startswith("{") and rng.random() < 0.02:
        return Spoilt(f'{{"half":"{rng.choice(_HALVES)}",{text[1:]}', is_json=None)
    return Spoilt(text, is_json=True)


def swept(base: dict[str, Any]) -> Iterator[Spoilt]:
    """One object with each of its values in turn replaced by each text that only looks like JSON, and the like."""
    for path in _paths(base):
        for odd in SWEPT:
            yield Spoilt(write(_replaced(base, path, odd)), is_json=True)


def richest(objects: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The one with the most values to replace."""
    return max(objects, key=lambda each: len(list(_paths(each))))


def _paths(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Ways to every value, of a list to its first entry only."""
    if above:
        yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for step, each in inner:
        yield from _paths(each, (*above, step))


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return {**value, step: _replaced(value[step], tuple(rest), new)}
    return [_replaced(value[0], tuple(rest), new), *value[1:]]


def write(value: Any) -> str:
    """JSON in which `Raw` stands as it is; ASCII escapes are left to chance elsewhere."""
    match value:
        case Raw(text):
            return text
        case Pairs(items):
            return "{" + ",".join(f"{json.dumps(name)}:{write(each)}" for name, each in items) + "}"
        case dict():
            return write(Pairs(tuple(value.items())))
        case list():
            return "[" + ",".join(map(write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _mutate(rng: random.Random, value: Any, depth: int) -> Any:
    """Go down as far as `depth` on a random way, and change what is there."""
    if depth > 0:
        if isinstance(value, dict) and value:
            name = rng.choice(list(value))
            return {**value, name: _mutate(rng, value[name], depth - 1)}
        if isinstance(value, list) and value:
            at = rng.randrange(len(value))
            return [*value[:at], _mutate(rng, value[at], depth - 1), *value[at + 1 :]]
    if isinstance(value, dict) and value and rng.random() < 0.8:
        return _mutate_object(rng, value)
    if isinstance(value, list) and rng.random() < 0.5:
        return rng.choice([[], value * 2, [value], value[::-1], [*value, None], value[:1], [*value, *_odd(rng)]])
    return rng.choice(_odd(rng))


def _mutate_object(rng: random.Random, value: dict[str, Any]) -> Any:
    """Drop, double, rename or replace a field, one that keys the object more often than others."""
    keying = [name for name in ("id", "uid", "country_code", "party_id", "type", "last_updated") if name in value]
    name = rng.choice(keying) if keying and rng.random() < 0.4 else rng.choice(list(value))
    rest = {key: each for key, each in value.items() if key != name}
    change: Callable[[], Any] = rng.choice(
        [
            lambda: rest,
            lambda: rest | {name: rng.choice(_odd(rng))},
            lambda: rest | {name: rng.choice(_odd(rng))},
            lambda: Pairs((*value.items(), (name, value[name]))),
            lambda: Pairs(((name, rng.choice(_odd(rng))), *value.items())),
            lambda: rest | {rng.choice(_names(name)): value[name]},
            lambda: rest | {name: {name: value[name]}},
            lambda: rest | {name: [value[name]]},
            lambda: rest | {name: _retyped(value[name])},
            lambda: dict(reversed(value.items())),
            lambda: value | {rng.choice(_names("extra")): rng.choice(_odd(rng))},
        ]
    )
    return change()


def _retyped(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value.encode(errors="replace").hex()
    return write(value)


def _names(name: str) -> Sequence[str]:
    return (
        name.upper(), name.title().replace("_", ""), name.replace("_", "-"), f" {name}", f"{name}\u0000", "", "$", "*",
        "a.b", "a/b~c", '"', "\\", "ключ", "id", "uid", "data", "status_code", "kwh", "evses", "total_energy",
        "x" * 500,
    )  # fmt: skip


def _odd(rng: random.Random) -> list[Any]:
    """Values that no field expects; most are well-formed JSON."""
    return [
        None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**40, -0.0, 1.5, 1e-30, 123456789.123456789,
        Raw("1e400"), Raw("-1E-400"), Raw("0.1000000000000000055511151231257827"), Raw("9" * 400), Raw("1.50"),
        "", " ", "\t\n", "null", "NaN", "Infinity", "-", "1,5", "1e400", "0x10", "٣", "½", "true", "[]", "{}",
        "\u0000", "a\u0000b", "\ufeff", "\u202e", "é", "e\u0301", "🔌" * 50,
        "'; drop table raw.cdrs; --", "${jndi}", "%s%n", "../../etc", "<script>", "\\", '"', "{{ this }}",
        "x" * rng.choice((256, 5_000, 100_000)) if rng.random() < 0.2 else "x" * 37,
        "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z", "2026-10-25T02:30:00+99:00", "2026-10-25", "25/10/2026", "2026-10-25T24:00:00Z",
        "2026-10-25T23:59:60Z", "1970-01-01T00:00:00.123456789Z", "infinity", "epoch", "294247-01-10T04:00:54.775807Z",
        1761350400, [], {}, [[]], [None], {"": {}}, {"id": {"id": {"id": []}}}, [{}] * 40,
        Raw("[" * 60 + "]" * 60), Raw('{"a":' * 60 + "1" + "}" * 60), list(range(200)),
        {f"k{n}": n for n in range(100)}, "NL", "nl", "NLD", "N", "CPI", "cpi", "*", "|", "NL*CPI",
    ]  # fmt: skip


def _break(rng: random.Random, text: str) -> str:
    """Text that is no JSON any more. It never closes what it opened, so that lines keep to themselves."""
    at = rng.randrange(1, max(len(text) - 1, 2))
    return rng.choice([text[:at], text.rstrip("}]") or "{", "{" + text, text[:at].rstrip("}]") + "\x01"])
