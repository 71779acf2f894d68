"""The warehouse sees the ledger as one table."""

from __future__ import annotations

import duckdb

from pipeline.ledger.event import NewEvent
from pipeline.ledger.store import append
from pipeline.ledger.table import load_ledger
from pipeline.settings import Paths


def dispute(label: str, amount: str = "12.50") -> NewEvent:
    return NewEvent(
        event_type="dispute_opened",
        user_name="ana",
        object_type="cdr",
        object_key="0" * 32,
        object_label=label,
        payload={
            "dispute_id": f"D-{label}",
            "reason_code": "recalc_total_mismatch",
            "claimed_amount_excl_vat": amount,
            "currency": "EUR",
            "note": "",
        },
    )


def test_an_empty_ledger_gives_an_empty_table(paths: Paths) -> None:
    with duckdb.connect() as con:
        assert load_ledger(con, paths).seq == 0
        assert con.sql("select count(*) from ledger.events").fetchall() == [(0,)]


def test_the_table_holds_every_event_with_its_payload(paths: Paths) -> None:
    append(paths, [dispute("NL*CPI*1"), dispute("NL*CPI*2", amount="0.10")])
    with duckdb.connect() as con:
        assert load_ledger(con, paths).seq == 2
        rows = con.sql(
            "select seq, object_label, payload ->> 'claimed_amount_excl_vat' from ledger.events order by seq"
        ).fetchall()
    assert rows == [(1, "NL*CPI*1", "12.50"), (2, "NL*CPI*2", "0.10")]


def test_loading_again_replaces_the_table(paths: Paths) -> None:
    with duckdb.connect() as con:
        append(paths, [dispute("NL*CPI*1")])
        load_ledger(con, paths)
        append(paths, [dispute("NL*CPI*2")])
        load_ledger(con, paths)
        assert con.sql("select count(*) from ledger.events").fetchall() == [(2,)]
