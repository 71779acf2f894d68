"""A place to land bodies and look at what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.landing.raw import FileAccount, load_raw
from pipeline.landing.store import LandingResult, land_path
from pipeline.partners import Config
from pipeline.settings import Paths

RECEIVED_AT = datetime(2026, 11, 1, 1, tzinfo=UTC)


@dataclass
class Bench:
    """A data directory, a warehouse and a folder to put files into."""

    drop: Path
    paths: Paths
    con: duckdb.DuckDBPyConnection
    config: Config = field(default_factory=Config)

    def put(self, name: str, body: bytes | str) -> Path:
        """Write a file below the drop folder."""
        file = self.drop / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body.encode() if isinstance(body, str) else body)
        return file

    def land(self, path: Path, **options: Any) -> LandingResult:
        given: dict[str, Any] = {"received_at": RECEIVED_AT, **options}
        return land_path(self.paths, self.config, path, **given)

    def load(self) -> list[FileAccount]:
        return load_raw(self.con, self.paths, self.config)

    def account(self, name: str, body: bytes | str, **options: Any) -> FileAccount:
        """Put, land and load one file."""
        self.land(self.put(name, body), **options)
        (account,) = self.load()
        return account

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()
