"""`pull` tells what came, `status` how the last pulls ended, and a window that contradicts itself is refused."""

from __future__ import annotations

import json

import pytest

from pipeline.settings import Paths
from tests.commands.conftest import Roamledger
from tests.ocpi.pulling import connect
from tests.ocpi.server import Server, make


def test_a_complete_pull_ends_with_0_and_one_that_is_not_with_1(
    roamledger: Roamledger, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(3)))
        connect(paths.data, {"cpo": server}, monkeypatch)
        done = roamledger("pull", "cpo", "--module", "cdrs", "--json")
        assert done.code == 0, done.err
        (pulled,) = json.loads(done.out)["pulls"]
        assert (pulled["partner"], pulled["outcome"], pulled["object_count"]) == ("cpo", "complete", 3)
        server.fail("http_403", times=None)
        refused = roamledger("pull")
        assert refused.code == 1
        assert "403" in refused.out
        state = json.loads(roamledger("status", "--json").out)
    assert [(pull["module"], pull["outcome"]) for pull in state["pulled"]] == [("cdrs", "failed")]
    assert server.token not in done.out + done.err + refused.out + refused.err


def test_a_window_is_asked_for_as_told(roamledger: Roamledger, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        connect(paths.data, {"cpo": server}, monkeypatch)
        assert roamledger("pull", "--from", "2026-10-01", "--to", "2026-11-01").code == 0
        query = server.received("cdrs")[0].query
    assert (query["date_from"], query["date_to"]) == ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--full", "--from", "2026-10-01"), "--full asks for everything"),
        (("--from", "2026-10-02", "--to", "2026-10-02"), "--to must be later than --from"),
        (("nobody",), "nobody is not in partners.yml"),
    ],
)
def test_what_makes_no_sense_is_refused(
    roamledger: Roamledger, paths: Paths, options: tuple[str, ...], sentence: str
) -> None:
    refused = roamledger("pull", *options)
    assert refused.code == 2
    assert sentence in refused.err


def test_without_a_connection_there_is_nothing_to_pull(roamledger: Roamledger) -> None:
    done = roamledger("pull")
    assert done.code == 0
    assert "No partner has a connection" in done.out
