"""A data directory with the sample landed and decided on, nothing built: a backup needs no warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.commands import demo
from pipeline.settings import Paths


@pytest.fixture(scope="package")
def landed_sample(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Read it, change nothing."""
    paths = Paths(tmp_path_factory.mktemp("landed") / "data")
    demo.prepare(paths)
    demo.land_sample(paths, lambda step, done, total: None)
    demo.append_disputes(paths)
    (paths.ledger / "masking.key").write_text("0123456789abcdef")
    (paths.data / "secrets").mkdir()
    (paths.data / "secrets" / "nl-cpi").write_text("the key to a partner")
    (paths.data / "partners.example.yml").write_text("# an example\n")
    closed = paths.data / "closed" / "2026-09"
    closed.mkdir(parents=True)
    (closed / "statement.json").write_text("{}")
    failed = paths.failed_bodies
    failed.mkdir()
    (failed / "20261031T010000Z-nl-cpi-cdrs-000001.zst").write_bytes(b"no page")
    return paths


@pytest.fixture
def paths(landed_sample: Paths, tmp_path: Path) -> Paths:
    """A copy that the test may change."""
    return Paths(shutil.copytree(landed_sample.data, tmp_path / "data"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a backup goes; it is made by the backup."""
    return tmp_path / "disk" / "backup"
