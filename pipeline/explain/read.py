"""Reads an explanation from a DuckDB connection in which the models exist, by the dbt analyses `explain_*`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar, cast

import duckdb

from pipeline.adhoc.models import compiled_models
from pipeline.explain.records import (
    Candidate,
    Cause,
    Cdr,
    Component,
    Explanation,
    Finding,
    Line,
    Original,
    Period,
    Policy,
    Reached,
    Tariff,
    Volume,
)
from pipeline.settings import UserError

Row = dict[str, Any]
Ask = Callable[[str], list[Row]]
Made = TypeVar("Made")

# In the order of a bill; a fee has no volume of its own.
_VOLUMES = {
    "RESERVATION_FLAT": None,
    "RESERVATION_TIME": "reservation_time_h",
    "FLAT": None,
    "ENERGY": "energy_kwh",
    "TIME": "time_h",
    "PARKING_TIME": "parking_time_h",
}


def explain(con: duckdb.DuckDBPyConnection, cdr_key: str) -> Explanation:
    """Explain the CDR with this key.

    Raises UserError when the connection has no such CDR.
    """
    compiled = compiled_models().analyses
    # A variable and no parameter, because the analyses are dbt's and sqlfluff's to read, too.
    con.execute("set variable cdr_key = ?", [cdr_key])

    def ask(analysis: str) -> list[Row]:
        cursor = con.execute(compiled[f"explain_{analysis}"])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, map(_printable, row), strict=True)) for row in cursor.fetchall()]

    cdrs = ask("cdr")
    if not cdrs:
        raise UserError(f"No CDR here has the key {cdr_key}.")
    tariffs = _tariffs(ask("tariffs"))
    lines = tuple(_make(Line, row) for row in ask("lines"))
    originals = ask("credit")
    return Explanation(
        cdr=_make(Cdr, cdrs[0]),
        tariffs=tuple(tariffs.values()),
        periods=_periods(ask("periods"), tariffs, _candidates(ask("choices"), tariffs), lines),
        lines=lines,
        findings=tuple(_make(Finding, row) for row in ask("findings")),
        policies=tuple(_make(Policy, row) for row in ask("policies")),
        original=_make(Original, originals[0]) if originals else None,
        causes=_causes(ask),
    )


def _causes(ask: Ask) -> tuple[Cause, ...]:
    try:
        return tuple(_make(Cause, row) for row in ask("differences"))
    except duckdb.CatalogException:
        # A CDR priced by itself, from a file, is not reconciled.
        return ()


def _tariffs(rows: list[Row]) -> dict[str, Tariff]:
    components: dict[str, list[Component]] = {}
    for row in rows:
        of_tariff = components.setdefault(row["tariff_hash"], [])
        if row["element_index"] is not None:
            of_tariff.append(_make(Component, row))
    first_rows = {row["tariff_hash"]: row for row in reversed(rows)}
    return {
        tariff_hash: _make(Tariff, {**first_rows[tariff_hash], "components": tuple(parts)})
        for tariff_hash, parts in components.items()
    }


def _candidates(rows: list[Row], tariffs: dict[str, Tariff]) -> dict[tuple[int, str], tuple[Candidate, ...]]:
    found: dict[tuple[int, str], list[Candidate]] = {}
    for row in rows:
        candidate = Candidate(
            component=tariffs[row["tariff_hash"]].component(row["element_index"], row["component_index"]),
            failed=tuple(name for name in row["failed"].split(",") if name),
            is_for_other_time=row["is_for_other_time"],
            is_chosen=bool(row["is_chosen"]),
        )
        found.setdefault((row["period_index"], row["line_dimension"]), []).append(candidate)
    return {place: tuple(candidates) for place, candidates in found.items()}


def _periods(
    rows: list[Row],
    tariffs: dict[str, Tariff],
    candidates: dict[tuple[int, str], tuple[Candidate, ...]],
    lines: tuple[Line, ...],
) -> tuple[Period, ...]:
    return tuple(
        Period(
            period_index=row["period_index"],
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            started_local_at=row["started_local_at"],
            ended_local_at=row["ended_local_at"],
            named_tariff_id=row["named_tariff_id"],
            tariff=tariffs.get(row["tariff_hash"]),
            reached=_make(Reached, {**row, "kwh": row["reached_kwh"], "seconds": row["reached_s"]}),
            volumes=tuple(
                _volume(row, line_dimension, candidates.get((row["period_index"], line_dimension), ()), lines)
                for line_dimension, column in _VOLUMES.items()
                if (row[column] if column else (row["period_index"], line_dimension) in candidates)
            ),
        )
        for row in rows
    )


def _volume(row: Row, line_dimension: str, candidates: tuple[Candidate, ...], lines: tuple[Line, ...]) -> Volume:
    column = _VOLUMES[line_dimension]
    chosen = next((candidate.component for candidate in candidates if candidate.is_chosen), None)
    # Lines call both kinds of fee FLAT; the element tells them apart.
    dimension = "FLAT" if column is None else line_dimension
    return Volume(
        line_dimension=line_dimension,
        quantity=row[column] if column else Decimal(1),
        candidates=candidates,
        line=next(
            (
                line
                for line in lines
                if chosen
                and (line.period_index, line.dimension, line.element_index)
                == (row["period_index"], dimension, chosen.element_index)
            ),
            None,
        ),
    )


def _printable(value: Any) -> Any:
    """Text of a partner in one line and without what would steer a terminal or turn the direction of writing."""
    if not isinstance(value, str):
        return value
    return "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cf") else sign for sign in " ".join(value.split()))


def _make(kind: type[Made], row: Row) -> Made:
    return kind(**{field.name: row[field.name] for field in fields(cast("Any", kind))})
