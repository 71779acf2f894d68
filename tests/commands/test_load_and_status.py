"""`load` tells what it landed; wrong paths get one sentence and exit code 2; `status` shows the result."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from pipeline.landing.manifest import Manifest
from pipeline.settings import Paths
from tests.commands.conftest import Roamledger

TOKEN = {
    "country_code": "NL",
    "party_id": "RLG",
    "uid": "04AABBCC",
    "type": "RFID",
    "contract_id": "NL-RLG-C00000001-X",
    "issuer": "Roamledger",
    "valid": True,
    "whitelist": "ALLOWED",
    "last_updated": "2026-09-01T00:00:00Z",
}


def tokens_file(folder: Path) -> Path:
    file = folder / "own" / "2.2.1" / "tokens" / "page-0001.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"data": [TOKEN], "status_code": 1000, "timestamp": "2026-10-30T01:00:00Z"}))
    return file


def test_a_folder_is_landed_and_shown_by_status(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    tokens_file(tmp_path / "drop")
    landed = roamledger("load", str(tmp_path / "drop"), "--received-at", "2026-10-30T01:00:00Z", "--json")
    assert landed.code == 0, landed.err
    record = json.loads(landed.out)
    assert record["page_count"] == 1
    assert record["files"][0]["module"] == "tokens"
    state = json.loads(roamledger("status", "--json").out)
    assert state["published"] is None
    assert state["ledger"]["event_count"] == 0
    assert [row["last_received_at"] for row in state["landed"]] == ["2026-10-30T01:00:00Z"]
    assert "tokens" in roamledger("status").out


def test_what_one_command_lands_was_received_at_one_moment(
    roamledger: Roamledger, paths: Paths, tmp_path: Path
) -> None:
    first, second = tokens_file(tmp_path / "one"), tokens_file(tmp_path / "two")
    nested = tokens_file(tmp_path / "three" / "deeper")
    tokens_file(tmp_path / "three" / "beside")
    assert roamledger("load", str(first), str(second), str(nested.parents[4])).code == 0
    pages = Manifest(paths.landing).pages()
    assert len(pages) == 4
    assert len({page.received_at for page in pages}) == 1


def test_a_sidecar_speaks_for_its_own_folder_only(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    told, plain = tokens_file(tmp_path / "told"), tokens_file(tmp_path / "plain")
    (told.parent / "manifest.json").write_text(json.dumps({"received_at": "2026-10-30T01:00:00Z"}))
    assert roamledger("load", str(told), str(plain)).code == 0
    by_sidecar, by_clock = Manifest(paths.landing).pages()
    assert by_sidecar.received_at == datetime(2026, 10, 30, 1, tzinfo=UTC)
    assert by_clock.received_at != by_sidecar.received_at


def test_a_missing_path_is_named(roamledger: Roamledger, paths: Paths) -> None:
    done = roamledger("load", "no-such-folder")
    assert done.code == 2
    assert "no-such-folder does not exist" in done.err


def test_an_empty_file_is_refused(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    empty = tmp_path / "cdrs.json"
    empty.touch()
    done = roamledger("load", str(empty))
    assert done.code == 2
    assert "is empty" in done.err
    assert Manifest(paths.landing).pages() == []


def test_a_folder_without_ocpi_objects_is_refused(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("nothing here")
    done = roamledger("load", str(tmp_path / "notes"))
    assert done.code == 2
    assert "no OCPI objects" in done.err


def test_what_landed_before_an_error_is_told(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    tokens_file(tmp_path / "drop")
    done = roamledger("load", str(tmp_path / "drop"), str(tmp_path / "missing"))
    assert done.code == 2
    assert "Landed before the error" in done.err
    assert len(Manifest(paths.landing).pages()) == 1


def test_a_wrong_timestamp_is_a_sentence(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    done = roamledger("load", str(tokens_file(tmp_path)), "--received-at", "yesterday")
    assert done.code == 2
    assert "'yesterday' is not a timestamp" in done.err


def test_status_counts_decisions_that_wait_for_the_next_run(roamledger: Roamledger, published: Paths) -> None:
    roamledger("decide", "k1", "--accept", "--reason", "checked", "--user", "ana")
    assert "1 events, chain intact; 1 wait for the next run" in roamledger("status").out


def test_the_report_is_missing_before_the_first_night(roamledger: Roamledger, paths: Paths) -> None:
    done = roamledger("report")
    assert done.code == 2
    assert "roamledger run" in done.err
