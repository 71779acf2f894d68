"""Pulls from real servers on loopback: what lands, what is proven, what is resumed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import Manifest
from pipeline.ocpi.pull_log import PullLog
from pipeline.ocpi.pull_partners import PullRequest, pull_partners
from pipeline.ocpi.windows import Window, day_window
from pipeline.partners import load_config
from pipeline.settings import Paths, UserError
from tests.ocpi.pulling import connect, loaded, newest, pull
from tests.ocpi.server import Server, answers, make


@pytest.fixture
def server() -> Server:
    return Server(page_size=10)


def test_every_page_is_landed_as_it_came(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(25)))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (done,) = pull(paths)
    assert (done.kind, done.outcome, done.page_count, done.object_count, done.total_count) == (
        "full",
        "complete",
        3,
        25,
        25,
    )
    pages = Manifest(paths.landing).pages()
    assert [(page.landing_seq, page.page_no, page.transport, page.is_full_pull) for page in pages] == [
        (1, 1, "http", True),
        (2, 2, "http", True),
        (3, 3, "http", True),
    ]
    assert pages[0].next_url == pages[1].url
    assert pages[2].next_url is None
    assert [len(read_body(paths.landing / page.body)) for page in pages] == [page.size_bytes for page in pages]
    assert newest(paths) == {item["id"]: item for item in server.store.all("cdrs")}


def test_the_next_pull_asks_from_the_newest_seen_less_the_overlap(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(12)))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch, overlap_h=1)
        pull(paths)
        changed = server.store.touch("cdrs", server.store.all("cdrs")[0]["id"])
        (done,) = pull(paths)
        assert done.kind == "delta"
        pull(paths)
        last = server.received("cdrs")[-1]
    expected = datetime.fromisoformat(changed["last_updated"]) - timedelta(hours=1)
    assert datetime.fromisoformat(last.query["date_from"]) == expected
    assert newest(paths)[changed["id"]] == changed


def test_a_silent_change_is_kept_as_a_version(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other content under the same last_updated: only the weekly reading of the open month can see it."""
    now = datetime.now(UTC)
    stamp = f"{now - timedelta(days=10):%Y-%m-%dT%H:%M:%SZ}"
    with server:
        old = make("cdrs", 1, "2.2.1") | {"last_updated": stamp}
        server.put("cdrs", old, make("cdrs", 2, "2.2.1") | {"last_updated": f"{now:%Y-%m-%dT%H:%M:%SZ}"})
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        pull(paths)
        server.put("cdrs", old | {"total_energy": 99.5})
        (delta,) = pull(paths)
        assert delta.kind == "delta"
        assert newest(paths)[old["id"]] == old
        (weekly,) = pull(paths, now=now + timedelta(days=7, minutes=1))
        assert weekly.kind == "period"
    versions = [item for item in loaded(paths) if item["id"] == old["id"]]
    assert [item["total_energy"] for item in versions] == [old["total_energy"], 99.5]


def test_an_object_that_moves_during_the_walk_hides_none(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(30)))
        first = server.store.all("cdrs")[0]["id"]
        server.at("cdrs", 1, lambda store: store.touch("cdrs", first))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (done,) = pull(paths)
    assert (done.outcome, done.read_count, done.object_count) == ("complete", 2, 30)
    assert newest(paths) == {item["id"]: item for item in server.store.all("cdrs")}


def test_a_partner_that_never_rests_is_incomplete_and_asked_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(30)))
        for request in range(1, 9):
            server.at("cdrs", request, lambda store: store.touch("cdrs", store.all("cdrs")[0]["id"]))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (restless,) = pull(paths)
        assert (restless.outcome, restless.read_count) == ("incomplete", 3)
        assert restless.message
        (again,) = pull(paths)
    # Nothing was proven, so nothing counts as known.
    assert (again.kind, again.outcome) == ("full", "complete")
    assert newest(paths) == {item["id"]: item for item in server.store.all("cdrs")}


def test_a_count_that_is_wrong_is_told_and_believed_no_longer(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(12)))
        server.fail("short_page", module="cdrs", at=0, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (done,) = pull(paths)
    assert (done.outcome, done.read_count) == ("complete", 2)
    assert done.message == f"the partner counts 12 objects and showed {done.object_count}"


def test_a_pull_that_breaks_off_goes_on_behind_its_last_good_page(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(35)))
        server.fail("html", module="cdrs", at=2, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (broken,) = pull(paths)
        assert (broken.outcome, broken.page_count, broken.fault) == ("failed", 2, "content_type")
        (logged,) = PullLog(paths).pulls()
        assert logged.ended
        assert logged.ended.failed_body
        assert b"<html" in read_body(paths.landing / logged.ended.failed_body).lower()
        server.heal()
        asked = len(server.received("cdrs"))
        (resumed,) = pull(paths)
        assert [request.query["offset"] for request in server.received("cdrs")[asked:]] == ["20", "30"]
    assert resumed.is_resumed
    assert resumed.pull_id == broken.pull_id
    assert (resumed.outcome, resumed.page_count, resumed.object_count) == ("complete", 4, 35)
    assert newest(paths) == {item["id"]: item for item in server.store.all("cdrs")}


def test_an_object_that_moved_while_a_pull_was_broken_off_is_not_lost(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(35)))
        server.fail("http_503", module="cdrs", at=2, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        pull(paths)
        server.heal()
        server.store.touch("cdrs", server.store.all("cdrs")[0]["id"])
        (resumed,) = pull(paths)
    assert (resumed.outcome, resumed.is_resumed, resumed.read_count) == ("complete", True, 2)
    assert newest(paths) == {item["id"]: item for item in server.store.all("cdrs")}


def test_what_a_partner_no_longer_lets_us_resume_is_begun_anew(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(25)))
        server.fail("http_503", module="cdrs", at=1, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        pull(paths)
        server.heal()
        server.fail("http_400", module="cdrs", at=0, times=None)
        assert pull(paths)[0].is_resumed
        server.heal()
        (anew,) = pull(paths)
    assert (anew.is_resumed, anew.outcome, anew.object_count) == (False, "complete", 25)


def test_one_partner_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(page_size=10) as good, Server(page_size=10) as bad:
        for server in (good, bad):
            server.put("cdrs", make("cdrs", 1, "2.2.1"))
        bad.fail("http_500", times=None)
        paths = connect(tmp_path, {"bad": bad, "good": good}, monkeypatch, modules=("cdrs", "sessions"))
        done = {(item.partner, item.module): item.outcome for item in pull(paths)}
    assert done == {
        ("bad", "cdrs"): "failed",
        ("bad", "sessions"): "failed",
        ("good", "cdrs"): "complete",
        ("good", "sessions"): "complete",
    }


def test_a_day_is_asked_for_by_both_ends_and_moves_no_mark(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", make("cdrs", 1, "2.2.1") | {"last_updated": "2026-11-03T00:00:00Z"})
        server.put("cdrs", make("cdrs", 2, "2.2.1") | {"last_updated": "2026-11-04T00:00:00Z"})
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (done,) = pull(paths, PullRequest(window=day_window(datetime(2026, 11, 3, tzinfo=UTC).date())))
        assert (done.kind, done.object_count) == ("day", 1)
        (scheduled,) = pull(paths)
    assert (scheduled.kind, scheduled.object_count) == ("full", 2)


def test_everything_can_be_asked_for_again(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server:
        server.put("tariffs", *(make("tariffs", n, "2.2.1") for n in range(3)))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch, modules=("tariffs",))
        pull(paths)
        (done,) = pull(paths, PullRequest(partners=["cpo"], modules=["tariffs"], window=Window("full")))
    assert (done.kind, done.object_count) == ("full", 3)
    assert len(loaded(paths, "tariffs")) == 3


def test_a_name_that_is_no_connected_partner_is_refused(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        with pytest.raises(UserError, match=r"cp0 is not in partners\.yml; connected are: cpo"):
            pull(paths, PullRequest(partners=["cp0"]))


def test_a_key_that_is_missing_is_told_for_its_partner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as one, Server() as other:
        paths: Paths = connect(tmp_path, {"one": one, "other": other}, monkeypatch)
        monkeypatch.delenv("TEST_PARTNER_TOKEN_0")
        done = pull(paths)
    assert [(item.partner, item.outcome, item.fault) for item in done] == [
        ("one", "failed", "configuration"),
        ("other", "complete", None),
    ]
    assert "TEST_PARTNER_TOKEN_0" in str(done[0].message)


def test_what_a_killed_process_left_half_written_goes_after_a_day(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        left = paths.landing / ".incoming" / "half.zst"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half")
        pull(paths)
        assert left.exists()
        pull(paths, now=datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert not left.exists()


def test_a_disk_that_refuses_is_told_in_words(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server:
        server.put("cdrs", make("cdrs", 1, "2.2.1"))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        paths.landing.mkdir(parents=True)
        (paths.landing / "pulls").touch()
        (done,) = pull(paths)
    assert (done.outcome, done.fault) == ("failed", "storage")
    assert done.message == "landing cannot be written: Not a directory"


def test_a_full_pull_in_two_halves_is_read_once_more_before_it_tells_what_is_gone(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One tariff taken away and one added in between: the count holds, and T6 would never have been shown."""
    with server:
        server.page_size = 2
        server.put("tariffs", *(make("tariffs", n, "2.2.1") for n in range(8)))
        server.fail("http_503", module="tariffs", at=2, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch, modules=("tariffs",))
        pull(paths)
        server.heal()
        server.store.remove("tariffs", server.store.all("tariffs")[0]["id"])
        server.put("tariffs", make("tariffs", 99, "2.2.1") | {"last_updated": "2030-01-01T00:00:00Z"})
        (resumed,) = pull(paths)
    assert (resumed.outcome, resumed.is_resumed, resumed.read_count) == ("complete", True, 2)
    assert {item["id"] for item in server.store.all("tariffs")} <= set(newest(paths, "tariffs"))


def test_a_window_named_by_hand_that_broke_off_does_not_take_the_place_of_the_usual_pull(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(25)))
        server.fail("http_503", module="cdrs", at=1, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        by_hand = Window("window", datetime(2020, 1, 1, tzinfo=UTC))
        assert pull(paths, PullRequest(window=by_hand))[0].outcome == "failed"
        server.heal()
        (usual,) = pull(paths)
    assert (usual.kind, usual.is_resumed, usual.object_count) == ("full", False, 25)


def test_an_address_that_holds_no_longer_is_left_and_everything_read_anew(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(25)))
        server.fail("http_503", module="cdrs", at=1, times=None)
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        pull(paths)
        server.heal()
        server.fail("http_400", module="cdrs", at=len(server.received("cdrs")))
        (done,) = pull(paths)
    assert (done.is_resumed, done.outcome, done.object_count) == (True, "complete", 25)


def test_a_pull_that_takes_too_long_makes_way_and_is_gone_on_with(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(datetime(2026, 11, 25, tzinfo=UTC) + timedelta(minutes=10 * n) for n in range(1000))
    with server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(200)))
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        (late,) = pull_partners(paths, load_config(paths), now=lambda: next(moments), sleep=lambda _: None)
        assert (late.outcome, late.fault, late.message) == (
            "failed",
            "timeout",
            "not done after 1 h; the next pull goes on",
        )
        assert 0 < late.page_count < 20
        (done,) = pull(paths, now=datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert (done.is_resumed, done.outcome, done.object_count) == (True, "complete", 200)


def test_a_pull_that_could_not_begin_is_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        monkeypatch.delenv("TEST_PARTNER_TOKEN_0")
        pull(paths)
    (logged,) = PullLog(paths).pulls()
    assert logged.ended
    assert (logged.ended.outcome, logged.ended.fault) == ("failed", "configuration")


def test_an_endpoint_that_holds_our_key_is_not_used_and_not_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(token="a-key-in-an-address") as server:
        paths = connect(tmp_path, {"cpo": server}, monkeypatch)
        as_it_is = answers.endpoints

        def with_key(*told: Any) -> list[dict[str, Any]]:
            return [endpoint | {"url": f"{endpoint['url']}?token={server.token}"} for endpoint in as_it_is(*told)]

        monkeypatch.setattr(answers, "endpoints", with_key)
        (done,) = pull(paths)
    assert (done.outcome, done.fault) == ("failed", "not_ocpi")
    assert not any(server.token in file.read_text() for file in paths.data.rglob("*.*json"))
