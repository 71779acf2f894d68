"""Which partners went silent, and of which modules no complete pull came lately, against the business clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from pipeline.partner_models import Config

# A nightly pull may run late by some hours before anybody needs to look.
MAX_PULL_AGE = timedelta(hours=36)


@dataclass(frozen=True)
class PullAge:
    """The last pull of one partner; `last_received_at` is None when nothing ever came."""

    partner: str
    last_received_at: datetime | None
    age_h: float | None
    is_silent: bool


def pull_ages(con: duckdb.DuckDBPyConnection, *, as_of: datetime, max_age: timedelta = MAX_PULL_AGE) -> list[PullAge]:
    """Tell the age of the last pull of each configured partner, and of each that sent something unasked."""
    rows = con.execute(
        """
        with partners as (
            select distinct partner from config.partners
            union
            select distinct partner from raw.pages
        )

        select
            partners.partner,
            max(pages.received_at),
            date_diff('second', max(pages.received_at), cast(? as timestamptz)) / 3600
        from partners
        left join raw.pages as pages on partners.partner = pages.partner
        group by partners.partner
        order by partners.partner
        """,
        [as_of],
    ).fetchall()
    bound = max_age.total_seconds() / 3600
    return [
        PullAge(partner, received_at, age_h, is_silent=age_h is None or age_h > bound)
        for partner, received_at, age_h in rows
        if partner
    ]


def overdue_modules(
    con: duckdb.DuckDBPyConnection, config: Config, *, as_of: datetime, max_age: timedelta = MAX_PULL_AGE
) -> dict[str, list[str]]:
    """Modules of each connected partner without a complete pull in their usual windows for `max_age`, by partner.

    A partner may answer on one module for weeks and refuse another: the age of its last page would not tell.
    """
    rows = con.execute(
        """
        select partner, module, max(ended_at)
        from raw.pulls
        where outcome = 'complete' and kind in ('full', 'period', 'delta')
        group by partner, module
        """
    ).fetchall()
    last = {(partner, module): ended_at for partner, module, ended_at in rows}
    overdue: dict[str, list[str]] = {}
    for partner in config.partners:
        for module in partner.pulled_modules:
            ended_at = last.get((partner.partner, module))
            if ended_at is None or as_of - ended_at > max_age:
                overdue.setdefault(partner.partner, []).append(module)
    return overdue
