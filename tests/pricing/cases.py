"""Prices folders of cases the way a night does: landed as files, loaded, built with dbt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import Paths

RECEIVED_AT = datetime(2026, 11, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CasePrice:
    """What the warehouse says of one case; amounts exact, before rounding."""

    total_excl_vat: Decimal | None
    total_incl_vat: Decimal | None
    not_priced_code: str | None


def price_cases(folder: Path, paths: Paths) -> dict[str, CasePrice]:
    """Price every `<folder>/**/cdr.json` (with `tariff.json` in place of the embedded ones) and return it by case.

    Each case is a partner of its own, which is how it gets the time zone of its `case.json`.
    """
    names = {
        f"case-{number:04d}": case for number, case in enumerate(sorted(p.parent for p in folder.rglob("cdr.json")))
    }
    drops = paths.data / "drops"
    partners = []
    for partner, case in names.items():
        meta = json.loads((case / "case.json").read_text())
        body = drops / partner / meta["ocpi_version"] / "cdrs" / "cdr.json"
        body.parent.mkdir(parents=True)
        body.write_text(_body(case, partner))
        partners.append(
            {
                "partner": partner,
                "country_code": "NL",
                "party_id": "TST",
                "name": partner,
                "roles": ["CPO"],
                "ocpi_version": meta["ocpi_version"],
                "modules": ["cdrs"],
                "time_zone": meta["timezone"],
            }
        )
    ours = [{"country_code": "NL", "party_id": "RLG", "roles": ["EMSP"], "name": "Us"}]
    paths.partners_file.parent.mkdir(parents=True, exist_ok=True)
    paths.partners_file.write_text(yaml.safe_dump({"our_parties": ours, "partners": partners}))
    land_path(paths, load_config(paths), drops, received_at=RECEIVED_AT)
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    dbt_runner.build(
        paths,
        as_of=RECEIVED_AT,
        ledger_position=0,
        select=["--select", "+fct_cdr_prices", "--indirect-selection", "buildable"],
    )
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        rows = con.execute(
            "select partner, total_excl_vat, total_incl_vat, not_priced_code from pricing.fct_cdr_prices"
        ).fetchall()
    return {names[partner].relative_to(folder).as_posix(): CasePrice(*price) for partner, *price in rows}


def _body(case: Path, name: str) -> str:
    cdr = _loads(case / "cdr.json")
    if (case / "tariff.json").exists():
        tariff = _loads(case / "tariff.json")
        cdr["tariffs"] = tariff if isinstance(tariff, list) else [tariff]
    # Some cases are fragments without an id, and some share one: a night would quarantine those and join these.
    return _dumps({**cdr, "id": name})


class _Number(str):
    """A number kept as the digits it was written with; Python would make it binary floating point."""


def _loads(path: Path) -> Any:
    return json.loads(path.read_text(), parse_float=_Number, parse_int=_Number)


def _dumps(value: object) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_dumps(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_dumps(item) for item in value) + "]"
    return json.dumps(value)
