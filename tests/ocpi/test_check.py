"""`partners check` and `partners rotate` as a person calls them, and the ages of keys."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import cli
from pipeline.ocpi import key_files
from pipeline.ocpi.check import PartnerCheck, check_partner
from pipeline.ocpi.key_age import key_ages
from pipeline.ocpi.key_files import Pending
from pipeline.settings import Paths
from tests.ocpi.connecting import US, config_of, partner_at
from tests.ocpi.pulling import connect
from tests.ocpi.server import Server, make

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MODULES = ("locations", "tariffs", "sessions", "cdrs")
TOKEN = "server-secret-token"

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def roamledger(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(paths: Paths, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["roamledger", "--data", str(paths.data), *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def checked(server: Server, paths: Paths, monkeypatch: pytest.MonkeyPatch, **more: Any) -> PartnerCheck:
    monkeypatch.setenv("CPI_OCPI_TOKEN", TOKEN)
    partner = partner_at(server.versions_url, **more)
    return check_partner(partner, US, paths, now=lambda: NOW, sleep=lambda seconds: None)


def test_a_good_connection_is_told_with_what_every_module_holds(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.put("cdrs", *(make("cdrs", number) for number in range(3)))
        found = checked(server, paths, monkeypatch)
        assert found.is_fine
        assert {module.module: module.total_count for module in found.modules} == {
            "locations": 0, "tariffs": 0, "sessions": 0, "cdrs": 3,
        }  # fmt: skip
        assert (found.host, found.version, found.auth_encoding, found.credential, found.warnings) == (
            f"127.0.0.1:{server.port}", "2.2.1", "base64", "a", [],
        )  # fmt: skip
        # One object a module is enough to know.
        assert {request.query["limit"] for request in server.received("cdrs")} == {"1"}


def test_one_module_that_fails_makes_the_connection_fail_and_the_others_are_tried_too(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as server:
        server.fail("http_403", module="tariffs", times=None)
        found = checked(server, paths, monkeypatch)
    assert not found.is_fine
    assert found.result == "tariffs: HTTP status 403"
    assert {module.module: module.fault for module in found.modules} == {
        "locations": None, "tariffs": "http_status", "sessions": None, "cdrs": None,
    }  # fmt: skip


def test_a_partner_that_is_not_there_and_a_key_that_is_not_there_are_results(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as server:
        pass
    assert checked(server, paths, monkeypatch).result.startswith("connection: no connection: ")
    credentials = [{"name": "a", "token_env": "NOT_SET"}]
    assert "set NOT_SET" in checked(server, paths, monkeypatch, credentials=credentials).result


def test_another_version_a_refused_key_and_a_rotation_under_way_are_warnings(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_KEY", TOKEN)
    file = paths.data / "key"
    file.write_text("refused-token")
    key_files.write_pending(file, Pending(phase="asked", started_at=NOW))
    credentials = [
        {"name": "new", "token_file": "key", "valid_from": "2026-10-01"},
        {"name": "old", "token_env": "OLD_KEY"},
    ]
    with Server(versions=("2.2.1",)) as server:
        partner = partner_at(server.versions_url, "2.3.0", credentials=credentials)
        found = check_partner(partner, US, paths, now=lambda: NOW)
    assert found.is_fine
    assert found.credential == "old"
    assert found.warnings == [
        "a rotation begun on 2026-11-01 00:00 UTC is not finished: roamledger partners rotate nl-cpi",
        "offers OCPI 2.2.1, not 2.3.0",
        "the key new is refused, old is used instead",
    ]


@pytest.mark.parametrize(("days", "is_old"), [(90, False), (91, True)])
def test_a_key_older_than_ninety_days_is_a_warning(
    days: int, is_old: bool, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = f"{NOW - timedelta(days=days, seconds=1 if is_old else 0):%Y-%m-%dT%H:%M:%SZ}"
    credentials = [{"name": "a", "token_env": "CPI_OCPI_TOKEN", "valid_from": start}]
    with Server() as server:
        found = checked(server, paths, monkeypatch, credentials=credentials)
    assert found.key_age_days == days
    assert any("days old, more than 90" in warning for warning in found.warnings) is is_old
    assert found.is_fine


def test_ages_come_from_the_rotation_else_the_window_else_the_file(paths: Paths) -> None:
    for name in ("rotated", "by-hand", "plain"):
        (paths.data / name).write_text(f"{name}-token")
        age = NOW.timestamp() - 10 * 86400
        os.utime(paths.data / name, (age, age))
    for name in ("rotated", "by-hand"):
        fingerprint = key_files.fingerprint(key_files.SecretStr("rotated-token"))
        key_files.write_rotation(
            paths.data / name, key_files.Rotation(issued_at=NOW - timedelta(days=3), fingerprint=fingerprint)
        )
    given: dict[str, dict[str, Any]] = {
        "rotated": {"token_file": "rotated", "valid_from": "2026-01-01"},
        "by-hand": {"token_file": "by-hand"},
        "plain": {"token_file": "plain"},
        "window": {"token_file": "plain", "valid_from": "2026-10-01"},
        "variable": {"token_env": "KEY"},
        "variable-window": {"token_env": "KEY", "valid_from": "2026-06-01"},
        "missing": {"token_env": "NOT_SET"},
    }
    partners = [
        partner_at("https://ocpi.example/versions", slug=name, credentials=[{"name": "a", **credential}])
        for name, credential in given.items()
    ]
    silent = partner_at("https://ocpi.example/versions", slug="files").model_copy(update={"connection": None})
    ages = key_ages(config_of(*partners, silent), paths, NOW, environ={"KEY": "token"})
    assert {age.partner: (age.age_days, age.is_old) for age in ages} == {
        "rotated": (3, False),
        "by-hand": (10, False),
        "plain": (10, False),
        "window": (31, False),
        "variable": (None, False),
        "variable-window": (153, True),
        "missing": (None, False),
    }
    assert ages[-1].problem == "the key a of missing is missing: set NOT_SET"


def test_check_prints_a_table_and_its_exit_code_says_whether_all_are_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roamledger: Call
) -> None:
    with Server() as good, Server() as bad:
        paths = connect(tmp_path / "data", {"nl-good": good, "nl-bad": bad}, monkeypatch)
        code, shown, _ = roamledger(paths, "partners", "check")
        assert code == 0
        assert "reached, and every module answers" in shown
        assert shown.index("nl-good") < shown.index("nl-bad")
        bad.fail("http_404", module="cdrs", times=None)
        code, shown, _ = roamledger(paths, "partners", "check")
        assert code == 1
        assert "cdrs: HTTP status 404" in shown
        assert roamledger(paths, "partners", "check", "nl-good")[0] == 0
        code, shown, _ = roamledger(paths, "partners", "check", "nl-bad", "--json")
        (told,) = json.loads(shown)["partners"]
        assert (code, told["partner"], told["is_fine"], told["modules"][0]["fault"]) == (
            1, "nl-bad", False, "http_status",
        )  # fmt: skip
        assert TOKEN not in shown


def test_check_of_nobody_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roamledger: Call) -> None:
    with Server() as server:
        paths = connect(tmp_path / "data", {"nl-cpi": server}, monkeypatch)
    code, _, said = roamledger(paths, "partners", "check", "nobody")
    assert code == 2
    assert "nobody is not there" in said
    paths.partners_file.write_text("our_parties: [{country_code: NL, party_id: RLG, roles: [EMSP], name: R}]\n")
    code, _, said = roamledger(paths, "partners", "check")
    assert code == 2
    assert "connects nobody" in said


def test_rotate_tells_what_it_did_and_shows_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roamledger: Call
) -> None:
    with Server() as server:
        how: dict[str, Any] = {
            "credentials": [{"name": "a", "token_file": "secrets/key"}],
            "our_versions_url": "https://ocpi.roamledger.example/versions",
        }
        paths = connect(tmp_path / "data", {"nl-cpi": server}, monkeypatch, **how)
        file = paths.data / "secrets" / "key"
        file.parent.mkdir()
        file.write_text(TOKEN)
        code, dry, _ = roamledger(paths, "partners", "rotate", "nl-cpi", "--dry-run")
        assert code == 0
        assert "Would be sent by PUT to" in dry
        assert file.read_text() == TOKEN
        code, shown, _ = roamledger(paths, "partners", "rotate", "nl-cpi", "--grace", "1")
        assert code == 0
        assert "nl-cpi: the key a is new since" in shown
        assert file.read_text().strip() == server.token != TOKEN
        server.fail("http_400", module="credentials", at=1)
        code, _, said = roamledger(paths, "partners", "rotate", "nl-cpi")
        assert code == 2
        assert "the key of nl-cpi is not rotated: the partner did not change the key" in said
        keys = {TOKEN, server.token, *(sent["token"] for sent in server.credentials_received)}
    assert not [key for key in keys if key in f"{dry}{shown}{said}"]
    outside = [found for found in paths.data.rglob("*") if found.is_file() and found.parent != file.parent]
    assert outside
    assert not [found for found in outside for key in keys if key.encode() in found.read_bytes()]
