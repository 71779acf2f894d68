"""What of the configuration goes into the keys of raw, kept beside raw so that a change of it is seen."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from pipeline.landing.raw_tables import create_raw_tables, drop_raw_tables
from pipeline.partners import Config
from pipeline.quality.tables import drop_tables as drop_quality_tables


def is_config_first(config: Config, slug: str) -> bool:
    """A CPO's objects without party are its own; a hub sends for others, so there the EVSE id tells more."""
    partner = config.partner(slug)
    return bool(partner and {"CPO", "EMSP"} & set(partner.roles))


def forget_other_keys(con: duckdb.DuckDBPyConnection, config: Config) -> bool:
    """Empty raw, and what was judged by its keys, when the configuration no longer gives the keys it holds.

    Landing holds everything, so the load that follows fills raw again. A partner that never sent anything changes
    no key. Returns whether raw was emptied.
    """
    rows = con.execute(
        """
        select pages.partner, keyings.keying
        from (select distinct partner from raw.pages) as pages
        left join raw.keyings as keyings on pages.partner = keyings.partner
        """
    ).fetchall()
    if all(keying == _keying(config, slug) for slug, keying in rows):
        return False
    con.execute("begin")
    try:
        drop_raw_tables(con)
        create_raw_tables(con)
        # Results name objects by their keys; they are made again from raw.
        drop_quality_tables(con)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return True


def remember_keys(con: duckdb.DuckDBPyConnection, config: Config, slugs: Iterable[str]) -> None:
    """Note with which configuration pages of these partners were keyed; part of the caller's transaction."""
    for slug in sorted(set(slugs)):
        con.execute(
            """
            insert into raw.keyings
            select $partner, $keying
            where $partner not in (select partner from raw.keyings)
            """,
            {"partner": slug, "keying": _keying(config, slug)},
        )


def _keying(config: Config, slug: str) -> str:
    """Our party and the partner's, as far as keys are made of them."""
    receiver, partner = config.receiver, config.partner(slug)
    ours = f"{receiver.country_code}*{receiver.party_id}" if receiver else "nobody"
    theirs = f"{partner.country_code}*{partner.party_id}" if partner else "not configured"
    return f"{ours} from {theirs}{' first' if is_config_first(config, slug) else ''}"
