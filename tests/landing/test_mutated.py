"""Real payloads spoilt at random, in thousands: none stops the load, and each object is found where it went.

`ROAMLEDGER_MUTATIONS=100000` spoils as many, `ROAMLEDGER_MUTATION_SEED=another` others. The payloads are those of
`ROAMLEDGER_CORPUS/real`, or the repository's own sample where no corpus is named.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import nightly
from pipeline.landing.manifest import Manifest
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.quality.tables import create_tables
from pipeline.settings import SAMPLE_DIR, Paths
from pipeline.warehouse import open_warehouse
from tests.landing.mutations import MODULES, Spoilt, bases, richest, spoil, swept

AS_OF = datetime(2026, 11, 1, 2, tzinfo=UTC)
FORMS = ("array", "envelope", "ndjson", "array", "ndjson with broken lines", "broken array")
STAGING = ["--select", "path:models/staging", "path:models/meta"]
# Of sessions and CDRs raw may keep the fields that are read, and leave the body in landing.
PLACE_AND_BODY = {
    module: f"landing_seq, ordinal, {'null' if module in ('sessions', 'cdrs') else 'body'}" for module in MODULES
}


def count() -> int:
    return int(os.environ.get("ROAMLEDGER_MUTATIONS") or 5_000)


def payloads() -> Path:
    corpus = os.environ.get("ROAMLEDGER_CORPUS")
    return Path(corpus) / "real" if corpus else SAMPLE_DIR


def written(form: str, objects: Sequence[Spoilt]) -> str:
    texts = [each.text for each in objects]
    if form.startswith("ndjson"):
        return "\n".join(texts) + "\n"
    if form == "envelope":
        return f'{{"data":[{",".join(texts)}],"status_code":1000,"timestamp":"2026-11-01T00:00:00Z"}}'
    return f"[{','.join(texts)}" + ("" if form == "broken array" else "]")


def drop(folder: Path, total: int, rng: random.Random) -> dict[str, tuple[str, list[Spoilt]]]:
    """Write files of equal size below `folder/nl-cpi/2.2.1/<module>/`; returns form and objects by file name."""
    found = bases(payloads(), rng)
    # The few objects of one module weigh as much as the many of another.
    modules = [*MODULES, *MODULES, "any"]
    per_file = max(total // 40, 100)
    dropped: dict[str, tuple[str, list[Spoilt]]] = {}
    left = total
    while left > 0:
        number = len(dropped)
        form, of = FORMS[number % len(FORMS)], modules[number % len(modules)]
        choice = found.get(of) or [each for objects in found.values() for each in objects]
        module = of if of in MODULES else rng.choice(MODULES)
        objects = [
            spoil(rng, rng.choice(choice), may_break=form == "ndjson with broken lines")
            for _ in range(min(per_file, left))
        ]
        file = folder / "nl-cpi" / "2.2.1" / module / f"{number:04}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(form, objects), encoding="utf-8", errors="surrogatepass")
        dropped[file.name] = (form, objects)
        left -= len(objects)
    return dropped


def drop_swept(folder: Path, rng: random.Random) -> dict[str, tuple[str, list[Spoilt]]]:
    """The same for one object of each module with every value replaced by each oddity."""
    found = bases(payloads(), rng)
    dropped = {}
    for module in MODULES:
        objects = list(swept(richest(found[module])))
        file = folder / "nl-cpi" / "2.2.1" / module / f"swept-{module}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written("array", objects), encoding="utf-8")
        dropped[file.name] = ("array", objects)
    return dropped


@pytest.mark.slow
def test_no_spoilt_object_stops_the_load_and_each_is_found(paths: Paths, tmp_path: Path) -> None:
    rng = random.Random(os.environ.get("ROAMLEDGER_MUTATION_SEED") or "a first seed")
    dropped = drop(tmp_path / "drop", count(), rng) | drop_swept(tmp_path / "drop", rng)
    land_path(paths, load_config(paths), tmp_path / "drop", received_at=AS_OF)
    # The same once more, now with nothing to tell what they are but themselves.
    unnamed = tmp_path / "unnamed"
    unnamed.mkdir()
    for file in sorted((tmp_path / "drop").rglob("*.json"))[:6]:
        (unnamed / file.name).write_bytes(file.read_bytes())
    land_path(paths, load_config(paths), unnamed, received_at=AS_OF)
    accounts = nightly.load_raw_tables(paths)
    for account in accounts:
        assert account.received == account.loaded + account.quarantined + account.duplicates, account
        assert sum(account.reasons.values()) == account.quarantined, account
    pages = {page.landing_seq: Path(page.source_name) for page in Manifest(paths.landing).pages()}
    named = {seq: source.name for seq, source in pages.items() if "nl-cpi" in source.parts}
    assert sorted(named.values()) == sorted(dropped)
    with open_warehouse(paths, read_only=True) as con:
        loaded = {
            (seq, ordinal): body
            for module in MODULES
            for seq, ordinal, body in con.execute(f"select {PLACE_AND_BODY[module]} from raw.{module}").fetchall()
        }
        duplicates = con.execute("select landing_seq, ordinal from raw.duplicates").fetchall()
        rejects = con.execute("select landing_seq, ordinal, code from raw.rejects").fetchall()
    places = sorted([*loaded, *duplicates, *[(seq, ordinal) for seq, ordinal, _ in rejects if ordinal is not None]])
    assert len(set(places)) == len(places), "an object went to two places"
    refused = {(seq, ordinal): code for seq, ordinal, code in rejects}
    seen: dict[int, list[int]] = {}
    for seq, ordinal in places:
        seen.setdefault(seq, []).append(ordinal)
    for seq, name in named.items():
        form, objects = dropped[name]
        if form == "broken array":
            assert refused[seq, None] == "body_not_json"
            continue
        assert seen[seq] == list(range(len(objects))), f"{name} ({form}): not every object was found"
        for ordinal, spoilt in enumerate(objects):
            if spoilt.is_json is False:
                assert refused[seq, ordinal] == "body_not_json", (name, ordinal, spoilt.text)
            elif spoilt.is_json and (seq, ordinal) in loaded:
                body = loaded[seq, ordinal]
                assert body is None or json.loads(body) == json.loads(spoilt.text), (name, ordinal)
    # Staging types what it can and names what it cannot; the data test on the accounting is part of the build.
    nightly.load_sources(paths)
    with open_warehouse(paths) as con:
        create_tables(con)
    nightly.build_tables(paths, as_of=AS_OF, select=STAGING)
    with open_warehouse(paths, read_only=True) as con:
        for module in MODULES:
            received, staged = (
                con.execute(f"select count(*) from {table}").fetchone()
                for table in (f"raw.{module}", f"staging.stg_ocpi__{module}")
            )
            assert received == staged, module
