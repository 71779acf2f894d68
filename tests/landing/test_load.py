"""Landing and raw together: what a file of one shape becomes."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from pipeline.landing.raw import load_raw
from pipeline.landing.store import land_path
from pipeline.partners import Config
from pipeline.settings import Paths

TOKEN = {"uid": "U1", "type": "RFID", "contract_id": "NL-RLG-C00000001", "issuer": "R", "valid": True,
         "whitelist": "ALWAYS", "country_code": "NL", "party_id": "RLG"}  # fmt: skip


def test_a_page_loads_once_and_the_same_file_again_is_all_duplicates(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    source = tmp_path / "tokens.json"
    source.write_text(json.dumps({"data": [TOKEN, TOKEN | {"uid": "U2"}], "status_code": 1000}))
    with duckdb.connect() as con:
        land_path(paths, Config(), source)
        (account,) = load_raw(con, paths, Config())
        assert (account.received, account.loaded, account.quarantined, account.duplicates) == (2, 2, 0, 0)
        assert load_raw(con, paths, Config()) == []
        land_path(paths, Config(), source)
        (account,) = load_raw(con, paths, Config())
        assert (account.received, account.loaded, account.quarantined, account.duplicates) == (2, 0, 0, 2)
