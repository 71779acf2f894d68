"""A rotation that is killed at any step: what is seen afterwards, that pulls go on, and that a second call finishes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.ocpi import key_files, rotation
from pipeline.ocpi.check import check_partner
from pipeline.ocpi.client import Client, PullFault
from pipeline.ocpi.key_files import beside
from pipeline.ocpi.rotation import RotationFailed
from pipeline.settings import Paths
from tests.ocpi.connecting import US
from tests.ocpi.server import Server, make
from tests.ocpi.test_rotation import FILE, NOW, OLD, client_for, pull_works, rotate

KILLED = 9


class Steps:
    """Counts every change of a file and every request, and ends the process just before or just after one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kill_at: int | None = None, *, is_after: bool = False) -> None:
        self.names: list[str] = []
        self._kill_at, self._is_after = kill_at, is_after
        for module, name in ((key_files.os, "replace"), (rotation.key_files, "remove"), (Client, "send")):
            monkeypatch.setattr(module, name, self._counted(name, getattr(module, name)))

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            number = len(self.names)
            self.names.append(name)
            if number == self._kill_at and not self._is_after:
                os._exit(KILLED)
            try:
                return function(*arguments, **more)
            finally:
                if number == self._kill_at:
                    os._exit(KILLED)

        return call


def killed(server: Server, paths: Paths, kill_at: int, *, is_after: bool) -> None:
    """Rotate in a child process that is ended at that step."""
    child = os.fork()
    if child == 0:
        Steps(pytest.MonkeyPatch(), kill_at, is_after=is_after)
        try:
            rotate(server, paths)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED


def make_key(folder: Path) -> Path:
    file = folder / FILE
    file.parent.mkdir(parents=True)
    file.write_text(OLD)
    return file


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.put("cdrs", make("cdrs", 1))
        yield running


# Versions, details, memory, GET, pending, the partner's next key, PUT, pending, GET, rotation, key, partner's key, end.
STEPS = ["send", "send", "replace", "send", "replace", "replace", "send", "replace", "send", "replace", "replace",
         "replace", "remove"]  # fmt: skip
PUT = 6


def test_these_are_the_steps(server: Server, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    make_key(paths.data)
    steps = Steps(monkeypatch)
    rotate(server, paths)
    assert steps.names == STEPS


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_killed_at_a_step_and_called_again(step: int, is_after: bool, server: Server, paths: Paths) -> None:
    file = make_key(paths.data)
    killed(server, paths, step, is_after=is_after)
    is_lost = server.token != OLD and not _has(paths, server, server.token)
    # Only between the PUT and the writing of its answer can a key be lost, and then it is told.
    assert is_lost == ((step, is_after) in {(PUT, True), (PUT + 1, False)})
    if is_lost:
        found = check_partner(client_for(server, paths).partner, US, paths, now=lambda: NOW)
        assert not found.is_fine
        assert any("is not finished" in warning for warning in found.warnings)
        with pytest.raises(PullFault):
            pull_works(server, paths)
        with pytest.raises(RotationFailed, match="ask the partner for a new key"):
            rotate(server, paths)
        return
    # Nobody needs to come for the next pull.
    assert pull_works(server, paths)
    done = rotate(server, paths)
    assert file.read_text().strip() == server.token != OLD
    assert pull_works(server, paths)
    assert not beside(file, "pending").exists()
    assert not beside(file, "of-partner.next").exists()
    # What the partner was told last is what it calls us with.
    assert done.partner_key_file.read_text().strip() == server.credentials_received[-1]["token"]
    assert [found.name for found in file.parent.iterdir() if found.name.startswith(".")] == []


def _has(paths: Paths, server: Server, token: str) -> bool:
    with client_for(server, paths, datetime(2026, 11, 1, 1, tzinfo=UTC)) as client:
        return token in {key.token.get_secret_value() for key in client.valid_keys()}
