"""Builds published files for the report's tests: the tables that the report reads, with figures made up by hand."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import sqrt
from pathlib import Path

import duckdb

from pipeline.settings import DBT_PROJECT_DIR

PARTNERS = ("be-vlt", "de-aur", "nl-cpi")
AS_OF = datetime(2026, 11, 1, 1, tzinfo=UTC)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)

SCHEMA = """
    create schema meta;
    create schema kpis;
    create schema settlement;
    create schema verdicts;
    create schema core;
    create schema seeds;
    create table core.fct_cdrs (cdr_key varchar, first_received_at timestamptz);
    create table meta.published_version (
        version_id varchar, as_of timestamptz, ledger_position bigint, table_count integer, engine_version varchar
    );
    create table meta.ingest_accounting (
        partner varchar, module varchar, pull_id varchar, source_name varchar,
        received_count bigint, loaded_count bigint, quarantined_count bigint, duplicate_count bigint, difference bigint
    );
    create table kpis.kpi_money_monthly (
        kpi_month date, partner varchar, currency varchar, cdr_count bigint, credit_cdr_count bigint,
        energy_kwh decimal(38, 12),
        claimed_excl_vat decimal(38, 12), expected_excl_vat decimal(38, 12), accepted_excl_vat decimal(38, 12),
        held_excl_vat decimal(38, 12), rejected_excl_vat decimal(38, 12), retail_excl_vat decimal(38, 12),
        wholesale_excl_vat decimal(38, 12), margin_excl_vat decimal(38, 12)
    );
    create table kpis.kpi_differences_monthly (
        kpi_month date, partner varchar, currency varchar, cause_code varchar, cdr_count bigint,
        amount_excl_vat decimal(38, 12), amount_incl_vat decimal(38, 12)
    );
    create table kpis.kpi_quality_monthly (
        kpi_month date, partner varchar, rule_code varchar, severity varchar, object_type varchar, object_count bigint
    );
    create table kpis.kpi_partner_scorecard (
        receipt_month date, partner varchar, module varchar, currency varchar, received_count bigint,
        faulty_count bigint, stopped_count bigint, clean_rate decimal(18, 6), wilson_low decimal(18, 6),
        wilson_high decimal(18, 6), previous_clean_rate decimal(18, 6), faulty_claimed_excl_vat decimal(38, 12),
        stopped_claimed_excl_vat decimal(38, 12)
    );
    create table kpis.kpi_roaming_daily (
        kpi_date date, partner varchar, kpi_id varchar, numerator bigint, denominator bigint,
        rate decimal(18, 6), wilson_low decimal(18, 6), wilson_high decimal(18, 6), is_provisional boolean
    );
    create table kpis.kpi_roaming_monthly (
        kpi_month date, partner varchar, kpi_id varchar, numerator bigint, denominator bigint,
        rate decimal(18, 6), wilson_low decimal(18, 6), wilson_high decimal(18, 6), is_provisional boolean
    );
    create table kpis.kpi_delivery_monthly (
        kpi_month date, partner varchar, measured_count bigint, latency_p50_h decimal(18, 6),
        latency_p95_h decimal(18, 6), latency_p99_h decimal(18, 6)
    );
    create table settlement.fct_settlement_bridge (
        billing_month date, partner varchar, currency varchar, step_number integer, step varchar, cdr_count bigint,
        amount_excl_vat decimal(38, 12)
    );
    create schema validation;
    create table validation.fct_suite_runs (
        suite_run_key varchar, suite varchar, partner varchar, received_date date, evaluated_count bigint,
        failed_count bigint, failed_percent decimal(18, 6)
    );
    create table validation.fct_suite_results (
        suite_result_key varchar, suite varchar, object_type varchar, rule_code varchar, partner varchar,
        received_date date, evaluated_count bigint, failed_count bigint, failed_percent decimal(18, 6)
    );
    create table validation.fct_rule_hits (
        object_type varchar, object_key varchar, object_label varchar, partner varchar, rule_code varchar,
        judge varchar, observed varchar
    );
    create table verdicts.fct_cdr_verdicts (
        cdr_key varchar, partner varchar, billing_month date, currency varchar, verdict varchar, deciding_code varchar,
        money_at_stake_excl_vat decimal(38, 12)
    );
"""

# Received, duplicates, rejected, held by partner in October; September is the same with fewer.
FLOW = {"be-vlt": (812, 6, 9, 21), "de-aur": (1244, 14, 16, 38), "nl-cpi": (1590, 11, 12, 27)}
HOLDS = ("evse_unknown", "recalc_total_mismatch", "cdr_duplicate_content", "vat_mismatch", "zero_energy_billed")
REJECTS = ("end_before_start", "cdr_required_fields_missing", "energy_unit_suspect")
RATES = {"K01": 0.958, "K10": 0.941, "K12": 0.004, "K13": 0.967, "K14": 0.006, "K20": 0.991, "K40": 0.0035}


class PublishedFile:
    """A published file in the making: an empty one, to which a test adds what it needs."""

    def __init__(self, path: Path, *, as_of: datetime = AS_OF) -> None:
        self.path = path
        self._connection = duckdb.connect(str(path))
        # One transaction for all rows: each by itself would take seconds.
        self._connection.begin()
        self._connection.execute(SCHEMA)
        for seed in ("codes", "rules", "kpi_catalogue"):
            csv = DBT_PROJECT_DIR / "seeds" / f"{seed}.csv"
            self._connection.execute(f"create table seeds.{seed} as from read_csv('{csv}', header = true)")
        self.add("meta.published_version", [("20261101T010000Z-5e1fbeef", as_of, 20, 31, "duckdb 2.0.0")])

    def add(self, table: str, rows: Sequence[tuple[object, ...]]) -> PublishedFile:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"insert into {table} values ({marks})", rows)
        return self

    def finish(self) -> Path:
        self._connection.commit()
        self._connection.close()
        return self.path


def a_usual_month(path: Path) -> Path:
    """Two months of three partners in euro, as on the first of November: some CDRs held, the last days provisional."""
    file = PublishedFile(path)
    for month, share in ((SEPTEMBER, Decimal("0.8")), (OCTOBER, Decimal(1))):
        for partner in PARTNERS:
            add_flow(file, month, partner, "EUR", share)
    add_scores(file)
    add_rates(file, PARTNERS)
    add_intake(file)
    add_suites(file)
    return file.finish()


def add_flow(file: PublishedFile, month: date, partner: str, currency: str, share: Decimal = Decimal(1)) -> None:
    """Money, bridge, verdicts, differences and rule hits of one partner and month; `share` scales the counts."""
    received, duplicates, rejected, held = (int(number * share) for number in FLOW[partner])
    price = Decimal("13.4217")
    amounts = {
        "received": received * price,
        "duplicates": -duplicates * price,
        "rejected": -rejected * price,
        "held": -held * price,
    }
    counts = {"received": received, "duplicates": -duplicates, "rejected": -rejected, "held": -held}
    billable, money = sum(counts.values()), sum(amounts.values(), Decimal(0))
    steps = [(step, counts[step], amounts[step]) for step in counts]
    steps += [("billable", billable, money), ("difference", 0, Decimal(0))]
    file.add(
        "settlement.fct_settlement_bridge",
        [(month, partner, currency, number, *step) for number, step in enumerate(steps, start=1)],
    )
    claimed = (received - duplicates) * price
    expected, retail = claimed - Decimal("61.37"), money * Decimal("1.154")
    amounts_by_name = (claimed, expected, money, held * price, rejected * price, retail, money, retail - money)
    file.add(
        "kpis.kpi_money_monthly",
        [(month, partner, currency, received - duplicates - 2, 2, Decimal(received * 27), *amounts_by_name)],
    )
    verdicts: list[tuple[str, str | None]] = [("held", HOLDS[index % 5 if index % 3 else 0]) for index in range(held)]
    verdicts += [("rejected", REJECTS[index % 3]) for index in range(rejected)]
    verdicts += [("accepted", None)] * 3
    file.add(
        "verdicts.fct_cdr_verdicts",
        [
            (f"{partner}-{month}-{number}", partner, month, currency, verdict, code, price)
            for number, (verdict, code) in enumerate(verdicts)
        ],
    )
    file.add(
        "core.fct_cdrs",
        [(f"{partner}-{month}-{number}", AS_OF - timedelta(days=2 + number % 9)) for number in range(len(verdicts))],
    )
    causes = {"not_from_tariff": "44.10", "stale_tariff": "19.65", "rounding": "0.37", "vat": "-2.79"}
    file.add(
        "kpis.kpi_differences_monthly",
        [(month, partner, currency, cause, 4, Decimal(value), None) for cause, value in causes.items()],
    )
    rules = [(code, "hold", 5 + len(code) % 7) for code in HOLDS] + [(code, "reject", 4) for code in REJECTS]
    rules += [("cdr_late", "warn", 61), ("rounding_gap", "warn", 33)]
    file.add("kpis.kpi_quality_monthly", [(month, partner, *rule[:2], "cdr", rule[2]) for rule in rules])


def add_scores(file: PublishedFile, partners: Sequence[str] = PARTNERS) -> None:
    """How clean the CDRs and tariffs of two months are, and all partners together, which the report leaves out."""
    clean = (Decimal("0.9"), Decimal("0.95"), None, Decimal("50.25"), Decimal("12.5"))
    cleaner = (Decimal("0.95"), Decimal("0.98"), Decimal("0.925"), Decimal("40.25"), Decimal("10.5"))
    for partner in (*partners, "all"):
        rows = [
            (SEPTEMBER, partner, "cdrs", "EUR", 400, 30, 10, Decimal("0.925"), *clean),
            (OCTOBER, partner, "cdrs", "EUR", 800, 28, 8, Decimal("0.965"), *cleaner),
            (OCTOBER, partner, "tariffs", None, 10, 0, 0, Decimal(1), Decimal("0.7225"), Decimal(1), None, None, None),
        ]
        file.add("kpis.kpi_partner_scorecard", rows)


def add_rates(
    file: PublishedFile, partners: Sequence[str], first: date = SEPTEMBER, last: date = date(2026, 10, 31)
) -> None:
    """Daily rates that wander around a level, from a fixed seed, and their sums by month and over all partners."""
    chance = random.Random(7)
    daily: list[tuple[object, ...]] = []
    months: dict[tuple[date, str, str], list[int]] = {}
    for kpi_id, level in RATES.items():
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            whole = [0, 0]
            for position, partner in enumerate(partners):
                cases = 14 + 9 * position + offset % 5
                hits = sum(chance.random() < level - 0.01 * position for _ in range(cases))
                whole = [whole[0] + hits, whole[1] + cases]
                daily.append(_rate(day, partner, kpi_id, hits, cases, day >= date(2026, 10, 29)))
                _sum_into(months, (day.replace(day=1), partner, kpi_id), hits, cases)
            daily.append(_rate(day, "all", kpi_id, *whole, day >= date(2026, 10, 29)))
            _sum_into(months, (day.replace(day=1), "all", kpi_id), *whole)
    file.add("kpis.kpi_roaming_daily", daily)
    file.add(
        "kpis.kpi_roaming_monthly",
        [
            _rate(month, partner, kpi_id, *numbers, month == OCTOBER)
            for (month, partner, kpi_id), numbers in months.items()
        ],
    )
    file.add(
        "kpis.kpi_delivery_monthly",
        [(OCTOBER, who, 311, Decimal("3.4"), Decimal("21.7"), Decimal("76.25")) for who in ("all", *partners)],
    )


def add_intake(file: PublishedFile, partners: Sequence[str] = PARTNERS, *, missing: int = 0) -> None:
    """Files of each partner; `missing` objects of the last one are unaccounted for."""
    rows = []
    for partner in partners:
        for module, number in (("cdrs", 2210), ("locations", 214), ("sessions", 2280), ("tariffs", 38)):
            lost = missing if (partner, module) == (partners[-1], "tariffs") else 0
            rows.append((partner, module, "p1", "page-0001.json.gz", number, number - 7 - lost, 2, 5, lost))
    file.add("meta.ingest_accounting", rows)


# Broken records of one day by suite, kind of object and rule.
SUITE_RULES = (
    ("cdrs", "cdr", {"end_before_start": 2, "evse_id_format": 1, "energy_negative": 0, "contract_id_format": 3}),
    ("sessions", "session", {"session_end_before_start": 0, "session_energy_invalid": 1}),
    ("tokens", "token", {"rfid_uid_format": 1, "token_required_fields_missing": 0}),
)


def add_suites(file: PublishedFile, partners: Sequence[str] = PARTNERS, days: int = 20) -> None:
    """What the suites found on the days up to the clock; on each third, as on the newest, nothing is broken."""
    runs, results, hits = [], [], []
    for partner, back, (suite, kind, rules) in itertools.product(partners, range(days), SUITE_RULES):
        day, is_good = AS_OF.date() - timedelta(days=back), back % 3 == 0
        failed = 0 if is_good else sum(rules.values())
        runs.append((f"{suite}{partner}{day}", suite, partner, day, 40 + back, failed, None))
        for rule, number in rules.items():
            broken = 0 if is_good else number
            results.append((f"{suite}{rule}{partner}{day}", suite, kind, rule, partner, day, 40 + back, broken, None))
            for place, judge in itertools.product(range(broken), ("sql", "gx")):
                key = f"{partner.upper()}*{rule[:3]}{back}-{place}"
                hits.append((kind, key, key, partner, rule, judge, f"observed {place}"))
    file.add("validation.fct_suite_runs", runs)
    file.add("validation.fct_suite_results", results)
    file.add("validation.fct_rule_hits", hits)


def _sum_into(
    months: dict[tuple[date, str, str], list[int]], key: tuple[date, str, str], hits: int, cases: int
) -> None:
    numbers = months.setdefault(key, [0, 0])
    numbers[0] += hits
    numbers[1] += cases


def _rate(period: date, partner: str, kpi_id: str, hits: int, cases: int, is_provisional: bool) -> tuple[object, ...]:
    if not cases:
        return (period, partner, kpi_id, 0, 0, None, None, None, is_provisional)
    rate, z = hits / cases, 1.96
    middle = (rate + z * z / (2 * cases)) / (1 + z * z / cases)
    reach = z * sqrt(rate * (1 - rate) / cases + z * z / (4 * cases * cases)) / (1 + z * z / cases)
    return (period, partner, kpi_id, hits, cases, rate, max(middle - reach, 0), min(middle + reach, 1), is_provisional)
