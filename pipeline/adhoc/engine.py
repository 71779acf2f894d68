"""CDRs from anywhere priced in a temporary database by the models of the night.

    with priced([Path("cdr.json")], Terms(tariffs=Path("tariff.json"))) as con:
        con.execute("select * from pricing.fct_cdr_prices").fetchall()

`priced(paths, terms)` takes files, folders and `-`; `priced_cases(root, terms)` a folder of cases. `Terms` has
`tariffs`, `time_zone` and `ocpi_version`; `as_of` is the business clock, by default now. Both give an open in-memory
DuckDB connection and close it afterwards. In it lies every model that `fct_cdr_prices`, `fct_cdr_price_lines` and
`fct_cdr_findings` stand on, under the schema it has in the warehouse, the seeds they read, and of the intake:

- `adhoc.cdrs`: one row per CDR given, and one per case without any: `line_no` (place in the answer, from 0; null for
  the further CDRs of a case), `source_name`, `case_name`, `country_code`, `party_id`, `cdr_id` (as sent, null where
  absent), `ocpi_version`, `cdr_key` (leads to the models; null where nothing could be loaded), `ignores_tariff_ids`
  (its periods name none of the tariffs given instead of the embedded ones, so that these names were left out).
- `adhoc.findings(line_no, code, detail)`: what was odd before pricing.
- `adhoc.failures(source_no, is_passed_over, code, detail, ordinal)`: what could not be read, and with
  `is_passed_over` what was read and is no CDR; `adhoc.sources` has the names.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.adhoc.intake import CONFIG, take_in
from pipeline.adhoc.models import CATALOG, Compiled, compiled_models
from pipeline.adhoc.sources import AS_SENT, Source, Terms, cases_in, sources_in, staged_file
from pipeline.landing.bodies import StagedPage
from pipeline.landing.raw_tables import create_raw_tables
from pipeline.partner_models import canonical_version
from pipeline.partners import write_config_tables
from pipeline.settings import UserError

# Given the folder for pages, the terms and a test for names of time zones, the sources to price.
_Find = Callable[[Path, Terms, Callable[[str], bool]], list[Source]]


@contextmanager
def priced(
    paths: Sequence[Path], terms: Terms = AS_SENT, *, as_of: datetime | None = None
) -> Generator[duckdb.DuckDBPyConnection]:
    """Price every CDR in the files and folders.

    Raises UserError for terms that cannot be read. A path that cannot be read is a row of `adhoc.failures`.
    """
    with _priced(lambda folder, terms, _: list(sources_in(paths, folder, terms)), terms, as_of) as con:
        yield con


@contextmanager
def priced_cases(
    root: Path, terms: Terms = AS_SENT, *, as_of: datetime | None = None
) -> Generator[duckdb.DuckDBPyConnection]:
    """Price every case below the folder.

    Raises UserError for terms that cannot be read and for a folder without cases.
    """
    with _priced(lambda *found: list(cases_in(root, *found)), terms, as_of) as con:
        yield con


@contextmanager
def _priced(find: _Find, terms: Terms, as_of: datetime | None) -> Generator[duckdb.DuckDBPyConnection]:
    clock = as_of or datetime.now(UTC)
    models = compiled_models()
    with (
        tempfile.TemporaryDirectory(prefix="roamledger-") as place,
        duckdb.connect(config={"temp_directory": str(Path(place, "spill"))}) as con,
    ):
        con.execute(f"attach ':memory:' as {CATALOG}; use {CATALOG}; set TimeZone = 'UTC'; create schema adhoc")
        zones = {str(zone) for (zone,) in con.execute("select upper(name) from pg_timezone_names()").fetchall()}
        pages = Path(place, "pages")
        pages.mkdir()
        terms = _checked(terms, zones)
        sources = find(pages, terms, lambda zone: zone.strip().upper() in zones)
        create_raw_tables(con)
        write_config_tables(con, CONFIG)
        _create_other_sources(con, models)
        tariffs = (terms.tariffs, _tariff_pages(terms.tariffs, pages)) if terms.tariffs else None
        take_in(con, sources, tariffs, clock)
        models.build(con, clock)
        yield con


def _checked(terms: Terms, zones: set[str]) -> Terms:
    zone, version = terms.time_zone, terms.ocpi_version
    if zone is not None and zone.strip().upper() not in zones:
        raise UserError(f"{zone!r} is no time zone; write it like Europe/Amsterdam")
    canonical = canonical_version(version) if version is not None else None
    if version is not None and canonical is None:
        raise UserError(f"OCPI {version} is not supported; use 2.1.1, 2.2.1 or 2.3.0")
    return Terms(terms.tariffs, zone.strip() if zone else None, canonical)


def _tariff_pages(file: Path, folder: Path) -> list[StagedPage]:
    try:
        return staged_file(file, folder).pages
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or error}") from error


def _create_other_sources(con: duckdb.DuckDBPyConnection, models: Compiled) -> None:
    """Nobody decided or judged anything here, so these tables are empty where the models read them at all."""
    schemas = {schema for schema, _ in models.sources}
    if "ledger" in schemas:
        from pipeline.ledger.table import create_tables as create_ledger_tables

        create_ledger_tables(con)
    if "quality" in schemas:
        from pipeline.quality.tables import create_tables as create_quality_tables

        create_quality_tables(con)
