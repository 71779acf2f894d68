"""Which partners went silent: the age of each partner's last pull against the business clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

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
