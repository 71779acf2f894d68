"""Prices generated CDRs in one batch, landed and built the way a night does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb
import yaml

from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import Paths
from tests.oracle.generator import Case
from tests.oracle.language import ZONES
from tests.oracle.policies import DEFAULTS, as_dict

RECEIVED_AT = datetime(2026, 11, 1, 1, tzinfo=UTC)
# Whether the pricing models offer `rounding_mode` and `rounding_level`; until then all partners round by default.
MODELS_ROUND_BY_POLICY = True
# What the oracle may choose and the pricing models do not offer as a policy.
_NOT_OURS = {
    *("step_size_tariffs", "tariff_fallback"),
    *(() if MODELS_ROUND_BY_POLICY else ("rounding_mode", "rounding_level")),
}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Built:
    """What the models say of one CDR; a line is a row of dimension, period, element, quantities and costs."""

    total_excl_vat: Decimal | None
    total_incl_vat: Decimal | None
    total_excl_vat_rounded: Decimal | None
    total_incl_vat_rounded: Decimal | None
    lines: tuple[Row, ...]
    findings: frozenset[str]


def price_batch(cases: Iterable[Case], paths: Paths) -> dict[str, Built]:
    """Price the cases and give what the models say by CDR id.

    A partner of ours is a generated partner at a place: its entry carries the time zone and the policies. Cases are
    written as they are drawn, so that twenty thousand need no more memory than one.
    """
    land_cases(cases, paths)
    build_prices(paths, as_of=RECEIVED_AT, select=["+fct_cdr_prices", "+fct_cdr_price_lines", "+fct_cdr_findings"])
    return dict(_built(paths))


def build_prices(paths: Paths, *, as_of: datetime, select: Sequence[str]) -> None:
    """Load what is landed and build the selected models, as a night does."""
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    chosen = ["--select", *select, "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=as_of, ledger_position=0, select=chosen)


def land_cases(cases: Iterable[Case], paths: Paths) -> None:
    partners: dict[str, dict[str, Any]] = {}
    for case in cases:
        slug = f"{case.partner.party_id}-{case.time_zone or 'nowhere'}".lower().replace("/", "-").replace("_", "-")
        body = paths.data / "drops" / slug / case.ocpi_version / "cdrs" / "cdrs.ndjson"
        body.parent.mkdir(parents=True, exist_ok=True)
        with body.open("a") as file:
            file.write(case.text + "\n")
        partners.setdefault(slug, _partner(slug, case))
    ours = [{"country_code": "NL", "party_id": "EMP", "roles": ["EMSP"], "name": "Us"}]
    paths.partners_file.write_text(yaml.safe_dump({"our_parties": ours, "partners": list(partners.values())}))
    land_path(paths, load_config(paths), paths.data / "drops", received_at=RECEIVED_AT)


def _built(paths: Paths) -> Iterator[tuple[str, Built]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        prices = con.execute(
            """
            select
                cdrs.cdr_key, cdrs.cdr_id, prices.total_excl_vat, prices.total_incl_vat,
                prices.total_excl_vat_rounded, prices.total_incl_vat_rounded
            from pricing.fct_cdr_prices as prices
            inner join core.fct_cdrs as cdrs on prices.cdr_key = cdrs.cdr_key
            """
        ).fetchall()
        lines = _by_cdr(
            con,
            """
            select
                cdr_key, dimension, period_index, element_index, quantity, billed_quantity, cost_excl_vat, cost_incl_vat
            from pricing.fct_cdr_price_lines order by cdr_key
            """,
        )
        findings = _by_cdr(con, "select cdr_key, code from pricing.fct_cdr_findings order by cdr_key")
    for key, cdr_id, *totals in prices:
        codes = frozenset(code for (code,) in findings.get(key, ()))
        yield cdr_id, Built(*totals, lines=tuple(lines.get(key, ())), findings=codes)


def _by_cdr(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for key, group in groupby(con.execute(query).fetchall(), key=lambda row: row[0]):
        rows[key].extend(row[1:] for row in group)
    return rows


def _partner(slug: str, case: Case) -> dict[str, Any]:
    chosen, defaults = as_dict(case.policies), as_dict(DEFAULTS)
    return {
        "partner": slug,
        "name": slug,
        "country_code": case.partner.country_code,
        "party_id": case.partner.party_id,
        "roles": ["CPO"],
        "ocpi_version": "2.2.1",
        "modules": ["cdrs"],
        "time_zone": case.time_zone if case.time_zone in ZONES else None,
        "policies": {
            name: value for name, value in chosen.items() if value != defaults[name] and name not in _NOT_OURS
        },
    }
