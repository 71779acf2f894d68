"""Masks what identifies a driver (token uid, contract id) in published tables, the same value always the same way."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass

import duckdb

from pipeline.settings import Paths

# Columns that hold a driver's identifier as it is, wherever they occur.
_IDENTIFIERS = {"token_uid", "contract_id", "uid", "visual_number", "token_label", "group_id", "auth_id"}
# Unsalted hashes of an identifier: an RFID uid is short enough to be found by trying all.
_HASHES = {"token_key", "token_version_hash", "token_version_key"}
# In tables about objects of every kind, only what speaks of tokens is masked.
_OBJECT_COLUMNS = {"object_key", "object_label", "object_hash", "finding_key", "rule_hit_key"}


@dataclass(frozen=True)
class Masking:
    """How identifiers leave the warehouse; `is_on` is false when the operator publishes them as they are."""

    is_on: bool

    @classmethod
    def prepare(cls, con: duckdb.DuckDBPyConnection, paths: Paths) -> Masking:
        """Give the connection the key: `ROAMLEDGER_MASKING_KEY`, else one kept beside the ledger.

        The key lies with the ledger because a rebuild needs it to give equal tables.
        `ROAMLEDGER_PUBLISH_IDENTIFIERS=1` turns masking off.
        """
        con.execute("set variable masking_key = ?", [_key(paths)])
        return cls(is_on=os.environ.get("ROAMLEDGER_PUBLISH_IDENTIFIERS", "") not in {"1", "true"})

    def select_from(self, con: duckdb.DuckDBPyConnection, schema: str, name: str) -> str:
        """Write the SELECT that reads one table of the attached warehouse with identifiers masked."""
        table = f'warehouse."{schema}"."{name}"'
        if not self.is_on:
            return f"select * from {table}"
        columns = [row[0] for row in con.execute(f"describe {table}").fetchall()]
        replaced = [f'{self._masked(column, set(columns))} as "{column}"' for column in columns]
        kept = [text for column, text in zip(columns, replaced, strict=True) if text != f'"{column}" as "{column}"']
        return f"select * replace ({', '.join(kept)}) from {table}" if kept else f"select * from {table}"

    def _masked(self, column: str, columns: set[str]) -> str:
        if column in _IDENTIFIERS:
            return _keyed(column)
        if column in _HASHES:
            return _keyed(column)
        if column in _OBJECT_COLUMNS and "object_type" in columns:
            return f"case when object_type = 'token' then {_keyed(column)} else \"{column}\" end"
        return f'"{column}"'


def _keyed(column: str) -> str:
    # Upper-cased first: uids are compared without regard to case, and masked ones must join the same way.
    return f"'m-' || left(sha256(getvariable('masking_key') || upper(\"{column}\")), 16)"


def _key(paths: Paths) -> str:
    given = os.environ.get("ROAMLEDGER_MASKING_KEY")
    if given:
        return given
    file = paths.ledger / "masking.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".next")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(secrets.token_hex(32))
        os.replace(beside, file)
    return file.read_text().strip()
