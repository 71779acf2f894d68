"""Cases of tariff and agreement (R43 to R49): missing, not valid, stale, changed in place, not split."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.rules.case import Case
from tests.rules.costs import claimed, component
from tests.rules.landing import NO_AGREEMENT, TWO_AGREEMENTS

D = Decimal
NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
START = "2026-11-02T11:00:00Z"
ONE_SECOND_LATER = "2026-11-02T11:00:01Z"

MISSING = [
    Case("tariff_missing", "no tariff anywhere", ("tariff_missing",), cdr={"tariffs": []},
         location={"evses.0.connectors.0.tariff_ids": []}),
    Case("tariff_missing", "no tariff in the CDR, one at the connector", ("tariff_not_embedded",), cdr={"tariffs": []}),
    Case("tariff_unknown", "a period names one that is not there", ("tariff_unknown",),
         cdr={"charging_periods.0.tariff_id": "NOT-SENT"}),
    Case("tariff_unknown", "a period names the one that is there",
         cdr={"charging_periods.0.tariff_id": lambda charge: f"T{charge.number}"}),
    Case("tariff_not_valid_at_start", "begins with the session", started_at=NOON, tariff={"start_date_time": START}),
    Case("tariff_not_valid_at_start", "begins a second later", ("tariff_not_valid_at_start",), started_at=NOON,
         tariff={"start_date_time": ONE_SECOND_LATER}),
    Case("tariff_not_valid_at_start", "ends with the start", ("tariff_not_valid_at_start",), started_at=NOON,
         tariff={"end_date_time": START}),
    Case("tariff_not_valid_at_start", "ends a second later", started_at=NOON,
         tariff={"end_date_time": ONE_SECOND_LATER}),
    Case("tariff_currency_mismatch", "both in kronor", tariff={"currency": "SEK"}, cdr={"currency": "SEK"}),
    Case("tariff_currency_mismatch", "the tariff in kronor", ("tariff_currency_mismatch",), tariff={"currency": "SEK"},
         severity="reject"),
    Case("agreement_missing", "none in force", ("agreement_missing",), started_at=NO_AGREEMENT),
    Case("agreement_missing", "one in force"),
    Case("multiple_agreements_match", "two in force", ("multiple_agreements_match",), started_at=TWO_AGREEMENTS),
    Case("multiple_agreements_match", "one in force"),
]  # fmt: skip


def embedded(name: str, price: str, *expect: str, severity: str | None = None, **changes: Any) -> Case:
    """The CDR embeds its tariff with another price per kWh than we hold, and claims by it."""
    cdr = {"tariffs.0.elements.0.price_components.0.price": D(price)} | claimed(str(D(price) * 10))
    return Case("tariff_stale_or_unsynced", name, expect, cdr=cdr, severity=severity, **changes)


ADDED = {"tariffs.0.elements.0.price_components.1": component("TIME", "0")}
STALE = [
    embedded("the prices that we hold", "0.4"),
    embedded("dearer", "0.5", "tariff_stale_or_unsynced", severity="hold"),
    embedded("dearer by two cents", "0.402", "tariff_stale_or_unsynced", severity="warn"),
    embedded("dearer by more than two cents", "0.4021", "tariff_stale_or_unsynced", severity="hold"),
    embedded("cheaper", "0.3", "tariff_stale_or_unsynced", severity="warn"),
    Case("tariff_stale_or_unsynced", "other prices, the same for this session", ("tariff_stale_or_unsynced",),
         cdr=ADDED, severity="warn"),
    Case("tariff_stale_or_unsynced", "another text only", cdr={"tariffs.0.tariff_alt_url": "https://example.com/t"}),
    Case("tariff_stale_or_unsynced", "dearer in 2.1.1", ("tariff_stale_or_unsynced",), version="2.1.1", severity="hold",
         cdr={"tariffs.0.elements.0.price_components.0.price": D("0.5"), "total_cost": D(5)}),
]  # fmt: skip

CHANGED_AT = datetime(2026, 10, 1, tzinfo=UTC)
NEW_PRICE = {"elements.0.price_components.0.price": D("0.5")}


def changed(name: str, dates: dict[str, Any], *expect: str) -> Case:
    """The tariff costs 0.50 from October on, and the CDR is priced so."""
    later = (CHANGED_AT, "tariffs", NEW_PRICE | dates)
    cdr = {f"tariffs.0.{path}": value for path, value in later[2].items()} | claimed("5")
    return Case("tariff_mutated_in_place", name, expect, cdr=cdr, later=(later,),
                severity="warn" if expect else None)  # fmt: skip


MUTATED = [
    changed("without any new date", {}, "tariff_mutated_in_place"),
    changed("with a new last_updated", {"last_updated": "2026-09-30T22:00:00Z"}),
    changed("with a new start", {"start_date_time": "2026-09-30T22:00:00Z"}),
    changed("with a new end", {"end_date_time": "2027-09-30T22:00:00Z"}),
    Case("tariff_mutated_in_place", "the session was before it", started_at=datetime(2026, 9, 30, 20, tzinfo=UTC),
         later=((CHANGED_AT, "tariffs", NEW_PRICE),)),
    Case("tariff_mutated_in_place", "another text, the same prices",
         later=((CHANGED_AT, "tariffs", {"tariff_alt_url": "https://example.com/t"}),)),
    # That it was priced by the old prices is the fault, and not that there are new ones.
    Case("tariff_mutated_in_place", "priced by the prices before", ("tariff_stale_or_unsynced",),
         later=((CHANGED_AT, "tariffs", NEW_PRICE),)),
]  # fmt: skip


def spanning(name: str, minute: int, duration_s: int, change: str, *expect: str, second: int = 0) -> Case:
    """One period over a change of price at that local time of day; the session begins so many minutes after 11."""
    elements = [
        {"price_components": [component("ENERGY", "0.4")], "restrictions": {"end_time": change}},
        {"price_components": [component("ENERGY", "0.6")]},
    ]
    return Case("period_spans_price_change", name, expect, tariff={"elements": elements}, energy_kwh="1",
                started_at=datetime(2026, 11, 2, 10, minute, second, tzinfo=UTC), duration_s=duration_s,
                severity="hold" if expect else None)  # fmt: skip


UNSPLIT = [
    spanning(":12 to :22, over a quarter", 12, 600, "11:15", "period_spans_price_change"),
    spanning(":12 to :19, seven minutes over a quarter", 12, 420, "11:15", "period_spans_price_change"),
    spanning(":18 to :24, within a quarter", 18, 360, "11:20"),
    spanning(":16 to :23, seven minutes within a quarter", 16, 420, "11:20"),
    spanning(":15 to :30, a whole quarter", 15, 900, "11:20", "period_spans_price_change"),
    spanning("a quarter less a second, until its end", 15, 899, "11:20", second=1),
    spanning("a second longer, into the next quarter", 15, 899, "11:20", "period_spans_price_change", second=2),
    spanning("no change within", 12, 600, "11:40"),
    spanning("a change as the period ends", 12, 600, "11:22"),
]

CASES = [*MISSING, *STALE, *MUTATED, *UNSPLIT]
