"""No driver's identifier stands in anything that is published, in whatever column or text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.masking import Masking, masked, masking_key
from pipeline.nightly import load_sources
from pipeline.privacy.journal import erasing
from pipeline.settings import SAMPLE_DIR, Paths, UserError
from tests.conftest import SampleNight
from tests.privacy.looking import contents

_FIELDS = {"contract_id", "visual_number", "auth_id", "group_id", "authorization_reference"}
_BESIDE_UID = {"contract_id", "auth_id", "whitelist", "issuer"}


def identifiers(value: Any, under: str = "") -> Iterator[str]:
    """Every identifier of a driver in an answer of the sample."""
    if isinstance(value, list):
        for entry in value:
            yield from identifiers(entry, under)
    elif isinstance(value, dict):
        is_token = under == "cdr_token" or not _BESIDE_UID.isdisjoint(value)
        for key, entry in value.items():
            if isinstance(entry, str) and entry and (key in _FIELDS or (key == "uid" and is_token)):
                yield entry.upper()
            yield from identifiers(entry, key)


@pytest.mark.slow
def test_nothing_published_of_the_sample_holds_an_identifier(sample_night: SampleNight) -> None:
    files = (SAMPLE_DIR / "pulls").rglob("*.json.gz")
    known = {text for file in files for text in identifiers(json.loads(gzip.decompress(file.read_bytes())))}
    assert len(known) > 1000
    # Each published text is cut into pieces as long as an identifier can be; a search for each of them takes minutes.
    lengths = sorted({len(text) for text in known})
    firsts = {text[:8] for text in known}
    leaks = set()
    looked_at = 0
    for what, text in contents(sample_night.paths.published):
        looked_at += 1
        if what.startswith("bytes of"):
            continue
        for place in range(len(text) - 7):
            if text[place : place + 8] in firsts:
                leaks |= {(what, text[place : place + length]) for length in lengths} & {(what, one) for one in known}
    assert looked_at > 100
    assert leaks == set()


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one token, whose identifiers people and partners wrote into texts."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as warehouse; create schema warehouse.core; create schema warehouse.raw")
        con.execute(
            "create table warehouse.core.dim_tokens as "
            "select '04aabbccddeeff' as token_uid, 'NL-RLG-C00000001-X' as contract_id, '12345' as group_id"
        )
        con.execute(
            """create table warehouse.raw.tokens as select '{"visual_number": "RLG 0001-0002"}'::json as body"""
        )
        yield con


def published(con: duckdb.DuckDBPyConnection, tmp_path: Path, table: str) -> list[tuple[Any, ...]]:
    schema, name = table.split(".")
    select = Masking.prepare(con, Paths(tmp_path)).select_from(con, schema, name)
    return con.execute(select).fetchall()


def test_identifiers_in_texts_are_masked_as_in_columns(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(
        """
        create table warehouse.core.fct_notes as
        select * from (values
            (1, 'card 04AABBCCDDEEFF was blocked', '{"contract":"nl-rlg-c00000001-x"}'::json, 'x/04aabbccddeeff.json'),
            (2, 'group 12345 and 04AABBCCDDEEFF00', null, null)
        ) as t (n, remark, detail, source_name)
        """
    )
    key = masking_key(Paths(tmp_path))
    uid, contract = masked("04aabbccddeeff", key), masked("NL-RLG-C00000001-X", key)
    assert published(con, tmp_path, "core.fct_notes") == [
        (1, f"card {uid} was blocked", f'{{"contract":"{contract}"}}', f"x/{uid}.json"),
        (2, "group 12345 and 04AABBCCDDEEFF00", None, None),
    ]
    assert published(con, tmp_path, "core.dim_tokens")[0][0] == uid


def test_names_of_things_stay(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("create table warehouse.core.fct_named as select 'NL-RLG-C00000001-X' as cdr_id")
    assert published(con, tmp_path, "core.fct_named") == [("NL-RLG-C00000001-X",)]


def test_an_authorisation_is_masked_and_still_joins(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for table in ("fct_cdrs", "fct_sessions"):
        con.execute(f"create table warehouse.core.{table} as select 'Auth-1' as authorization_reference")
    ((first,),) = published(con, tmp_path, "core.fct_cdrs")
    assert first.startswith("m-")
    assert published(con, tmp_path, "core.fct_sessions") == [(first,)]


def test_texts_stay_as_they_are_where_identifiers_are_published(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROAMLEDGER_PUBLISH_IDENTIFIERS", "1")
    con.execute("create table warehouse.core.fct_notes as select 'card 04AABBCCDDEEFF' as remark")
    assert published(con, tmp_path, "core.fct_notes") == [("card 04AABBCCDDEEFF",)]


def test_a_key_that_is_gone_or_empty_is_not_replaced_in_silence(paths: Paths) -> None:
    key = masking_key(paths)
    assert masking_key(paths) == key
    file = paths.ledger / "masking.key"
    file.write_text("")
    with pytest.raises(UserError, match="holds no key"):
        masking_key(paths)
    file.unlink()
    paths.published.mkdir(parents=True)
    paths.published_file.touch()
    with pytest.raises(UserError, match="is missing, though a night was published with it"):
        masking_key(paths)


def test_no_table_is_made_while_an_erasure_is_half_done(paths: Paths) -> None:
    paths.ledger.mkdir(parents=True)
    (paths.ledger / "erasing.json").write_text("{}")
    with pytest.raises(UserError, match="An erasure was broken off"):
        load_sources(paths)
    with erasing():
        load_sources(paths)
