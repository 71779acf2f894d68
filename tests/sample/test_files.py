"""The committed sample is what the generator makes, and is small."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

from pipeline.sample.frame import SAMPLE_DIR

MADE_BY_HAND = {"PROVENANCE.md"}
MOST_BYTES = 10_000_000


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file that the generator makes."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    kept = {name: path for name, path in files.items() if name not in MADE_BY_HAND and not name.startswith("source/")}
    return {name: path.read_bytes() for name, path in kept.items()}


def test_the_committed_sample_is_byte_for_byte_what_the_default_seed_gives(default_files: Path) -> None:
    committed, made = contents(SAMPLE_DIR), contents(default_files)
    assert sorted(committed) == sorted(made)
    assert [name for name in made if made[name] != committed[name]] == []


def test_the_sample_is_small_enough_to_live_in_the_repository() -> None:
    assert sum(path.stat().st_size for path in SAMPLE_DIR.rglob("*") if path.is_file()) < MOST_BYTES


def test_every_folder_of_pages_has_a_sidecar_and_pages_are_ocpi_envelopes() -> None:
    folders = {page.parent for page in SAMPLE_DIR.glob("pulls/**/page-*.json.gz")}
    assert len(folders) == 3 * (3 * 4 + 1)
    for folder in folders:
        sidecar = json.loads((folder / "manifest.json").read_text())
        assert (sidecar["module"], sidecar["ocpi_version"]) == (folder.name, folder.parent.name)
        for page in folder.glob("page-*.json.gz"):
            assert json.loads(gzip.decompress(page.read_bytes()))["status_code"] == 1000


def test_the_key_names_each_finding_once_and_each_planted_object_has_one_primary() -> None:
    with (SAMPLE_DIR / "answer_key.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len({(r["object_type"], r["object_label"], r["code"]) for r in rows}) == len(rows)
    primaries = Counter((r["object_type"], r["object_label"]) for r in rows if r["kind"] == "primary")
    assert set(primaries.values()) == {1}


def test_twenty_disputes_name_cdrs_that_were_sent() -> None:
    lines = (SAMPLE_DIR / "ledger" / "disputes.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert len({event["object_label"] for event in events}) == 20
    sent = set()
    for page in SAMPLE_DIR.glob("pulls/2026-10-30/*/*/cdrs/page-*.json.gz"):
        sent |= {body["id"] for body in json.loads(gzip.decompress(page.read_bytes()))["data"]}
    assert {event["object_label"].split("*", 2)[2] for event in events} <= sent
