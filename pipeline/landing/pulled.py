"""Pages pulled over HTTP into landing: one at a time, durable before the next counts."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import zstandard

from pipeline.landing.manifest import LandedPage, Manifest, sync_folder
from pipeline.settings import Paths

# Level 3 takes twice as long for a tenth less.
_LEVEL = 1
_ABANDONED_AFTER_S = 24 * 3600


@dataclass(frozen=True)
class PullFacts:
    """What all pages of one pull share; the window [`window_from`, `window_to`) is one of `last_updated`."""

    pull_id: str
    partner: str
    module: str
    source_name: str
    is_full_pull: bool
    window_from: datetime | None
    window_to: datetime | None


@dataclass(frozen=True)
class PulledBody:
    """One page as it came; `sha256` is that of `body`, `next_url` is None on the last page."""

    page_no: int
    body: bytes
    sha256: str
    received_at: datetime
    ocpi_version: str
    url: str
    next_url: str | None
    total_count: int | None


def land_pulled(paths: Paths, pull: PullFacts, page: PulledBody) -> LandedPage:
    """Land one page: when this returns, body and manifest row survive a crash.

    A page that was written but not in the manifest yet when a crash came is written again in its place.
    """
    body = Path("pulls", pull.pull_id, f"{page.page_no:04d}.json.zst")
    _write(paths.landing, paths.landing / body, page.body)
    manifest = Manifest(paths.landing)
    with manifest.locked():
        landed = LandedPage(
            landing_seq=manifest.last_seq() + 1,
            pull_id=pull.pull_id,
            page_no=page.page_no,
            partner=pull.partner,
            module=pull.module,
            ocpi_version=page.ocpi_version,
            source_name=pull.source_name,
            transport="http",
            is_full_pull=pull.is_full_pull,
            received_at=page.received_at,
            sha256=page.sha256,
            size_bytes=len(page.body),
            declared_total_count=page.total_count,
            body=body.as_posix(),
            identified_by={"partner": "connection", "module": "connection", "ocpi_version": "connection"},
            url=page.url,
            next_url=page.next_url,
            window_from=pull.window_from,
            window_to=pull.window_to,
        )
        manifest.append([landed])
    return landed


def keep_failed_body(paths: Paths, name: str, body: bytes) -> str:
    """Keep what came instead of a page, durably, outside what is loaded; returns its way below landing."""
    kept = Path("failed", f"{name}.zst")
    _write(paths.landing, paths.landing / kept, body)
    return kept.as_posix()


def sweep_incoming(paths: Paths, *, now: datetime) -> None:
    """Remove what killed processes left half written; what is younger than a day may still be at work."""
    for left in (paths.landing / ".incoming").glob("*"):
        try:
            is_abandoned = now.timestamp() - left.stat().st_mtime > _ABANDONED_AFTER_S
        except FileNotFoundError:
            # Another process has just landed it.
            continue
        if is_abandoned and left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif is_abandoned:
            left.unlink(missing_ok=True)


def _write(landing: Path, target: Path, body: bytes) -> None:
    incoming = landing / ".incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    is_new_folder = not target.parent.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = incoming / f"{uuid.uuid4().hex}.zst"
    try:
        with beside.open("wb") as file:
            file.write(zstandard.ZstdCompressor(level=_LEVEL).compress(body))
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o444)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(target.parent)
    if is_new_folder:
        sync_folder(target.parent.parent)
