"""Reads the published file by fixed SQL: kpis, settlement, verdicts, meta and both catalogues, as dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from pipeline.dashboard import records
from pipeline.settings import UserError

Row = TypeVar("Row")

VERSION = """
    select
        version_id,
        as_of
    from meta.published_version
    limit 1
"""

MONEY = """
    select
        kpi_month,
        partner,
        currency,
        cdr_count + credit_cdr_count as cdr_count,
        energy_kwh,
        claimed_excl_vat,
        expected_excl_vat,
        accepted_excl_vat,
        held_excl_vat,
        rejected_excl_vat,
        retail_excl_vat,
        wholesale_excl_vat,
        margin_excl_vat
    from kpis.kpi_money_monthly
    where partner <> 'all'
    order by kpi_month, partner, currency
"""

BRIDGE = """
    select
        billing_month,
        partner,
        currency,
        step_number,
        step,
        cdr_count,
        amount_excl_vat
    from settlement.fct_settlement_bridge
    where partner <> 'all'
    order by billing_month, partner, currency, step_number
"""

KPIS = """
    select
        kpi_id,
        kpi_name,
        definition,
        numerator,
        denominator,
        counted_by,
        cast(target as double) as target,
        is_higher_better,
        is_proposal,
        source
    from seeds.kpi_catalogue
    order by kpi_id
"""

TITLES = """
    select
        code,
        title
    from seeds.codes
"""

MONTHLY_RATES = """
    select
        kpi_month,
        partner,
        kpi_id,
        numerator,
        denominator,
        cast(rate as double) as rate,
        cast(wilson_low as double) as wilson_low,
        cast(wilson_high as double) as wilson_high,
        is_provisional
    from kpis.kpi_roaming_monthly
    where kpi_month is not null
    order by kpi_id, partner, kpi_month
"""

# Two months and a week of days: enough to compare the month with the one before it.
DAILY_RATES = """
    select
        kpi_date,
        partner,
        kpi_id,
        numerator,
        denominator,
        cast(rate as double) as rate,
        cast(wilson_low as double) as wilson_low,
        cast(wilson_high as double) as wilson_high,
        is_provisional
    from kpis.kpi_roaming_daily
    where kpi_date is not null
    qualify kpi_date > max(kpi_date) over () - interval 69 days
    order by kpi_id, partner, kpi_date
"""

DIFFERENCES = """
    select
        kpi_month,
        partner,
        currency,
        cause_code,
        cdr_count,
        amount_excl_vat,
        amount_incl_vat
    from kpis.kpi_differences_monthly
    where partner <> 'all'
    order by kpi_month, partner, currency, cause_code
"""

# A rule broken by a tariff, location or token stands until it is mended, whatever the month.
QUALITY = """
    select
        case when object_type in ('cdr', 'session') then kpi_month end as kpi_month,
        partner,
        rule_code,
        severity,
        object_type,
        cast(sum(object_count) as bigint) as object_count
    from kpis.kpi_quality_monthly
    where partner <> 'all'
    group by all
    order by kpi_month, partner, rule_code, severity, object_type
"""

SCORES = """
    select
        receipt_month,
        partner,
        module,
        currency,
        received_count,
        faulty_count,
        stopped_count,
        cast(clean_rate as double) as clean_rate,
        cast(wilson_low as double) as wilson_low,
        cast(wilson_high as double) as wilson_high,
        cast(previous_clean_rate as double) as previous_clean_rate,
        faulty_claimed_excl_vat,
        stopped_claimed_excl_vat
    from kpis.kpi_partner_scorecard
    where partner <> 'all'
    order by partner, module, currency, receipt_month
"""

# A CDR without a readable end belongs to the month of its receipt, as in the bridge.
VERDICTS = """
    select
        coalesce(verdicts.billing_month, cast(date_trunc('month', cdrs.first_received_at) as date)) as billing_month,
        verdicts.partner,
        coalesce(verdicts.currency, 'XXX') as currency,
        verdicts.verdict,
        verdicts.deciding_code,
        count(*) as cdr_count,
        sum(verdicts.money_at_stake_excl_vat) as at_stake_excl_vat,
        min(cdrs.first_received_at) as oldest_at
    from verdicts.fct_cdr_verdicts as verdicts
    inner join core.fct_cdrs as cdrs
        on verdicts.cdr_key = cdrs.cdr_key
    group by all
    order by billing_month, partner, currency, verdict, deciding_code
"""

LATENCY = """
    select
        kpi_month,
        partner,
        measured_count,
        latency_p50_h,
        latency_p95_h,
        latency_p99_h
    from kpis.kpi_delivery_monthly
    order by kpi_month desc, partner <> 'all', partner
"""

INGEST = """
    select
        coalesce(partner, 'unknown') as partner,
        coalesce(module, 'unidentified') as module,
        cast(count(*) as bigint) as file_count,
        cast(sum(received_count) as bigint) as received_count,
        cast(sum(loaded_count) as bigint) as loaded_count,
        cast(sum(quarantined_count) as bigint) as quarantined_count,
        cast(sum(duplicate_count) as bigint) as duplicate_count,
        cast(sum(abs(difference)) as bigint) as difference_count
    from meta.ingest_accounting
    group by all
    order by 1, 2
"""


def read_published(published_file: Path) -> records.PublishedFigures:
    """Read every panel's rows from a published DuckDB file, which is opened read-only.

    Raises UserError when there is no such file or it lacks a table or column that the report reads.
    """
    with reading(published_file, "the report") as connection:
        return _read(connection)


@contextmanager
def reading(published_file: Path, page: str) -> Generator[duckdb.DuckDBPyConnection]:
    """Open a published file for the page named, read-only; what it lacks becomes a UserError."""
    if not published_file.is_file():
        raise UserError(f"There is no published file at {published_file}; run `roamledger run` first.")
    with duckdb.connect(str(published_file), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            yield connection
        except duckdb.CatalogException as error:
            raise UserError(f"{published_file} lacks a table that {page} reads: {error}") from error
        except duckdb.BinderException as error:
            raise UserError(f"{published_file} lacks a column that {page} reads: {error}") from error


def _read(connection: duckdb.DuckDBPyConnection) -> records.PublishedFigures:
    versions = read_rows(connection, records.Version, VERSION)
    return records.PublishedFigures(
        version=versions[0] if versions else records.Version(None, None),
        money=read_rows(connection, records.MoneyRow, MONEY),
        bridge=read_rows(connection, records.BridgeStep, BRIDGE),
        kpis={kpi.kpi_id: kpi for kpi in read_rows(connection, records.Kpi, KPIS)},
        titles=dict(connection.execute(TITLES).fetchall()),
        monthly=read_rows(connection, records.Rate, MONTHLY_RATES),
        daily=read_rows(connection, records.Rate, DAILY_RATES),
        differences=read_rows(connection, records.DifferenceRow, DIFFERENCES),
        quality=read_rows(connection, records.QualityRow, QUALITY),
        scores=read_rows(connection, records.ScoreRow, SCORES),
        verdicts=read_rows(connection, records.VerdictRow, VERDICTS),
        latency=read_rows(connection, records.LatencyRow, LATENCY),
        ingest=read_rows(connection, records.IngestRow, INGEST),
    )


def read_rows(connection: duckdb.DuckDBPyConnection, make: Callable[..., Row], sql: str) -> list[Row]:
    """Make a record of each row that the statement gives."""
    return [make(*values) for values in connection.execute(sql).fetchall()]
