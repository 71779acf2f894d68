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
def published(paths: Paths) -> Paths:
    """Three published CDRs, two of which share an id."""
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
                    ('k3', 'DE*ABC*A-2', 'A-2', 'EUR', null, null)
            ) as cdrs (cdr_key, cdr_label, cdr_id, currency, total_cost_excl_vat, ended_at);
            create table verdicts.fct_cdr_verdicts as
            select * from (
                values
                    ('k1', 'held', 'cdr_duplicate_id', 'v1', cast(12.50 as decimal(38, 12))),
                    ('k2', 'accepted', null, 'v2', 0),
                    ('k3', 'rejected', 'tariff_currency_mismatch', 'v3', null)
            ) as verdicts (cdr_key, verdict, deciding_code, newest_version_hash, money_at_stake_excl_vat);
            create table meta.published_version as
            select
                '20261101T010000Z-1234' as version_id,
                timestamptz '2026-11-01T01:00:00Z' as as_of,
                cast(0 as bigint) as ledger_position;
            """
        )
    paths.published_file.chmod(0o444)
    return paths
