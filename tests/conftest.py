"""What every test may use: a data directory of its own, the external corpus, and the switch that forbids skips."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.settings import Paths

if TYPE_CHECKING:
    from pipeline.nightly import NightResult

# Set before anything imports dbt, Dagster or Great Expectations: tests report usage to nobody.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# A second engine lies in an environment of its own (`make spark-smoke`); elsewhere its tests are not there.
collect_ignore = [] if importlib.util.find_spec("pyspark") else ["spark"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skip",
        action="store_true",
        default=os.environ.get("ROAMLEDGER_NO_SKIP", "") not in ("", "0"),
        help="count a skipped test as a failure (also ROAMLEDGER_NO_SKIP=1)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.skipped and item.config.getoption("--no-skip") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{reason}\nNo test may be skipped here (--no-skip)."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    if report.skipped and collector.config.getoption("--no-skip"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{reason}\nNo test module may be skipped here (--no-skip)."
    return report


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """An empty data directory, also named by `ROAMLEDGER_DATA`."""
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("ROAMLEDGER_DATA", str(data))
    return Paths(data)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The external corpus: a folder with `conformance/` and `real/`, named by `ROAMLEDGER_CORPUS`."""
    named = os.environ.get("ROAMLEDGER_CORPUS")
    if not named:
        pytest.skip("ROAMLEDGER_CORPUS is not set; it names a folder with conformance/ and real/")
    folder = Path(named)
    if not (folder / "real").is_dir():
        pytest.fail(f"ROAMLEDGER_CORPUS names {folder}, which has no folder real/")
    return folder


@dataclass(frozen=True)
class SampleNight:
    """The demo's night: where its data lie and what it did."""

    paths: Paths
    result: NightResult


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> SampleNight:
    """The whole job on the sample, run once for all tests: read it, change nothing (`sample_copy` may be changed)."""
    from pipeline.commands import demo
    from pipeline.nightly import run_night

    paths = Paths(tmp_path_factory.mktemp("sample_night") / "data")
    demo.prepare(paths)
    demo.land_sample(paths, lambda step, done, total: None)
    demo.append_disputes(paths)
    return SampleNight(paths, run_night(paths, as_of=demo.AS_OF, collect_inbox=False))


@pytest.fixture
def sample_copy(sample_night: SampleNight, tmp_path: Path) -> Paths:
    """A copy of the sample's night that the test may change."""
    return Paths(shutil.copytree(sample_night.paths.data, tmp_path / "sample_copy"))
