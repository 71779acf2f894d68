"""What the warehouse holds of a test server's objects, held against what that server holds and has shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import duckdb

from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import Manifest
from pipeline.landing.raw import load_raw
from pipeline.partners import load_config
from pipeline.settings import Paths
from tests.ocpi.server import Server
from tests.ocpi.server.store import MODULES, id_of

Json = dict[str, Any]
# A partner may write these in either case; they are the same (OCPI types, CiString).
_CASELESS = ("id", "uid", "country_code", "party_id")


def landed(paths: Paths) -> list[Json]:
    """Every object of every landed page, in order."""
    pages = Manifest(paths.landing).pages()
    return [item for page in pages for item in _objects_of(read_body(paths.landing / page.body))]


def _objects_of(body: bytes) -> list[Json]:
    answer = json.loads(body.decode("utf-8-sig"))
    return answer["data"] if isinstance(answer, dict) else answer


class Held:
    """Every version of every object of a data directory, loaded by the real load into a database in memory."""

    def __init__(self, paths: Paths) -> None:
        with duckdb.connect(config={"threads": 1}) as con:
            accounts = load_raw(con, paths, load_config(paths))
            for account in accounts:
                assert account.received == account.loaded + account.quarantined + account.duplicates, account
                assert account.quarantined == 0, account
            self._rows = {module: versions_in(con, paths, module) for module in MODULES}

    def versions(self, module: str) -> list[Json]:
        """All versions in order of receipt."""
        return self._rows[module]

    def newest(self, module: str) -> dict[str, Json]:
        """The last received version of each object, by id in upper case."""
        return by_id(module, self._rows[module])

    def assert_equals(self, server: Server, module: str, removed: Iterable[str] = ()) -> None:
        """Newest versions are what the server holds; beyond that only what it held once and `removed`."""
        found, expected = self.newest(module), by_id(module, server.store.all(module))
        assert {name: found.get(name) for name in expected} == expected, "lost, or not the newest version"
        assert found.keys() - expected.keys() <= {name.upper() for name in removed}, "more than the server has"

    def assert_nothing_twice(self, module: str) -> None:
        """No version stands directly after its equal."""
        before: dict[str, Json] = {}
        for item in map(plain, self._rows[module]):
            name = id_of(module, item)
            assert before.get(name) != item, f"{name} twice"
            before[name] = item

    def assert_kept(self, server: Server, module: str) -> None:
        """Every version that the server has delivered in a right answer is there."""
        kept = {json.dumps(plain(item), sort_keys=True) for item in self._rows[module]}
        shown = [item for request in server.received(module) for item in request.objects or ()]
        assert [item for item in shown if json.dumps(plain(item), sort_keys=True) not in kept] == []


def plain(item: Json) -> Json:
    """An object with the texts that know no case in upper case."""
    return {
        name: value.upper() if name in _CASELESS and isinstance(value, str) else value for name, value in item.items()
    }


def by_id(module: str, items: Iterable[Json]) -> dict[str, Json]:
    return {id_of(module, item): item for item in map(plain, items)}


def versions_in(con: duckdb.DuckDBPyConnection, paths: Paths, module: str) -> list[Json]:
    """The objects that the rows of raw stand for, in order of receipt, each as the partner sent it."""
    rows = con.execute(f"select landing_seq, ordinal from raw.{module} order by landing_seq, ordinal").fetchall()
    bodies = {page.landing_seq: page.body for page in Manifest(paths.landing).pages()}
    pages = {seq: _objects_of(read_body(paths.landing / bodies[seq])) for seq in {seq for seq, _ in rows}}
    return [pages[seq][ordinal] for seq, ordinal in rows]
