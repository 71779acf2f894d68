"""Publishes a whole build: one DuckDB file, Parquet and the report, swapped in so that readers see all or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.audit import record
from pipeline.audit.acts import published as version_published
from pipeline.audit.anchors import heads, write_anchor, write_anchor_table
from pipeline.dashboard.quality_page import render_quality_page
from pipeline.dashboard.report import render_report
from pipeline.dbt_runner import as_of_text, read_manifest
from pipeline.masking import Masking
from pipeline.settings import Paths, UserError
from pipeline.warehouse import locked_error, run_lock

KEPT_VERSIONS = 5
# DuckDB 1.4 and later read this; files in the 2.0 format are closed to the BI drivers that lag behind.
STORAGE_VERSION = "v1.4.0"
# Columns of published tables that may differ between two runs of the same night. There are none: the version is
# named after the clock and the content, and when it was written is the time stamp of the file.
RUN_METADATA_COLUMNS: frozenset[str] = frozenset()
# These tell about the runs themselves, so they may differ, and are no part of the version's name.
RUN_METADATA_TABLES = frozenset({"meta.fct_audit_log", "meta.published_chains"})

REPORT, QUALITY_PAGE = "report.html", "quality.html"
# What is rendered from the published file alone, by the name of the page; each links the others by these names.
_PAGES = {REPORT: render_report, QUALITY_PAGE: render_quality_page}

_PREFIXES = ("fct_", "dim_", "kpi_")
# Seeds that say what codes, rules and KPIs mean; readers of the tables need them beside the figures.
_CATALOGUES = ("codes", "rules", "kpi_catalogue")


@dataclass(frozen=True)
class Published:
    """One published version; `row_counts` by `schema.table`."""

    version_id: str
    as_of: datetime
    ledger_position: int
    folder: Path
    file: Path
    report: Path
    quality_page: Path
    row_counts: dict[str, int]


@dataclass(frozen=True)
class Export:
    """One table to publish with the texts that describe it."""

    schema: str
    name: str
    description: str
    columns: dict[str, str]


def publish(paths: Paths, *, keep: int = KEPT_VERSIONS) -> Published:
    """Publish the last complete build and swap it in; keep the newest `keep` versions.

    Raises UserError when the last build was not complete or the warehouse is in use.
    """
    with run_lock(paths):
        exports = exported_tables(read_manifest(paths))
        staging = paths.published / "versions" / ".next"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            published = _write_version(paths, exports, staging)
            _write_pages(staging)
            folder = _keep_version(staging, paths.published / "versions" / published.version_id)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for page in _PAGES:
            _swap_in(folder / page, paths.published / page)
        # Last of all: from this moment readers see the new night.
        _swap_in(folder / "roamledger.duckdb", paths.published_file)
        _forget_old(folder, keep)
        published = replace(
            published,
            folder=folder,
            file=paths.published_file,
            report=folder / REPORT,
            quality_page=folder / QUALITY_PAGE,
        )
        record(paths, [version_published(published)])
    return published


def exported_tables(manifest: Mapping[str, Any]) -> list[Export]:
    """Find in the manifest what is published: fct_, dim_ and kpi_ models, the ingest accounting and the catalogues."""
    exports = (
        Export(
            schema=node["schema"],
            name=node["name"],
            description=node.get("description", ""),
            columns={name: column.get("description", "") for name, column in node["columns"].items()},
        )
        for node in manifest["nodes"].values()
        if is_exported(node)
    )
    return sorted(exports, key=lambda export: (export.schema, export.name))


def is_exported(node: Mapping[str, Any]) -> bool:
    """Tell whether analysts read what this node of the manifest builds."""
    if node["resource_type"] == "seed":
        return node["name"] in _CATALOGUES
    return node["resource_type"] == "model" and (node["name"].startswith(_PREFIXES) or node["schema"] == "meta")


def _write_version(paths: Paths, exports: list[Export], staging: Path) -> Published:
    file = staging / "roamledger.duckdb"
    con = duckdb.connect()
    try:
        con.execute("set TimeZone = 'UTC'")
        try:
            con.execute(f"attach '{paths.warehouse}' as warehouse (read_only)")
        except duckdb.IOException as error:
            raise locked_error(paths, error) from error
        as_of, ledger_position = _last_build(con)
        con.execute(f"attach '{file}' as published (storage_version '{STORAGE_VERSION}')")
        masking = Masking.prepare(con, paths)
        row_counts: dict[str, int] = {}
        content: list[str] = []
        for export in exports:
            rows, fingerprint = _copy_table(con, export, masking, staging)
            row_counts[f"{export.schema}.{export.name}"] = rows
            if f"{export.schema}.{export.name}" not in RUN_METADATA_TABLES:
                content.append(fingerprint)
        version_id = _version_id(con, as_of, ledger_position, content)
        _write_published_version(con, version_id, as_of, ledger_position, len(exports))
        reached = heads(paths)
        write_anchor_table(con, "published", reached)
        write_anchor(staging, reached)
        con.execute("checkpoint published")
        con.execute("detach published")
    finally:
        con.close()
    # Readers only: nobody can damage a night by opening it the wrong way.
    file.chmod(0o444)
    return Published(
        version_id, as_of, ledger_position, staging, file, staging / REPORT, staging / QUALITY_PAGE, row_counts
    )


def _last_build(con: duckdb.DuckDBPyConnection) -> tuple[datetime, int]:
    try:
        row = con.execute("select as_of, ledger_position, is_complete from warehouse.meta.last_build").fetchone()
    except duckdb.CatalogException:
        row = None
    if row is None or not row[2]:
        raise UserError(
            "The last build is not whole, so there is nothing to publish. Run `roamledger run` to build everything."
        )
    return row[0].astimezone(UTC), row[1]


def _copy_table(con: duckdb.DuckDBPyConnection, export: Export, masking: Masking, staging: Path) -> tuple[int, str]:
    target = f'published."{export.schema}"."{export.name}"'
    con.execute(f'create schema if not exists published."{export.schema}"')
    con.execute(f"create table {target} as {masking.select_from(con, export.schema, export.name)}")
    _describe(con, target, export)
    parquet = staging / f"{export.schema}.{export.name}.parquet"
    con.execute(f"copy {target} to '{parquet}' (format parquet, compression zstd)")
    row = con.execute(
        f"select count(*), coalesce(sum(hash(t)), 0), coalesce(bit_xor(hash(t)), 0) from {target} as t"
    ).fetchone()
    assert row is not None
    columns = con.execute(f"select string_agg(column_name || ' ' || column_type) from (describe {target})").fetchone()
    return row[0], f"{target}|{columns}|{row}"


def _describe(con: duckdb.DuckDBPyConnection, target: str, export: Export) -> None:
    con.execute(f"comment on table {target} is {_literal(export.description)}")
    existing = {row[0] for row in con.execute(f"describe {target}").fetchall()}
    for column, description in export.columns.items():
        if description and column in existing:
            con.execute(f'comment on column {target}."{column}" is {_literal(description)}')


def _literal(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _version_id(con: duckdb.DuckDBPyConnection, as_of: datetime, ledger_position: int, content: list[str]) -> str:
    row = con.execute("select md5(?)", ["\n".join([as_of_text(as_of), str(ledger_position), *content])]).fetchone()
    assert row is not None
    return f"{as_of:%Y%m%dT%H%M%SZ}-{row[0][:8]}"


def _write_published_version(
    con: duckdb.DuckDBPyConnection, version_id: str, as_of: datetime, ledger_position: int, table_count: int
) -> None:
    con.execute("create schema if not exists published.meta")
    con.execute(
        """
        create table published.meta.published_version as
        select
            cast(? as varchar) as version_id,
            cast(? as timestamptz) as as_of,
            cast(? as bigint) as ledger_position,
            cast(? as integer) as table_count,
            cast(? as varchar) as engine_version
        """,
        [version_id, as_of, ledger_position, table_count, f"duckdb {duckdb.__version__}"],
    )
    con.execute("comment on table published.meta.published_version is 'One row: the version that this file holds.'")


def _write_pages(staging: Path) -> None:
    for page, render in _PAGES.items():
        (staging / page).write_text(render(staging / "roamledger.duckdb"), encoding="utf-8")


def _keep_version(staging: Path, folder: Path) -> Path:
    """Move the finished version to its name; the same night again replaces its files one by one, never the folder."""
    if not folder.exists():
        os.replace(staging, folder)
        return folder
    for file in sorted(staging.iterdir()):
        os.replace(file, folder / file.name)
    os.utime(folder)
    return folder


def _swap_in(source: Path, target: Path) -> None:
    """Put a copy of `source` in the place of `target` in one step, so that no reader finds a half-written file."""
    beside = target.with_name(f".{target.name}.next")
    beside.unlink(missing_ok=True)
    try:
        os.link(source, beside)
    except OSError:
        # File systems without hard links.
        shutil.copy2(source, beside)
    os.replace(beside, target)


def _forget_old(current: Path, keep: int) -> None:
    folders = [folder for folder in current.parent.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    newest_first = sorted(folders, key=lambda folder: folder.stat().st_mtime_ns, reverse=True)
    for folder in [folder for folder in newest_first if folder != current][max(keep - 1, 0) :]:
        shutil.rmtree(folder, ignore_errors=True)
