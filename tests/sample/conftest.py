"""One sample of a fresh seed and one of the default seed, made once for all tests of the generator."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sample.frame import DEFAULT_SEED
from pipeline.sample.generate import build, write
from pipeline.sample.world import World

FRESH_SEED = 99


@pytest.fixture(scope="session")
def fresh() -> World:
    """The world of a seed that nobody looked at."""
    return build(FRESH_SEED)


@pytest.fixture(scope="session")
def default_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample of the default seed, made anew."""
    folder = tmp_path_factory.mktemp("sample")
    write(build(DEFAULT_SEED), folder)
    return folder
