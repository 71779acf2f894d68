"""What goes when its term is over, what stays for ever, and mistakes in privacy.yml."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.audit.chain import read as read_chain
from pipeline.audit.log import audit_file
from pipeline.landing.inbox import DONE
from pipeline.landing.pulled import keep_failed_body
from pipeline.nightly import collect_landing
from pipeline.privacy.expire import Expiry, expire
from pipeline.privacy.retention import Retention, load_retention
from pipeline.settings import PROJECT_ROOT, Paths, UserError
from tests.landing.objects import token

NOW = datetime.now(UTC)


def aged(path: Path, days: int) -> Path:
    moment = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.fixture
def folder(paths: Paths) -> Paths:
    """One old and one new thing of each kind."""
    for days, received in ((40, NOW - timedelta(days=40)), (1, NOW - timedelta(days=1))):
        inbox = paths.inbox / "nl-cpi" / "2.2.1" / "tokens"
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / f"{days}.json").write_text(json.dumps([token(f"U{days}")]))
        (inbox / "manifest.json").write_text(json.dumps({"received_at": received.isoformat()}))
        collect_landing(paths)
    for days in (100, 1):
        aged(paths.landing / keep_failed_body(paths, f"failed-{days}", b"<html>"), days)
        version = paths.published / "versions" / f"night-{days}"
        version.mkdir(parents=True)
        (version / "roamledger.duckdb").write_bytes(b"old")
        aged(version, days)
        (paths.landing / ".incoming").mkdir(exist_ok=True)
        (paths.landing / ".incoming" / f"half-{days}").write_bytes(b"{")
        aged(paths.landing / ".incoming" / f"half-{days}", days)
        paths.dbt_logs.mkdir(parents=True, exist_ok=True)
        (paths.dbt_logs / f"dbt.log.{days}").write_bytes(b"log")
        aged(paths.dbt_logs / f"dbt.log.{days}", days)
    return paths


def files(paths: Paths) -> set[str]:
    return {path.relative_to(paths.data).as_posix() for path in paths.data.rglob("*") if path.is_file()}


def counts(expiries: list[Expiry]) -> dict[str, int]:
    return {expiry.kind: expiry.file_count for expiry in expiries}


ONE_OLD_FOLDER = {"inbox_copies": 2, "failed_bodies": 1, "published_versions": 1, "unfinished": 1, "build_logs": 1}


def test_what_is_past_its_term_goes_and_everything_else_stays(folder: Paths) -> None:
    before = files(folder)
    assert counts(expire(folder, now=NOW)) == ONE_OLD_FOLDER
    gone = before - files(folder)
    assert {Path(name).name for name in gone} == {
        "40.json", "manifest.json", "failed-100.zst", "roamledger.duckdb", "half-100", "dbt.log.100",
    }  # fmt: skip
    assert len(gone) == sum(ONE_OLD_FOLDER.values())
    assert len(list((folder.landing / "pulls").rglob("*.zst"))) == 2
    assert len(list((folder.inbox / DONE).rglob("1.json"))) == 1
    assert counts(expire(folder, now=NOW)) == dict.fromkeys(ONE_OLD_FOLDER, 0)


def test_a_dry_run_removes_nothing_and_writes_nothing(folder: Paths) -> None:
    before = files(folder)
    assert counts(expire(folder, now=NOW, is_dry_run=True)) == ONE_OLD_FOLDER
    assert files(folder) == before


def test_what_went_and_why_stands_in_the_audit_log(folder: Paths) -> None:
    expire(folder, now=NOW)
    entries = [line.content() for line in read_chain(audit_file(folder))]
    gone = {entry["subject"]: entry for entry in entries if entry["action"] == "expire"}
    assert {kind: entry["counts"]["files"] for kind, entry in gone.items()} == ONE_OLD_FOLDER
    assert gone["failed_bodies"]["detail"] == {
        "reason": "kept more than 90 days; the pull log still tells of the fault",
        "names": "failed-100.zst",
    }


def test_the_newest_version_stays_whatever_its_age(folder: Paths) -> None:
    expire(folder, now=NOW + timedelta(days=1000))
    assert [version.name for version in (folder.published / "versions").iterdir()] == ["night-1"]


def test_a_copy_that_never_landed_stays(folder: Paths) -> None:
    (folder.inbox / DONE / "unknown").mkdir()
    (folder.inbox / DONE / "unknown" / "page.json").write_text("[]")
    expire(folder, now=NOW + timedelta(days=1000))
    assert [path.name for path in (folder.inbox / DONE).iterdir()] == ["unknown"]


def test_terms_come_from_privacy_yml(folder: Paths) -> None:
    folder.privacy_file.write_text("retention:\n  failed_bodies: {days: 365}\n  published_versions: {at_least: 2}\n")
    assert counts(expire(folder, now=NOW)) == ONE_OLD_FOLDER | {"failed_bodies": 0, "published_versions": 0}


def test_the_example_shows_the_defaults(paths: Paths) -> None:
    paths.privacy_file.write_text((PROJECT_ROOT / "data" / "privacy.example.yml").read_text())
    assert load_retention(paths) == Retention()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("retention:\n  failed_bodies: {days: 0}\n", "line 2: retention.failed_bodies.days"),
        (
            "retention:\n  failed_bodies:\n    weeks: 3\n",
            "line 3: retention.failed_bodies.weeks: this field is not known",
        ),
        ("retention:\n  landing: {days: 30}\n", "retention: landing has no term: bytes as received"),
    ],
)
def test_a_mistake_is_told_with_its_line(paths: Paths, text: str, message: str) -> None:
    paths.privacy_file.write_text(text)
    with pytest.raises(UserError, match=message.replace("(", r"\(")):
        load_retention(paths)
