"""Sources into schema `raw` of a temporary database, by the night's own steps, and a note on what each CDR was.

A night keys objects by party and id and quarantines what has none. Here each CDR given is priced by itself: before it
is keyed it gets an id where it lacks one, or where the same one came before, and the tariffs and time zone it is to be
priced with. What it was in truth stands in `adhoc.cdrs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline.adhoc import intake_sql as sql
from pipeline.adhoc.sources import Source
from pipeline.landing.bodies import StagedPage
from pipeline.landing.inserts import insert_judged
from pipeline.landing.judge import judge, prepare
from pipeline.landing.manifest import LandedPage
from pipeline.landing.read import PageFile
from pipeline.landing.unwrap import explode
from pipeline.partners import Config, OurParty, Partner
from pipeline.settings import UserError

_PARTNER = "adhoc"
# For a CDR that names no party: codes that no country and no party has.
NOBODY = ("ZZ", "ZZZ")
# A hub's objects without party are told by their EVSE ids first.
CONFIG = Config(
    our_parties=[OurParty(country_code=NOBODY[0], party_id="ZZY", roles=["EMSP"], name="The reader")],
    partners=[
        Partner(
            partner=_PARTNER,
            name="The sender",
            country_code=NOBODY[0],
            party_id=NOBODY[1],
            roles=["HUB"],
            ocpi_version="2.2.1",
        )
    ],
)
# The tariffs of the option belong to no source.
_ALL_SOURCES = -1


def take_in(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    tariffs: tuple[Path, Sequence[StagedPage]] | None,
    as_of: datetime,
) -> None:
    """Fill `raw` and the tables of schema `adhoc`, which `pipeline.adhoc.engine` describes.

    `tariffs` are the file and pages that replace all embedded tariffs. Raises UserError when they hold no tariff.
    """
    pages = [(number, False, page) for number, source in enumerate(sources) for page in source.pages]
    pages += [(number, True, page) for number, source in enumerate(sources) for page in source.tariff_pages or ()]
    pages += [(_ALL_SOURCES, True, page) for page in (tariffs[1] if tariffs else ())]
    _list_sources(con, sources, pages)
    con.execute("set preserve_insertion_order = true")
    explode(con, [PageFile(number, page.path, page.size_bytes) for number, (_, _, page) in enumerate(pages)])
    _collect_tariffs(con, tariffs[0] if tariffs else None)
    for step in (sql.FAILURES, sql.OBJECTS, sql.PASSED_OVER, sql.KEEP_CDRS):
        con.execute(step)
    batch = _batch(con, sources, as_of)
    # The first time tells what each CDR is called, the second time it is called what it is priced as.
    con.execute(sql.landing_objects("body"))
    _judge(con, batch)
    for step in (sql.NAMED, sql.PATCHES, sql.landing_objects("patched")):
        con.execute(step)
    _judge(con, batch)
    con.execute(sql.CDRS, {"nobody": NOBODY[0]})
    for step in (sql.EMPTY_SOURCES, sql.FINDINGS):
        con.execute(step)
    insert_judged(con, batch)


def _judge(con: duckdb.DuckDBPyConnection, batch: Sequence[LandedPage]) -> None:
    prepare(con, CONFIG, batch)
    judge(con, CONFIG)


def _list_sources(
    con: duckdb.DuckDBPyConnection, sources: Sequence[Source], pages: Sequence[tuple[int, bool, StagedPage]]
) -> None:
    con.execute(
        sql.SOURCES,
        {
            "name": [source.name for source in sources],
            "case_name": [source.case for source in sources],
            "time_zone": [source.time_zone for source in sources],
            "ocpi_version": [source.ocpi_version for source in sources],
            "code": [source.failure.code if source.failure else None for source in sources],
            "detail": [source.failure.detail if source.failure else None for source in sources],
            "has_tariffs": [source.tariff_pages is not None for source in sources],
        },
    )
    con.execute(
        sql.PAGES,
        {"source_no": [number for number, _, _ in pages], "is_tariff": [is_tariff for _, is_tariff, _ in pages]},
    )


def _collect_tariffs(con: duckdb.DuckDBPyConnection, option: Path | None) -> None:
    con.execute(sql.TARIFFS)
    if option is None:
        return
    failure = con.execute(sql.TARIFF_FAILURE, [_ALL_SOURCES]).fetchone()
    found = con.execute("select has_tariff from adhoc_tariffs where source_no = ?", [_ALL_SOURCES]).fetchone()
    if failure or not found or not found[0]:
        why = f": {failure[0]}" if failure else ""
        raise UserError(f"{option} holds no tariff that can be read{why or '.'}")
    con.execute("update adhoc.sources set tariffs_of = ?", [_ALL_SOURCES])


def _batch(con: duckdb.DuckDBPyConnection, sources: Sequence[Source], as_of: datetime) -> list[LandedPage]:
    """Landing knows one OCPI version a page, so each version that a file holds is a page of its own."""
    rows = con.execute(
        "select distinct landing_seq, source_no, ocpi_version from adhoc_objects order by landing_seq"
    ).fetchall()
    return [
        LandedPage(
            landing_seq=landing_seq,
            pull_id=_PARTNER,
            page_no=landing_seq,
            partner=_PARTNER,
            module="cdrs",
            ocpi_version=ocpi_version,
            source_name=sources[source_no].name,
            transport="file",
            is_full_pull=False,
            received_at=as_of,
            sha256="",
            size_bytes=0,
            declared_total_count=None,
            body="",
            identified_by={},
        )
        for landing_seq, source_no, ocpi_version in rows
    ]
