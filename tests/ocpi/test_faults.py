"""Every fault of the list in every module: what can be got is got, what cannot is told, and the next night mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import Manifest
from pipeline.ocpi.pull import ModulePull
from pipeline.ocpi.pull_log import PullLog
from pipeline.settings import Paths
from tests.ocpi.holding import Held, by_id, landed
from tests.ocpi.pulling import connect, pull
from tests.ocpi.server import FATAL, HANDLED, TRANSIENT, Authority, Server, make
from tests.ocpi.server.store import MODULES

VERSIONS = ("2.2.1", "2.1.1", "2.3.0")
PAGE_SIZE, COUNT = 4, 11

# What a fault that stays is called in the end.
LASTING = {
    "slow": "timeout", "reset": "connection", "hang_up": "connection", "reset_in_body": "connection truncated",
    "truncated": "truncated", "truncated_json": "not_json", "chunked_cut": "truncated",
    "gzip_cut": "truncated not_json",
    "html": "content_type", "html_as_json": "not_json", "empty_body": "not_json", "not_utf8": "not_json",
    "not_ocpi": "not_ocpi", "no_data": "not_ocpi", "link_foreign": "forbidden_host",
    "redirect_loop": "redirect", "redirect_foreign": "forbidden_host",
    "redirect_http": "forbidden_host", "endless": "endless",
    "endless_empty": "endless", "duplicate_page": "endless", "http_401": "unauthorised",
}  # fmt: skip
# Only a slip is mended: what comes instead of a page again and again hides that page.
HIDING = ("duplicate_page",)
# Here something came that is worth keeping for whoever asks the partner.
WITHOUT_BODY = (
    "slow",
    "reset",
    "hang_up",
    "empty_body",
    "redirect_loop",
    "redirect_foreign",
    "redirect_http",
    "link_foreign",
)


def expected_fault(kind: str) -> list[str]:
    if kind in LASTING:
        return LASTING[kind].split()
    return ["ocpi_status" if kind.startswith("ocpi_") else "http_status"]


def version_for(kind: str, module: str) -> str:
    """One of the three, so that all kinds, modules and versions meet somewhere."""
    return VERSIONS[(sum(map(ord, kind)) + MODULES.index(module)) % 3]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server(request: pytest.FixtureRequest, authority: Authority) -> Server:
    kind, module = request.node.callspec.params["kind"], request.node.callspec.params["module"]
    version = version_for(kind, module)
    server = Server(versions=[version], page_size=PAGE_SIZE, tls=authority)
    server.put(module, *(make(module, n, version) for n in range(COUNT)))
    return server


@pytest.fixture
def connected(
    server: Server, authority: Authority, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Paths:
    server.start()
    how = {"role": "CPO" if module == "tokens" else "EMSP", "timeout_s": 0.4}
    ca_file = str(authority.ca_file(tmp_path))
    return connect(tmp_path, {"partner": server}, monkeypatch, modules=[module], ca_file=ca_file, **how)


@pytest.fixture(autouse=True)
def stopped(server: Server):
    yield
    server.stop()


def pulled(paths: Paths) -> ModulePull:
    (done,) = pull(paths)
    return done


def assert_all_there(paths: Paths, server: Server, module: str) -> None:
    held = Held(paths)
    held.assert_equals(server, module)
    assert len(held.versions(module)) == COUNT
    assert server.foreign == []
    told = b"".join(file.read_bytes() for file in paths.data.rglob("*.ndjson"))
    assert server.token.encode() not in told


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("kind", TRANSIENT)
def test_a_fault_that_passes_is_retried(kind: str, module: str, server: Server, connected: Paths) -> None:
    server.fail(kind, module=module, at=1, value=0 if kind.startswith("too_many") else None)
    done = pulled(connected)
    assert (done.outcome, done.object_count, done.read_count) == ("complete", COUNT, 1)
    assert len(server.received(module)) == 4
    assert landed(connected) == server.store.all(module)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("kind", [*TRANSIENT, *FATAL, *HIDING])
def test_a_fault_that_stays_is_told_and_the_next_pull_goes_on(
    kind: str, module: str, server: Server, connected: Paths
) -> None:
    server.fail(kind, module=module, at=1, times=None)
    done = pulled(connected)
    assert done.outcome == "failed"
    assert done.fault in expected_fault(kind)
    assert server.foreign == []
    landed = len(Manifest(connected.landing).pages())
    assert landed >= 1
    (logged,) = PullLog(connected).pulls()
    assert logged.ended
    if kind not in WITHOUT_BODY:
        assert logged.ended.failed_body
        assert read_body(connected.landing / logged.ended.failed_body)
    server.heal()
    for _ in range(2):
        done = pulled(connected)
        if done.outcome == "complete":
            break
    assert done.outcome == "complete"
    assert_all_there(connected, server, module)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("kind", [kind for kind in HANDLED if kind not in HIDING])
def test_an_oddity_that_stays_hides_nothing(kind: str, module: str, server: Server, connected: Paths) -> None:
    server.fail(kind, module=module, times=None)
    done = pulled(connected)
    assert (done.outcome, done.fault) == ("complete", None)
    if kind == "short_page":
        # The last object of all is shown by nobody; the partner's count told so.
        assert done.message == f"the partner counts {COUNT} objects and showed {COUNT - 1}"
        server.heal()
        assert pulled(connected).outcome == "complete"
    assert_all_there(connected, server, module)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("kind", HANDLED)
def test_an_oddity_of_one_answer_hides_nothing(kind: str, module: str, server: Server, connected: Paths) -> None:
    server.fail(kind, module=module, at=1)
    done = pulled(connected)
    assert (done.outcome, done.fault, done.object_count) == ("complete", None, COUNT)
    assert by_id(module, landed(connected)) == by_id(module, server.store.all(module))
