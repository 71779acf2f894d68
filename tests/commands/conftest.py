"""The command run in this process, and a small published warehouse made by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pytest

from pipeline import cli
from pipeline.settings import Paths


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


Roamledger = Callable[..., Done]


@pytest.fixture
def roamledger(paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Roamledger:
    """Call the command with arguments, on the test's own data directory."""

    def call(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["roamledger", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return call


@pytest.fixture
def published(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Five published CDRs, two of which share an id; of four exceptions two are open."""
    monkeypatch.setenv("ROAMLEDGER_MASKING_KEY", "a key for tests alone")
    paths.published.mkdir()
    with duckdb.connect(str(paths.published_file)) as con:
        con.execute(
            """
            set TimeZone = 'UTC';
            create schema core;
            create schema verdicts;
            create schema meta;
            create table core.fct_cdrs as
            select * from (
                values
                    ('k1', 'NL*CPI*a-1', 'a-1', 'EUR', cast(12.50 as decimal(18, 6)), timestamptz '2026-10-01 00:00Z'),
                    ('k2', 'NL*CPI*a-2', 'a-2', 'EUR', cast(-0.10 as decimal(18, 6)), timestamptz '2026-10-02 00:00Z'),
                    ('k3', 'DE*ABC*A-2', 'A-2', 'EUR', null, null),
                    ('k4', 'NL*CPI*a-4', 'a-4', 'EUR', 4, null),
                    ('k5', 'NL*CPI*a-5', 'a-5', 'EUR', 5, null)
            ) as cdrs (cdr_key, cdr_label, cdr_id, currency, total_cost_excl_vat, ended_at);
            create table verdicts.fct_cdr_verdicts as
            select * from (
                values
                    ('k1', 'held', 'cdr_duplicate_id', 'v1', cast(12.50 as decimal(38, 12)), 'rule', false),
                    ('k2', 'accepted', null, 'v2', 0, 'rule', false),
                    ('k3', 'rejected', 'tariff_currency_mismatch', 'v3', null, 'rule', false),
                    ('k4', 'held', 'token_contract_mismatch', 'v4', 4, 'rule', false),
                    ('k5', 'rejected', 'evse_unknown', 'v5', 5, 'age', true)
            ) as verdicts (
                cdr_key, verdict, deciding_code, newest_version_hash, money_at_stake_excl_vat, decided_by, is_disputed
            );
            alter table verdicts.fct_cdr_verdicts add column currency varchar default 'EUR';
            alter table verdicts.fct_cdr_verdicts add column claimed_excl_vat decimal(38, 12);
            update verdicts.fct_cdr_verdicts set claimed_excl_vat = money_at_stake_excl_vat;
            create table verdicts.fct_exceptions as
            select
                cdr_key, cdr_label, 'nl-cpi' as partner, rule_code, family, severity, reason_code, status,
                legal_actions, cast(age_days as integer) as age_days, sla_due_date, is_sla_breached,
                money_at_stake_excl_vat, 'EUR' as currency, timestamptz '2026-10-30 01:00Z' as opened_at
            from (
                values
                    ('k1', 'NL*CPI*a-1', 'cdr_duplicate_id', 'structure', 'hold', 'DUP_ID', 'open',
                     'accept reject dispute', 2, date '2026-11-06', false, cast(12.50 as decimal(38, 12))),
                    ('k3', 'DE*ABC*A-2', 'tariff_currency_mismatch', 'tariff', 'reject', 'TAR_CCY', 'rejected',
                     'reject dispute', 2, null, false, null),
                    ('k4', 'NL*CPI*a-4', 'token_contract_mismatch', 'identity', 'hold', 'ID_TOK_CTR', 'open',
                     'accept reject retry dispute reassign', 9, date '2026-10-31', true, 4),
                    ('k5', 'NL*CPI*a-5', 'evse_unknown', 'identity', 'hold', 'ID_EVSE_UNK', 'auto_rejected',
                     'retry reassign', 91, date '2026-08-01', true, 5)
            ) as exceptions (
                cdr_key, cdr_label, rule_code, family, severity, reason_code, status, legal_actions, age_days,
                sla_due_date, is_sla_breached, money_at_stake_excl_vat
            );
            create table core.dim_tokens as
            select * from (values ('NL-RLG-C00000001'), ('NL-RLG-C00000002')) as tokens (contract_id);
            create table meta.published_version as
            select
                '20261101T010000Z-1234' as version_id,
                timestamptz '2026-11-01T01:00:00Z' as as_of,
                cast(0 as bigint) as ledger_position;
            """
        )
    paths.published_file.chmod(0o444)
    return paths
