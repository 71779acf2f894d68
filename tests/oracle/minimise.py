"""Shrinks a failing CDR: drops tariffs, periods, elements, components, restrictions and digits while it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]

# Only these parts are shrunk; the envelope of the CDR stays, for a pipeline needs it.
PARTS = ("tariffs", "charging_periods")
# What a tariff, element, component, period or dimension cannot go without.
KEPT = frozenset(
    {
        *("country_code", "party_id", "id", "currency", "last_updated", "elements", "price_components"),
        *("type", "price", "before_taxes", "excl_vat", "start_date_time", "dimensions", "volume"),
    }
)


def shrink(cdr: Json, fails: Callable[[Json], bool]) -> Json:
    """The smallest CDR met that still fails, found by asking of one candidate at a time. `cdr` is not changed."""
    return shrink_in_batches(cdr, lambda candidates: [fails(each) for each in candidates], batch=1)


def shrink_in_batches(
    cdr: Json, fail: Callable[[list[Json]], list[bool]], *, batch: int = 200, rounds: int | None = None
) -> Json:
    """As `shrink`, but asks of many candidates at once, for a judge with a high price per question.

    With `rounds`, no more questions than that are asked, and the CDR may not be the smallest.
    """
    found = True
    asked_before = 0
    while found:
        found = False
        for asked in _batches(candidates(cdr), batch):
            if asked_before == rounds:
                return cdr
            asked_before += 1
            failing = [each for each, fails in zip(asked, fail(asked), strict=True) if fails]
            if failing:
                cdr, found = min(failing, key=size), True
                break
    return cdr


def candidates(cdr: Json) -> Iterator[Json]:
    """Every CDR one step smaller, the largest steps first."""
    paths = [path for part in PARTS if part in cdr for path in places(cdr[part], (part,))]
    for path in paths:
        value = _at(cdr, path)
        if isinstance(value, list) and len(value) > 1:
            for low, high in _slices(len(value)):
                yield replaced(cdr, path, value[:low] + value[high:])
    for path in paths:
        value = _at(cdr, path)
        if isinstance(value, dict):
            for name in value:
                if name not in KEPT:
                    yield replaced(cdr, path, {key: each for key, each in value.items() if key != name})
    for path in paths:
        value = _at(cdr, path)
        if isinstance(value, Decimal):
            for simpler in _simpler(value):
                yield replaced(cdr, path, simpler)


def size(value: Any) -> tuple[int, int]:
    """How large a CDR is: how many values, then how many digits."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        parts = [size(each) for each in value]
        return 1 + sum(part[0] for part in parts), sum(part[1] for part in parts)
    return 1, len(format(value, "f").strip("-0.")) if isinstance(value, Decimal) else 0


def _simpler(value: Decimal) -> Iterator[Decimal]:
    seen = {value}
    for digits in (0, 1, 2, 4, 6):
        rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        if rounded not in seen and size(rounded) < size(value):
            seen.add(rounded)
            yield rounded
    if size(Decimal(1)) < size(value):
        yield Decimal(1)


def _slices(length: int) -> Iterator[tuple[int, int]]:
    """Halves first, then single items."""
    if length > 3:
        yield 0, length // 2
        yield length // 2, length
    for at in range(length):
        yield at, at + 1


def places(value: Any, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*path, name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from places(each, (*path, at))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def replaced(value: Any, path: Path, replacement: Any) -> Any:
    """The same document with one place replaced; only the way to it is copied."""
    if not path:
        return replacement
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], replacement)
    return copy


def _batches(items: Iterator[Json], count: int) -> Iterator[list[Json]]:
    batch: list[Json] = []
    for each in items:
        batch.append(each)
        if len(batch) == count:
            yield batch
            batch = []
    if batch:
        yield batch
