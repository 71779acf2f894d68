"""Where things lie and which clock a run uses; nothing here reads the environment at import."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
SAMPLE_DIR = PROJECT_ROOT / "data" / "sample"


@dataclass(frozen=True)
class Paths:
    """Every place the pipeline reads or writes, derived from one data directory (always absolute)."""

    data: Path

    @classmethod
    def from_env(cls) -> Paths:
        """Use `ROAMLEDGER_DATA` when set, else `data/` of the checkout."""
        return cls(Path(os.environ.get("ROAMLEDGER_DATA") or PROJECT_ROOT / "data").resolve())

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    @property
    def failed_bodies(self) -> Path:
        return self.landing / "failed"

    @property
    def inbox(self) -> Path:
        return self.data / "inbox"

    @property
    def ledger(self) -> Path:
        return self.data / "ledger"

    @property
    def connections(self) -> Path:
        return self.data / "connections"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse" / "roamledger.duckdb"

    @property
    def dbt_target(self) -> Path:
        return self.data / "warehouse" / "dbt_target"

    @property
    def dbt_logs(self) -> Path:
        return self.data / "warehouse" / "dbt_logs"

    @property
    def published(self) -> Path:
        return self.data / "published"

    @property
    def published_file(self) -> Path:
        return self.published / "roamledger.duckdb"

    @property
    def partners_file(self) -> Path:
        return self.data / "partners.yml"

    @property
    def privacy_file(self) -> Path:
        return self.data / "privacy.yml"

    @property
    def rules_file(self) -> Path:
        return self.data / "rules.yml"

    @property
    def agreements_file(self) -> Path:
        return self.data / "agreements.yml"


def threads() -> int:
    """How many threads a query may use: `ROAMLEDGER_THREADS` when set, else one a core.

    Raises UserError when that is no whole number from 1 on.
    """
    told = os.environ.get("ROAMLEDGER_THREADS", "").strip()
    if told and not (told.isascii() and told.isdigit() and int(told)):
        raise UserError(f"ROAMLEDGER_THREADS is {told!r}; give a whole number from 1 on, or leave it out")
    return int(told) if told else os.cpu_count() or 1


def memory_limit() -> str:
    """How much memory a query may use: `ROAMLEDGER_MEMORY` when set, such as `8GB`; what does not fit goes to disk.

    Raises UserError when that is no size.
    """
    told = os.environ.get("ROAMLEDGER_MEMORY", "").strip() or "3GB"
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", told, re.IGNORECASE):
        raise UserError(f"ROAMLEDGER_MEMORY is {told!r}; give a size such as 3GB, or leave it out")
    return told


class UserError(Exception):
    """A mistake the user can mend; the message says what to do. Commands print it without a traceback."""


def parse_timestamp(text: str) -> datetime:
    """Read an ISO 8601 timestamp as aware UTC (no designator means UTC, as in OCPI types 1.2).

    Raises UserError when the text is not a timestamp.
    """
    try:
        value = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise UserError(f"{text!r} is not a timestamp; write it like 2026-11-01T02:00:00Z") from error
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
