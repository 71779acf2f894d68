"""Prices generated CDRs in one batch, landed and built the way a night does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
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
# What the oracle may choose and the pricing models do not offer as a policy.
_NOT_OURS = {"step_size_tariffs", "tariff_fallback"}

Totals = tuple[Decimal | None, Decimal | None]


def price_batch(cases: Iterable[Case], paths: Paths) -> dict[str, Totals]:
    """Price the cases and give the exact totals before and with tax by CDR id."""
    land_batch(cases, paths)
    build_prices(paths, as_of=RECEIVED_AT, select="+fct_cdr_prices")
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        rows = con.execute(
            """
            select cdrs.cdr_id, prices.total_excl_vat, prices.total_incl_vat
            from pricing.fct_cdr_prices as prices
            inner join core.fct_cdrs as cdrs on prices.cdr_key = cdrs.cdr_key
            """
        ).fetchall()
    return {cdr_id: (excl_vat, incl_vat) for cdr_id, excl_vat, incl_vat in rows}


def land_batch(cases: Iterable[Case], paths: Paths) -> None:
    """Land the cases as one night's pulls.

    A partner of ours is a generated partner at a place: its entry carries the time zone and the policies.
    """
    drops: dict[tuple[str, str], list[str]] = defaultdict(list)
    partners: dict[str, dict[str, Any]] = {}
    for case in cases:
        slug = f"{case.partner.party_id}-{case.time_zone or 'nowhere'}".lower().replace("/", "-").replace("_", "-")
        drops[slug, case.ocpi_version].append(case.text)
        partners.setdefault(slug, _partner(slug, case))
    for (slug, version), texts in drops.items():
        body = paths.data / "drops" / slug / version / "cdrs" / "cdrs.ndjson"
        body.parent.mkdir(parents=True)
        body.write_text("\n".join(texts) + "\n")
    ours = [{"country_code": "NL", "party_id": "EMP", "roles": ["EMSP"], "name": "Us"}]
    paths.partners_file.write_text(yaml.safe_dump({"our_parties": ours, "partners": list(partners.values())}))
    land_path(paths, load_config(paths), paths.data / "drops", received_at=RECEIVED_AT)


def build_prices(paths: Paths, *, as_of: datetime, select: str) -> None:
    """Load what is landed and build the selected models, as a night does."""
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    dbt_runner.build(
        paths, as_of=as_of, ledger_position=0, select=["--select", select, "--indirect-selection", "buildable"]
    )


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
