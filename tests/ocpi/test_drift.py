"""A partner's objects change while its pages are read: what moved is noticed, and the window is read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ocpi.holding import Held
from tests.ocpi.pulling import connect, pull
from tests.ocpi.server import Server, make

COUNT = 12


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(page_size=4) as server:
        server.put("locations", *(make("locations", n) for n in range(COUNT)))
        yield server


def pulled_whole(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Pull, hold it against the server, and tell how often the window was read."""
    paths = connect(tmp_path, {"partner": server}, monkeypatch, modules=["locations"])
    (done,) = pull(paths)
    assert done.outcome == "complete"
    held = Held(paths)
    held.assert_equals(server, "locations", ["L000000"])
    held.assert_nothing_twice("locations")
    return done.read_count


def test_one_taken_away_is_noticed_though_another_was_added_before(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner counts 12 at the beginning and at the end, and 12 were shown; one of them is gone, one was not."""
    server.at("locations", 1, lambda store: store.put("locations", make("locations", COUNT)))
    server.at("locations", 2, lambda store: store.remove("locations", "L000000"))
    assert pulled_whole(server, tmp_path, monkeypatch) == 2


def test_one_taken_away_is_noticed_though_another_is_added_after(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.at("locations", 1, lambda store: store.remove("locations", "L000000"))
    server.at("locations", 2, lambda store: store.put("locations", make("locations", COUNT)))
    assert pulled_whole(server, tmp_path, monkeypatch) == 2


@pytest.mark.parametrize("kind", ["total_missing", "headers_missing"])
def test_one_that_moved_is_noticed_though_the_partner_does_not_count(
    kind: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.fail(kind, module="locations", times=None)
    server.at("locations", 2, lambda store: store.touch("locations", "L000000"))
    assert pulled_whole(server, tmp_path, monkeypatch) == 2


def test_one_that_is_new_needs_no_second_reading(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.at("locations", 1, lambda store: store.put("locations", make("locations", COUNT)))
    assert pulled_whole(server, tmp_path, monkeypatch) == 1
