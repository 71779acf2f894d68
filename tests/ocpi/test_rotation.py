"""A new key is agreed, tried and put into force; what goes wrong leaves the old one, and says what to do."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.ocpi import key_files
from pipeline.ocpi.client import Client, Exchange
from pipeline.ocpi.key_files import Pending, beside
from pipeline.ocpi.rotation import Rotated, Rotating, RotationFailed
from pipeline.settings import Paths, UserError
from tests.ocpi.connecting import US, partner_at
from tests.ocpi.server import Server, make

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OUR_URL = "https://ocpi.roamledger.example/ocpi/versions"
OLD, NEW = "server-secret-token", "server-secret-token-next"
FILE = "secrets/nl-cpi/key"

Rotate = Callable[..., Rotated]


def client_for(server: Server, paths: Paths, now: datetime = NOW, **more: Any) -> Client:
    given: dict[str, Any] = {"our_versions_url": OUR_URL, "credentials": [{"name": "a", "token_file": FILE}]}
    partner = partner_at(server.versions_url, max(server.versions), **(given | more))
    return Client(partner, US, paths, now=lambda: now, sleep=lambda seconds: None)


@pytest.fixture
def file(paths: Paths) -> Path:
    found = paths.data / FILE
    found.parent.mkdir(parents=True)
    found.write_text(OLD)
    return found


def rotate(server: Server, paths: Paths, now: datetime = NOW, *, is_dry: bool = False, **more: Any) -> Rotated:
    with client_for(server, paths, now, **more) as client:
        return Rotating(client, [US], paths, now=now).run(is_dry=is_dry)


def pull_works(server: Server, paths: Paths, now: datetime = NOW) -> bool:
    with client_for(server, paths, now) as client:
        return [page.object_count for page in client.pages("cdrs")] == [1]


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_the_new_key_is_in_force_and_the_old_one_kept_for_a_day(version: str, paths: Paths, file: Path) -> None:
    with Server(versions=(version,)) as server:
        server.put("cdrs", make("cdrs", 1, version))
        done = rotate(server, paths)
        assert (done.credential, done.issued_at, done.is_tried, done.was_resumed) == ("a", NOW, True, False)
        assert done.previous_valid_to == NOW + timedelta(hours=24)
        assert file.read_text().strip() == server.token == NEW
        assert pull_works(server, paths)
        for now, names in ((NOW + timedelta(hours=23), ["a", "a (before)"]), (NOW + timedelta(hours=24), ["a"])):
            with client_for(server, paths, now) as client:
                assert [key.name for key in client.valid_keys()] == names
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not beside(file, "pending").exists()


def test_the_object_that_is_sent_is_that_of_the_version(paths: Paths, file: Path) -> None:
    business = {"business_details": {"name": "Us"}, "party_id": "RLG", "country_code": "NL"}
    for version, parties in {
        "2.1.1": business,
        "2.2.1": {"roles": [{"role": role, **business} for role in ("EMSP", "CPO")]},
        "2.3.0": {"roles": [{"role": role, **business} for role in ("EMSP", "CPO")]},
    }.items():
        with Server(versions=(version,), token=OLD) as server:
            file.write_text(OLD)
            done = rotate(server, paths)
            (sent,) = server.credentials_received
            methods = [request.method for request in server.received("credentials")]
        assert sent == {"token": done.partner_key_file.read_text().strip(), "url": OUR_URL, **parties}
        assert len(sent["token"]) == 43
        assert methods == ["GET", "PUT"]
        assert stat.S_IMODE(done.partner_key_file.stat().st_mode) == 0o600


def test_url_and_roles_that_a_partner_keeps_of_us_stay_as_they_are(
    paths: Paths, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the specification GET gives the partner's own object; some give ours."""
    ours = {
        "token": "x", "url": "https://old.example/versions", "hub_party_id": "NLHUB", "unknown": 1,
        "roles": [{"role": "EMSP", "party_id": "rlg", "country_code": "nl", "business_details": {"name": "As known"}}],
    }  # fmt: skip
    monkeypatch.setattr("tests.ocpi.server.answers.credentials", lambda token, url, version: ours | {"token": token})
    with Server() as server:
        rotate(server, paths, our_versions_url=None)
        (sent,) = server.credentials_received
    assert {name: sent[name] for name in sent if name != "token"} == {
        name: ours[name] for name in ("url", "hub_party_id", "roles")
    }


def test_without_our_url_nothing_is_sent(paths: Paths, file: Path) -> None:
    with Server() as server:
        with pytest.raises(UserError, match="our_versions_url is missing"):
            rotate(server, paths, our_versions_url=None)
        assert server.credentials_received == []
    assert file.read_text() == OLD
    assert not beside(file, "pending").exists()


def test_a_dry_run_shows_what_would_be_sent_and_changes_nothing(paths: Paths, file: Path) -> None:
    with Server() as server:
        done = rotate(server, paths, is_dry=True)
        assert done.credentials_url == server.url("credentials")
        assert server.credentials_received == []
    assert done.request is not None
    assert (done.request["url"], done.request["token"]) == (OUR_URL, "**********")
    assert [found.name for found in file.parent.iterdir()] == ["key"]
    assert file.read_text() == OLD


@pytest.mark.parametrize(
    ("credential", "said"),
    [
        ({"name": "a", "token_env": "CPI_KEY"}, "comes from an environment variable, which only you can change"),
        ({"name": "a", "token_file": FILE, "valid_to": "2027-01-01"}, "has a valid_to"),
        ({"name": "a", "token_file": "link"}, "is mounted or may not be written"),
    ],
)
def test_a_key_that_is_not_ours_to_change_is_a_sentence(
    credential: dict[str, Any], said: str, paths: Paths, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPI_KEY", OLD)
    (paths.data / "link").symlink_to(file)
    with Server() as server:
        with pytest.raises(UserError, match=said):
            rotate(server, paths, credentials=[credential])
        assert server.credentials_received == []


@pytest.mark.parametrize("kind", ["http_400", "http_404", "http_405", "http_500", "ocpi_2000", "ocpi_3001", "not_ocpi"])
def test_a_partner_that_does_not_change_the_key_leaves_the_old_one(kind: str, paths: Paths, file: Path) -> None:
    with Server(keeps_old_token=True) as server:
        server.put("cdrs", make("cdrs", 1))
        server.fail(kind, module="credentials", at=1)
        with pytest.raises(RotationFailed, match=r"the partner did not change the key .* the old one still counts"):
            rotate(server, paths)
        # Sent once: each arrival of a PUT would make another key.
        assert len(server.received("credentials")) == 2
        assert pull_works(server, paths)
    assert file.read_text() == OLD
    assert sorted(found.name for found in file.parent.iterdir()) == ["key"]


def test_an_answer_that_is_lost_after_the_partner_changed_the_key_says_what_to_do(paths: Paths, file: Path) -> None:
    with Server() as server:
        server.fail("applied_reset", module="credentials", at=1)
        with pytest.raises(RotationFailed, match="the old key is refused: ask the partner for a new key") as raised:
            rotate(server, paths)
        assert server.token not in str(raised.value)
        # So does every later call, until somebody has done it.
        with pytest.raises(RotationFailed):
            rotate(server, paths)
        file.write_text(server.token)
        beside(file, "pending").unlink()
        assert rotate(server, paths).is_tried


def test_an_answer_that_is_lost_while_the_partner_takes_the_old_key_is_no_loss(paths: Paths, file: Path) -> None:
    with Server(keeps_old_token=True) as server:
        server.fail("applied_reset", module="credentials", at=1)
        with pytest.raises(RotationFailed, match="the old one still counts"):
            rotate(server, paths)
        assert rotate(server, paths).is_tried
        assert file.read_text().strip() == server.token


def test_what_the_partner_may_still_answer_is_not_forgotten(paths: Paths, file: Path) -> None:
    """The answer to the PUT is late: whoever serves our versions must go on to know the key that the partner uses."""
    with Server(keeps_old_token=True) as server:
        server.fail("reset", module="credentials", at=1)
        with pytest.raises(RotationFailed, match="nobody knows yet whether the partner changes the key"):
            rotate(server, paths)
        assert beside(file, "pending").exists()
        assert beside(file, "of-partner.next").exists()
        assert rotate(server, paths).is_tried
        assert file.read_text().strip() == server.token
    assert not beside(file, "pending").exists()


@pytest.mark.parametrize("answered", [{}, {"token": ""}, {"token": "two words"}, {"token": OLD}, None, "x"])
def test_an_answer_without_a_new_key_changes_nothing(
    answered: object, paths: Paths, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.ocpi.server.answers.credentials", lambda token, url, version: answered)
    with (
        Server(keeps_old_token=True) as server,
        pytest.raises(RotationFailed, match=r"holds no new key|did not change the key|cannot be read"),
    ):
        rotate(server, paths)
    assert file.read_text() == OLD


def test_a_new_key_that_the_partner_refuses_leaves_the_old_one_in_force(
    paths: Paths, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(keeps_old_token=True) as server:
        server.put("cdrs", make("cdrs", 1))
        told = {"token": "wrong-new-token", "url": "https://x.example/versions"}
        monkeypatch.setattr("tests.ocpi.server.answers.credentials", lambda token, url, version: told)
        with pytest.raises(RotationFailed, match="refuses it; the old one stays in force"):
            rotate(server, paths)
        assert file.read_text() == OLD
        with client_for(server, paths) as client:
            assert [key.name for key in client.valid_keys()] == ["a"]
        assert pull_works(server, paths)
        monkeypatch.undo()
        # The second call tries that key once more and then asks for another one.
        assert rotate(server, paths).is_tried
        assert file.read_text().strip() == server.token


def test_a_new_key_that_cannot_be_tried_is_in_force_and_the_old_one_beside_it(paths: Paths, file: Path) -> None:
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        with client_for(server, paths) as client:
            client.discover()
        server.fail("http_503", module="versions", times=None)
        assert not rotate(server, paths).is_tried
        assert file.read_text().strip() == server.token
        server.heal()
        assert pull_works(server, paths)


def test_a_pull_during_the_grace_takes_the_old_key_where_the_new_one_is_refused(paths: Paths, file: Path) -> None:
    with Server() as server:
        server.put("cdrs", make("cdrs", 1))
        rotate(server, paths)
        server.token = OLD
        assert pull_works(server, paths)


def test_after_a_second_rotation_the_key_before_the_first_is_gone(paths: Paths, file: Path) -> None:
    with Server() as server:
        rotate(server, paths)
        second = rotate(server, paths, NOW + timedelta(days=30))
        assert second.issued_at == NOW + timedelta(days=30)
        rotation = key_files.read_rotation(file)
        assert rotation is not None
        assert rotation.previous is not None
        assert rotation.previous.token.get_secret_value() == NEW
        assert not [found for found in file.parent.iterdir() if OLD in found.read_text().split('"')]


def test_a_closed_key_leaves_the_disk(paths: Paths, file: Path) -> None:
    with Server() as server:
        rotate(server, paths)
    kept = beside(file, "rotation")
    assert not key_files.forget_closed_key(file, NOW + timedelta(hours=23))
    assert f'"{OLD}"' in kept.read_text()
    assert key_files.forget_closed_key(file, NOW + timedelta(hours=24))
    assert f'"{OLD}"' not in kept.read_text()
    assert not key_files.forget_closed_key(file, NOW + timedelta(hours=24))


def test_a_key_that_somebody_wrote_by_hand_after_a_rotation_is_the_only_one(paths: Paths, file: Path) -> None:
    with Server() as server:
        rotate(server, paths)
        file.write_text("by-hand")
        with client_for(server, paths) as client:
            assert [key.token.get_secret_value() for key in client.valid_keys()] == ["by-hand"]


def test_one_process_rotates_at_a_time(paths: Paths, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server, client_for(server, paths) as client:
        first = Rotating(client, [US], paths, now=NOW)
        ask = first._ask

        def ask_while_another_comes(*arguments: Any) -> Any:
            with pytest.raises(UserError, match="another process is rotating the key of nl-cpi"):
                rotate(server, paths)
            return ask(*arguments)

        monkeypatch.setattr(first, "_ask", ask_while_another_comes)
        assert first.run().is_tried


def test_a_pending_file_that_cannot_be_read_is_a_sentence_without_its_content(paths: Paths, file: Path) -> None:
    beside(file, "pending").write_text('{"phase": "answered", "new_token": "secret-new-token"')
    with Server() as server, pytest.raises(UserError, match="cannot be read") as raised:
        rotate(server, paths)
    assert "secret-new-token" not in str(raised.value)


def test_neither_key_is_shown_anywhere(paths: Paths, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    exchanges: list[Exchange] = []
    with Server() as server:
        partner = partner_at(
            server.versions_url, our_versions_url=OUR_URL, credentials=[{"name": "a", "token_file": FILE}]
        )
        with Client(partner, US, paths, now=lambda: NOW, on_exchange=exchanges.append) as client:
            done = Rotating(client, [US], paths, now=NOW).run()
        told = [*map(repr, exchanges), repr(done), repr(key_files.read_rotation(file)), caplog.text]
        told.append(repr(Pending(phase="answered", started_at=NOW, new_token=key_files.SecretStr(NEW))))
        told += [found.read_text() for found in paths.connections.iterdir()]
        ours = server.credentials_received[0]["token"]
    assert not [text for text in told for token in (OLD, NEW, ours) if token in text]
    assert json.loads((paths.connections / "nl-cpi.json").read_text())
