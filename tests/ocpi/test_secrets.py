"""No key of ours is written anywhere: landing, logs, pull log, audit log, warehouse, runs of Dagster."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import zstandard

from pipeline.defs.raw import landing
from pipeline.defs.resources import Night
from pipeline.landing.raw import load_raw
from pipeline.ocpi.pull_log import PullLog
from pipeline.ocpi.pull_table import write_pulls
from pipeline.partners import load_config
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse
from tests.ocpi.pulling import connect, pull
from tests.ocpi.server import Server, make

MODULES = ("locations", "tariffs", "sessions", "cdrs")
TOKEN = "a-secret-that-must-not-be-seen"
FAULTS = ("http_401", "http_500", "html", "reset_in_body", "link_foreign", "redirect_foreign", "ocpi_2001", "truncated")


def written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, decompressed where it is compressed."""
    for file in folder.rglob("*"):
        if file.is_file():
            body = file.read_bytes()
            if file.suffix == ".zst":
                body = zstandard.ZstdDecompressor().stream_reader(body).read()
            yield file, body


def leaks(folder: Path) -> list[str]:
    forms = (TOKEN.encode(), base64.b64encode(TOKEN.encode()))
    return [str(file.relative_to(folder)) for file, body in written(folder) if any(form in body for form in forms)]


def fail_everywhere(server: Server) -> None:
    """Each module meets other faults, and the partner itself quotes the key where it can."""
    for number, kind in enumerate(FAULTS):
        server.fail(kind, module=MODULES[number % len(MODULES)], at=1, times=None)
    for module in MODULES:
        server.put(module, *(make(module, n, "2.2.1") for n in range(25)))


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "page.json.zst").write_bytes(zstandard.compress(TOKEN.encode()))
    (tmp_path / "log").write_bytes(base64.b64encode(TOKEN.encode()))
    assert sorted(leaks(tmp_path)) == ["log", "page.json.zst"]


def test_keys_are_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(token=TOKEN, page_size=10) as server:
        fail_everywhere(server)
        paths = connect(tmp_path / "data", {"cpo": server}, monkeypatch, modules=MODULES)
        told = [pull(paths), pull(paths)]
        server.heal()
        told.append(pull(paths))
    assert server.requests  # the key was used
    with open_warehouse(paths) as con:
        load_raw(con, paths, load_config(paths))
        write_pulls(con, PullLog(paths).pulls())
    assert leaks(paths.data) == []
    assert TOKEN not in caplog.text + repr(told)


def test_keys_are_not_in_runs_of_dagster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "dagster"
    home.mkdir()
    with Server(token=TOKEN, page_size=10) as server, dg.DagsterInstance.local_temp(str(home)) as instance:
        fail_everywhere(server)
        paths = Paths(connect(tmp_path / "data", {"cpo": server}, monkeypatch, modules=("cdrs",)).data)
        monkeypatch.setattr("time.sleep", lambda _: None)
        done = dg.materialize([landing], instance=instance, resources={"night": Night(data=str(paths.data))})
        assert done.success
    assert leaks(tmp_path) == []
    printed = capfd.readouterr()
    assert TOKEN not in printed.out + printed.err
