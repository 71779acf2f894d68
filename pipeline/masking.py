"""Masks what identifies a driver (token uid, contract id) in published tables, the same value always the same way."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.audit.chain import sync_folder
from pipeline.settings import Paths, UserError

# Columns that hold a driver's identifier as it is, wherever they occur.
_IDENTIFIERS = {
    "token_uid",
    "contract_id",
    "uid",
    "visual_number",
    "token_label",
    "group_id",
    "auth_id",
    # Given by the driver's provider for one authorisation, which it can tell the driver by; some put the uid there.
    "authorization_reference",
}
# Unsalted hashes of an identifier: an RFID uid is short enough to be found by trying all.
_HASHES = {"token_key", "token_version_hash", "token_version_key"}
# In tables about objects of every kind, only what speaks of tokens is masked.
_OBJECT_COLUMNS = {"object_key", "object_label", "object_hash", "finding_key", "rule_hit_key"}
# Names of things and hashes of them. Every other text is searched for identifiers that we know, whoever wrote it.
_NAMES = re.compile(r"_(key|hash|sha256|id|label)$")
_TEXT_TYPES = {"VARCHAR", "JSON"}
# Shorter ones could be any word.
_MIN_LENGTH = 8
# An identifier in a text: with the separators of contract ids and uuids, or bare.
_WORDS = (r"[0-9A-Za-z][0-9A-Za-z*-]{6,}[0-9A-Za-z]", r"[0-9A-Za-z]{8,}")


_LEAST_KEY_LENGTH = 16


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
        con.execute("set variable masking_key = ?", [masking_key(paths)])
        is_on = os.environ.get("ROAMLEDGER_PUBLISH_IDENTIFIERS", "") not in {"1", "true"}
        if is_on:
            _know_identifiers(con)
        return cls(is_on)

    def select_from(self, con: duckdb.DuckDBPyConnection, schema: str, name: str) -> str:
        """Write the SELECT that reads one table of the attached warehouse with identifiers masked.

        Columns of identifiers are masked as they are; in texts, each identifier known to the warehouse is.
        """
        table = f'warehouse."{schema}"."{name}"'
        if not self.is_on:
            return f"select * from {table}"
        types = {row[0]: row[1] for row in con.execute(f"describe {table}").fetchall()}
        replaced = {column: self._masked(con, table, column, types) for column in types}
        kept = [f'{text} as "{column}"' for column, text in replaced.items() if text]
        return f"select * replace ({', '.join(kept)}) from {table}" if kept else f"select * from {table}"

    def _masked(self, con: duckdb.DuckDBPyConnection, table: str, column: str, types: dict[str, str]) -> str | None:
        """SQL of the masked column; None where it stays as it is."""
        if column in _IDENTIFIERS | _HASHES:
            return _keyed(column)
        if column in _OBJECT_COLUMNS and "object_type" in types:
            return f"case when object_type = 'token' then {_keyed(column)} else \"{column}\" end"
        if types[column] in _TEXT_TYPES and not _NAMES.search(column):
            return _masked_texts(con, table, column, types[column])
        return None


def mask_texts(con: duckdb.DuckDBPyConnection, paths: Paths, texts: Iterable[str]) -> dict[str, str]:
    """A few texts of the warehouse that the connection is to, each with the identifiers in it as they are published."""
    words = {text: {word for pattern in _WORDS for word in re.findall(pattern, text)} for text in texts}
    found = {word.upper() for each in words.values() for word in each}
    known: set[str] = set()
    for value, table in _identifier_columns(con, "current_database()"):
        asked = f"select distinct upper(trim({value})) from {table} where upper(trim({value})) in (select unnest(?))"
        known |= {row[0] for row in con.execute(asked, [sorted(found)]).fetchall()}
    if not known or os.environ.get("ROAMLEDGER_PUBLISH_IDENTIFIERS", "") in {"1", "true"}:
        return {text: text for text in words}
    key = masking_key(paths)
    return {
        text: _mask_words(text, told, key) if (told := {word for word in each if word.upper() in known}) else text
        for text, each in words.items()
    }


def _know_identifiers(con: duckdb.DuckDBPyConnection) -> None:
    """`known_identifiers`: what tokens, sessions and CDRs of the warehouse are identified by, in upper case."""
    con.execute("create or replace temp table known_identifiers (word varchar)")
    for value, table in _identifier_columns(con, "'warehouse'"):
        con.execute(
            f"""
            insert into known_identifiers
            select distinct upper(trim({value})) from {table} where length(trim({value})) >= {_MIN_LENGTH}
            """
        )


def _identifier_columns(con: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    """Where identifiers stand in a database: SQL of the value, and the table."""
    columns = con.execute(
        f"""
        select database_name || '.' || schema_name || '."' || table_name || '"', column_name
        from duckdb_columns()
        where database_name = {database}
            and (
                (schema_name = 'core' and table_name[:4] in ('dim_', 'fct_')
                    and column_name in (select unnest($identifiers)) and column_name <> 'token_label')
                or (schema_name = 'raw' and table_name = 'tokens' and column_name = 'body')
            )
        """,
        {"identifiers": sorted(_IDENTIFIERS)},
    ).fetchall()
    return [("body ->> 'visual_number'" if column == "body" else f'"{column}"', table) for table, column in columns]


def _masked_texts(con: duckdb.DuckDBPyConnection, table: str, column: str, kind: str) -> str | None:
    """SQL of a text column with the identifiers in it masked; None where it holds none, as nearly always."""
    words = " union ".join(
        f"select value, unnest(regexp_extract_all(value, '{pattern}')) as word from texts" for pattern in _WORDS
    )
    rows = con.execute(
        f"""
        with texts as (
            select distinct cast("{column}" as varchar) as value from {table} where length("{column}") >= {_MIN_LENGTH}
        )

        select value, list(distinct word)
        from ({words})
        where upper(word) in (select known_identifiers.word from known_identifiers)
        group by value
        """
    ).fetchall()
    if not rows:
        return None
    con.execute("create temp table if not exists masked_texts (place varchar, value varchar, masked varchar)")
    key = con.execute("select getvariable('masking_key')").fetchone()
    assert key is not None
    place = f"{table} {column}"
    con.executemany(
        "insert into masked_texts values (?, ?, ?)",
        [(place, value, _mask_words(value, w, key[0])) for value, w in rows],
    )
    found = f"(select masked from temp.masked_texts where place = '{place}' and value = cast(\"{column}\" as varchar))"
    return f'cast(coalesce({found}, cast("{column}" as varchar)) as {kind})'


def _mask_words(text: str, words: Iterable[str], key: str) -> str:
    """The text with these words masked as a column would mask them."""
    longest_first = sorted(words, key=len, reverse=True)
    pattern = "|".join(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])" for word in longest_first)
    return re.sub(pattern, lambda word: masked(word.group(), key), text, flags=re.IGNORECASE)


def masked(identifier: str, key: str) -> str:
    """One identifier as published tables show it."""
    return "m-" + hashlib.sha256((key + identifier.upper()).encode()).hexdigest()[:16]


def _keyed(column: str) -> str:
    # Upper-cased first: uids are compared without regard to case, and masked ones must join the same way.
    return f"'m-' || left(sha256(getvariable('masking_key') || upper(\"{column}\")), 16)"


def masking_key(paths: Paths) -> str:
    """The key of every mask: `ROAMLEDGER_MASKING_KEY`, else the one beside the ledger, made when there is none.

    Raises UserError for a key too short to keep anything secret, and when something was published and its key is gone:
    under a new one no identifier would join with earlier nights, and no erased person be known again.
    """
    given = os.environ.get("ROAMLEDGER_MASKING_KEY")
    if given:
        return given
    file = paths.ledger / "masking.key"
    if not file.exists():
        if paths.published_file.exists():
            raise UserError(f"{file} is missing, though a night was published with it; restore it from a backup")
        _make_key(file)
    key = file.read_text().strip()
    if len(key) < _LEAST_KEY_LENGTH:
        raise UserError(f"{file} holds no key; restore it from a backup")
    return key


def _make_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".next")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(secrets.token_hex(32))
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(beside, file)
    sync_folder(file.parent)
