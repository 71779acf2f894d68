"""Lands every case and builds the layers up to the verdicts, once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.settings import Paths
from tests.oracle.language import dump
from tests.rules import world
from tests.rules.case import Case, changed
from tests.rules.world import FIRST_SEEN, OUR_COUNTRY, OUR_PARTY, PARTNERS, Charge, Json

AS_OF = datetime(2026, 12, 1, 2, tzinfo=UTC)
OWN = "own"
# Partner 2.2.1 has no agreement on the one of these days, and two on the other.
NO_AGREEMENT = datetime(2026, 9, 10, 10, tzinfo=UTC)
TWO_AGREEMENTS = datetime(2026, 9, 14, 10, tzinfo=UTC)
# Objects by where they lie: partner, module, moment of receipt.
Drops = Mapping[tuple[str, str, datetime], list[Json]]


def build(
    paths: Paths, cases: Sequence[Case], *, rules: Mapping[str, Any] | None = None, as_of: datetime = AS_OF
) -> None:
    """Land the cases, numbered from 1 in their order, and build; `rules` is what rules.yml holds."""
    configure(paths, rules)
    config = load_config(paths)
    for (partner, module, received_at), objects in sorted(drops(cases).items(), key=lambda drop: drop[0][2]):
        name = f"{partner}-{module}-{received_at:%Y%m%dT%H%M%S}.json"
        file = paths.data / "drops" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(dump({"status_code": 1000, "timestamp": "2026-11-01T00:00:00Z", "data": objects}))
        land_path(paths, config, file, partner=partner, module=module, received_at=received_at)
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    wanted = [f"+{name}" for name in ("fct_cdr_verdicts", "fct_rule_performance", "fct_exceptions", "fct_cdr_waits")]
    select = ["--select", *wanted, "--indirect-selection", "buildable"]
    dbt_runner.build(paths, as_of=as_of, ledger_position=0, select=select)


def configure(paths: Paths, rules: Mapping[str, Any] | None) -> None:
    ours = [{"country_code": OUR_COUNTRY, "party_id": OUR_PARTY, "roles": ["EMSP"], "name": "Roamledger"}]
    cpos = [
        {"partner": slug, "name": slug, "country_code": "NL", "party_id": party, "roles": ["CPO"],
         "ocpi_version": version, "modules": ["locations", "tariffs", "sessions", "cdrs"]}
        for version, (slug, party) in PARTNERS.items()
    ]  # fmt: skip
    own = {"partner": OWN, "name": OWN, "country_code": OUR_COUNTRY, "party_id": OUR_PARTY, "roles": ["EMSP"]}
    own |= {"ocpi_version": "2.2.1", "modules": ["tokens"]}
    terms = {"currency": "EUR", "commercial_model": "wholesale_markup", "retail_vat_percent": 21}
    times: dict[str, list[tuple[str, str | None]]] = {slug: [("2017-01-01", None)] for slug, _ in PARTNERS.values()}
    times["cpo-now"] = [("2017-01-01", "2026-09-10"), ("2026-09-11", None), ("2026-09-14", "2026-09-15")]
    agreements = [
        {
            "agreement_id": f"{slug}-{number}",
            "partner": slug,
            "version": 1,
            "valid_from": first,
            "valid_to": end,
            **terms,
        }
        for slug, spans in times.items()
        for number, (first, end) in enumerate(spans)
    ]
    paths.partners_file.write_text(yaml.safe_dump({"our_parties": ours, "partners": [*cpos, own]}))
    paths.agreements_file.write_text(yaml.safe_dump({"agreements": agreements}))
    if rules is not None:
        paths.rules_file.write_text(yaml.safe_dump(rules))


def drops(cases: Sequence[Case]) -> Drops:
    found: dict[tuple[str, str, datetime], list[Json]] = defaultdict(list)
    for version, (slug, _) in PARTNERS.items():
        # A partner's first pull is its history, of which nobody knows when it arrived.
        history = Charge(0, version, FIRST_SEEN - timedelta(hours=3), 3600, world.Decimal(10))
        for module, make in MADE.items():
            found[(slug, module, FIRST_SEEN)].append(make(history))
        found[(OWN, "tokens", FIRST_SEEN)].append(world.token(history) | {"uid": f"04FFFFFFFFFF{len(found):02X}"})
    for number, case in enumerate(cases, start=1):
        _drop(found, case, case.charge(number))
    return found


MADE = {"locations": world.location, "tariffs": world.tariff, "sessions": world.session, "cdrs": world.cdr}


def _drop(found: dict[tuple[str, str, datetime], list[Json]], case: Case, charge: Charge) -> None:
    slug = PARTNERS[case.version][0]
    received_at = case.received_at or charge.ended_at + timedelta(minutes=10)
    bodies = {
        "locations": (slug, FIRST_SEEN, world.location(charge), case.location),
        "tariffs": (slug, FIRST_SEEN, world.tariff(charge), case.tariff),
        "tokens": (OWN, FIRST_SEEN, world.token(charge), case.token),
        "sessions": (slug, received_at, world.session(charge), case.session),
    }
    for module, (partner, moment, body, changes) in bodies.items():
        if changes is not None:
            found[(partner, module, moment)].append(changed(body, changes, charge))
    for moment, module, changes in case.later:
        partner, _, body, first = bodies[module]
        found[(partner, module, moment)].append(changed(changed(body, first or {}, charge), changes, charge))
    first = changed(world.cdr(charge), {f"tariffs.0.{path}": value for path, value in case.tariff.items()}, charge)
    first = changed(first, case.cdr, charge)
    found[(slug, "cdrs", received_at)].append(first)
    for more in case.more:
        found[(slug, "cdrs", more.received_at or received_at)].append(changed(first, more.cdr, charge))
