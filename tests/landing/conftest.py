"""Fixtures of the landing tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.partners import Config
from pipeline.settings import Paths
from tests.landing.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    drop = tmp_path / "some-sender"
    drop.mkdir()
    with duckdb.connect() as con:
        yield Bench(drop, Paths(tmp_path / "data"), con)


@pytest.fixture
def configured(bench: Bench) -> Bench:
    """The same with one CPO that speaks 2.1.1 and one hub."""
    bench.config = Config.model_validate(
        {
            "our_parties": [{"country_code": "NL", "party_id": "RLG", "roles": ["EMSP"], "name": "Us"}],
            "partners": [
                {"partner": "nl-cpi", "name": "Inn", "country_code": "NL", "party_id": "CPI", "roles": ["CPO"],
                 "ocpi_version": "2.1.1"},
                {"partner": "hub", "name": "Hub", "country_code": "FR", "party_id": "HUB", "roles": ["HUB"],
                 "ocpi_version": "2.1.1"},
            ],
        }
    )  # fmt: skip
    return bench
