"""Anchors: how far both chains reached when something was published or backed up.

A chain cannot show that lines were cut off at its end. An anchor that lies elsewhere can: each published version names
position and hash of both chains in its folder and in its DuckDB file, each backup in its manifest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.audit.chain import Head, read_head
from pipeline.audit.log import audit_file
from pipeline.settings import Paths, UserError

FILE = "chains.json"
# Files below the ledger folder that are chains, by the name an anchor calls them.
CHAINS = {"ledger": "events.ndjson", "audit": "audit.ndjson"}


@dataclass(frozen=True)
class Anchor:
    """One place of a chain, and where it was written down."""

    named_in: Path
    chain: str
    head: Head


def heads(paths: Paths) -> dict[str, Head]:
    """How far each chain reaches now."""
    return {chain: read_head(audit_file(paths).with_name(file)) for chain, file in CHAINS.items()}


def as_json(reached: dict[str, Head]) -> dict[str, dict[str, str | int]]:
    """The heads as they are written down."""
    return {chain: {"seq": head.seq, "hash": head.hash} for chain, head in reached.items()}


def write_anchor(folder: Path, reached: dict[str, Head]) -> None:
    """Write the heads into a folder, such as that of a published version."""
    (folder / FILE).write_text(json.dumps(as_json(reached), indent=2) + "\n", encoding="utf-8")


def write_anchor_table(con: duckdb.DuckDBPyConnection, catalog: str, reached: dict[str, Head]) -> None:
    """Write the heads into the published file, so that every copy of it is a witness."""
    con.execute(f"create schema if not exists {catalog}.meta")
    con.execute(f"create table {catalog}.meta.published_chains (chain varchar, seq bigint, hash varchar)")
    con.executemany(
        f"insert into {catalog}.meta.published_chains values (?, ?, ?)",
        [(chain, head.seq, head.hash) for chain, head in reached.items()],
    )
    con.execute(
        f"comment on table {catalog}.meta.published_chains is "
        "'One row per chain: how far ledger and audit log reached when this version was published.'"
    )


def known_anchors(paths: Paths, others: Sequence[Path] = ()) -> list[Anchor]:
    """Every anchor of the published versions kept, and those of `others`: backups, folders of versions, DuckDB files.

    Raises UserError when one of the others holds none.
    """
    found = [anchor for file in sorted(paths.published.glob(f"versions/*/{FILE}")) for anchor in _of_json(file, file)]
    for other in others:
        anchors = _of_path(other)
        if not anchors:
            raise UserError(f"{other} names no place of a chain; give a backup or a published version")
        found.extend(anchors)
    return found


def _of_path(path: Path) -> list[Anchor]:
    if path.is_dir():
        files = [path / FILE, path / "backup.json"]
        return [anchor for file in files if file.exists() for anchor in _of_json(file, path)]
    if path.suffix == ".json" and path.exists():
        return _of_json(path, path)
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute("select chain, seq, hash from meta.published_chains").fetchall()
    except duckdb.Error:
        return []
    return [Anchor(path, chain, Head(seq, hash_)) for chain, seq, hash_ in rows]


def _of_json(file: Path, named_in: Path) -> list[Anchor]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        content = content.get("chains", content)
        return [Anchor(named_in, chain, Head(content[chain]["seq"], content[chain]["hash"])) for chain in CHAINS]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{file} cannot be read as an anchor; delete it if it is not ours") from error
