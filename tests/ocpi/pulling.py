"""A data directory whose partners are test servers, and what the warehouse holds after a pull."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.landing.raw import load_raw
from pipeline.ocpi.pull import ModulePull
from pipeline.ocpi.pull_partners import PullRequest, pull_partners
from pipeline.partners import load_config
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse
from tests.ocpi.holding import versions_in
from tests.ocpi.server import Server

TOKEN_VARIABLE = "TEST_PARTNER_TOKEN"


def connect(
    folder: Path,
    servers: dict[str, Server],
    monkeypatch: pytest.MonkeyPatch,
    modules: Sequence[str] = ("cdrs",),
    **how: Any,
) -> Paths:
    """Write partners.yml for partners by slug; `how` goes into each connection."""
    folder.mkdir(parents=True, exist_ok=True)
    partners = []
    for position, (slug, server) in enumerate(servers.items()):
        variable = f"{TOKEN_VARIABLE}_{position}"
        monkeypatch.setenv(variable, server.token)
        connection: dict[str, Any] = {
            "versions_url": server.versions_url,
            "role": "EMSP",
            "credentials": [{"name": "a", "token_env": variable}],
            "requests_per_s": 10_000,
            "timeout_s": 2,
        }
        partners.append(
            {
                "partner": slug,
                "name": slug,
                "country_code": "NL",
                "party_id": f"T{position:02d}",
                "roles": ["CPO"],
                "ocpi_version": max(server.versions),
                "modules": list(modules),
                "connection": connection | how,
            }
        )
    ours = [{"country_code": "NL", "party_id": "RLG", "roles": ["EMSP"], "name": "Ours"}]
    # JSON is YAML.
    (folder / "partners.yml").write_text(json.dumps({"our_parties": ours, "partners": partners}))
    return Paths(folder.resolve())


def pull(paths: Paths, request: PullRequest | None = None, *, now: datetime | None = None) -> list[ModulePull]:
    """Pull without pauses."""
    return pull_partners(paths, load_config(paths), request, now=lambda: now or datetime.now(UTC), sleep=lambda _: None)


def loaded(paths: Paths, module: str = "cdrs") -> list[dict[str, Any]]:
    """Load landing into raw and give every version of every object, in order of receipt."""
    with open_warehouse(paths) as con:
        load_raw(con, paths, load_config(paths))
        versions = versions_in(con, paths, module)
        unaccounted = con.execute(
            """
            select count(*) from raw.pages
            where received_count != loaded_count + quarantined_count + duplicate_count
            """
        ).fetchone()
    assert unaccounted == (0,)
    return versions


def newest(paths: Paths, module: str = "cdrs") -> dict[str, dict[str, Any]]:
    """The version of each object that came last, by id."""
    return {item["uid" if module == "tokens" else "id"]: item for item in loaded(paths, module)}
