"""Which promises to partners on exceptions are broken, as the last build has it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb


@dataclass(frozen=True)
class Breaches:
    """Unsettled exceptions of one partner past their due date; money at stake by currency."""

    partner: str
    exception_count: int
    oldest_due_date: str
    money_at_stake: dict[str, Decimal]


def open_breaches(con: duckdb.DuckDBPyConnection) -> list[Breaches]:
    """By partner, from `verdicts.fct_exceptions`; what a dispute or decision came too late for is past mending."""
    rows = con.execute(
        """
        select partner, currency, count(*), cast(min(sla_due_date) as varchar), sum(money_at_stake_excl_vat)
        from verdicts.fct_exceptions
        where is_sla_breached and status in ('open', 'waiting')
        group by partner, currency
        order by partner, currency
        """
    ).fetchall()
    found: dict[str, Breaches] = {}
    for partner, currency, count, due, money in rows:
        earlier = found.get(partner, Breaches(partner, 0, due, {}))
        found[partner] = Breaches(
            partner,
            earlier.exception_count + count,
            min(earlier.oldest_due_date, due),
            earlier.money_at_stake | {currency or "XXX": money or Decimal(0)},
        )
    return list(found.values())
