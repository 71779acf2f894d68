"""The Dagster graph, against short lists written by hand, and the nightly job run in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

import dagster as dg
import pytest

from pipeline.commands.demo import AS_OF
from pipeline.dbt_runner import as_of_text, read_manifest
from pipeline.defs import build_definitions
from pipeline.defs.pulls import covered_days
from pipeline.defs.resources import AS_OF_TAG
from pipeline.freshness import overdue_modules
from pipeline.nightly import load_raw_tables
from pipeline.ocpi.pull import ModulePull
from pipeline.partners import load_config
from pipeline.settings import PROJECT_ROOT, Paths, UserError
from pipeline.warehouse import open_warehouse
from tests.conftest import SampleNight
from tests.ocpi.pulling import connect, pull
from tests.ocpi.server import Server, make

OUTSIDE_DBT = {
    "landing",
    "pulls",
    "published",
    "raw/pages",
    "raw/locations",
    "raw/tariffs",
    "raw/sessions",
    "raw/cdrs",
    "raw/tariff_sets",
    "raw/tokens",
    "raw/duplicates",
    "raw/rejects",
    "raw/pulls",
    "config/our_parties",
    "config/partners",
    "config/partner_operator_ids",
    "config/partner_policies",
    "config/rule_overrides",
    "config/exception_terms",
    "config/calendar_days",
    "config/agreements",
    "ledger/events",
    "ledger/audit_log",
    "quality/gx_runs",
    "quality/gx_rule_runs",
    "quality/gx_hits",
}
LAYERS = {
    "seeds",
    "staging",
    "core",
    "validation",
    "pricing",
    "reconciliation",
    "verdicts",
    "billing",
    "settlement",
    "kpis",
    "meta",
}
CHECKS_ON_RAW = {
    "raw/cdrs:suite_cdrs",
    "raw/sessions:suite_sessions",
    "raw/locations:suite_locations",
    "raw/locations:suite_evses",
    "raw/tariffs:suite_tariffs",
    "raw/tokens:suite_tokens",
    "raw/pages:pulls_are_fresh",
    "raw/pulls:pulls_are_complete",
}


@pytest.fixture(scope="module")
def graph_paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return Paths(tmp_path_factory.mktemp("graph") / "data")


@pytest.fixture(scope="module")
def definitions(graph_paths: Paths) -> dg.Definitions:
    """The graph over an empty data directory: the manifest is made on the way, as on a fresh clone."""
    return build_definitions(graph_paths, time_zone="Europe/Lisbon")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        yield instance


def keys(definitions: dg.Definitions) -> set[str]:
    graph = definitions.get_repository_def().asset_graph
    return {key.to_user_string() for key in graph.get_all_asset_keys()}


def test_what_is_not_of_dbt_is_exactly_this(definitions: dg.Definitions) -> None:
    of_dbt = {key for key in keys(definitions) if key.split("/")[0] in LAYERS}
    assert keys(definitions) - of_dbt == OUTSIDE_DBT
    assert {key.split("/")[0] for key in of_dbt} == LAYERS


def test_every_source_of_dbt_is_an_asset_that_something_here_writes(
    definitions: dg.Definitions, graph_paths: Paths
) -> None:
    sources = {f"{source['source_name']}/{source['name']}" for source in read_manifest(graph_paths)["sources"].values()}
    graph = definitions.get_repository_def().asset_graph
    written = {key.to_user_string() for key in graph.materializable_asset_keys}
    assert sources <= written
    assert sources <= OUTSIDE_DBT


def test_lineage_leads_from_landing_to_published(definitions: dg.Definitions) -> None:
    graph = definitions.get_repository_def().asset_graph
    published = graph.get(dg.AssetKey("published"))
    assert dg.AssetKey(["core", "fct_cdrs"]) in published.parent_keys
    assert dg.AssetKey(["meta", "ingest_accounting"]) in published.parent_keys
    assert graph.get(dg.AssetKey(["raw", "cdrs"])).parent_keys == {dg.AssetKey("landing")}


def test_checks_on_raw_are_the_suites_and_freshness_and_data_tests_are_checks_too(definitions: dg.Definitions) -> None:
    checks = {
        f"{key.asset_key.to_user_string()}:{key.name}"
        for key in definitions.get_repository_def().asset_graph.asset_check_keys
    }
    assert {check for check in checks if check.startswith("raw/")} == CHECKS_ON_RAW
    assert "verdicts/fct_exceptions:exceptions_are_settled_in_time" in checks
    assert "core/fct_cdrs:unique_fct_cdrs_cdr_key" in checks


def test_every_data_test_is_a_check_and_no_unit_test_is(definitions: dg.Definitions, graph_paths: Paths) -> None:
    manifest = read_manifest(graph_paths)
    data_tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    names = {key.name for key in definitions.get_repository_def().asset_graph.asset_check_keys}
    assert data_tests <= names
    assert not {test["name"] for test in manifest["unit_tests"].values()} & names


def test_the_night_runs_everything_and_the_hour_lands_only(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    nightly, hourly = repository.get_job("nightly"), repository.get_job("hourly_landing")
    selected = {key.to_user_string() for key in nightly.asset_layer.selected_asset_keys}
    assert selected == keys(definitions) - {"pulls"}
    assert {key.to_user_string() for key in hourly.asset_layer.selected_asset_keys} == {"landing"}


def test_the_hour_lands_what_is_configured(graph_paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROAMLEDGER_HOURLY_MODULES", "tariffs, tokens")
    repository = build_definitions(graph_paths).get_repository_def()
    schedule = next(s for s in repository.schedule_defs if s.name == "hourly_landing")
    due = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=due) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.run_config["ops"]["landing"]["config"]["modules"] == ["tariffs", "tokens"]
    monkeypatch.setenv("ROAMLEDGER_HOURLY_MODULES", "tarifs")
    with pytest.raises(UserError, match="names tarifs"):
        build_definitions(graph_paths)


def test_a_backfill_pulls_one_day_of_one_partner_and_a_landing_marks_the_days_it_covers(
    graph_paths: Paths, monkeypatch: pytest.MonkeyPatch, instance: dg.DagsterInstance
) -> None:
    with Server() as one, Server() as other:
        one.put("cdrs", make("cdrs", 1, "2.2.1") | {"last_updated": "2026-11-03T10:00:00Z"})
        one.put("cdrs", make("cdrs", 2, "2.2.1") | {"last_updated": "2026-11-04T10:00:00Z"})
        other.fail("http_403", times=None)
        paths = connect(graph_paths.data, {"one": one, "other": other}, monkeypatch)
        repository = build_definitions(paths).get_repository_def()
        day = dg.MultiPartitionKey({"day": "2026-11-03", "partner": "one"})
        done = repository.get_job("backfill_pulls").execute_in_process(instance=instance, partition_key=day)
        assert done.asset_materializations_for_node("pulls")[0].metadata["object_count"].value == 1
        failed = repository.get_job("backfill_pulls").execute_in_process(
            instance=instance,
            partition_key=dg.MultiPartitionKey({"day": "2026-11-03", "partner": "other"}),
            raise_on_error=False,
        )
        assert not failed.success
        # The key of the other one was issued long ago.
        config = json.loads(paths.partners_file.read_text())
        config["partners"][1]["connection"]["credentials"][0]["valid_from"] = "2026-01-01T00:00:00Z"
        paths.partners_file.write_text(json.dumps(config))
        landed = repository.get_job("hourly_landing").execute_in_process(
            instance=instance, run_config={"ops": {"landing": {"config": {"modules": []}}}}
        )
    metadata = landed.asset_materializations_for_node("landing")[-1].metadata
    assert (metadata["pulled_object_count"].value, metadata["pulled_failed_count"].value) == (2, 1)
    (keys_check,) = [check for check in landed.get_asset_check_evaluations() if check.check_name == "keys_are_young"]
    assert not keys_check.passed
    assert keys_check.metadata["to_renew"].value == ["other"]
    # The first pull asked for everything: it covers the last month, today not yet, and nothing of the other partner.
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    days = {f"{yesterday - timedelta(days=n)}|one" for n in range(31)} | {"2026-11-03|one"}
    assert instance.get_materialized_partitions(dg.AssetKey("pulls")) == days


def test_the_night_goes_before_the_hour_and_the_hour_before_a_backfill(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    priorities = [
        int(repository.get_job(name).tags.get("dagster/priority", "0"))
        for name in ("nightly", "hourly_landing", "backfill_pulls")
    ]
    assert priorities == sorted(set(priorities), reverse=True)


def test_a_day_is_covered_once_it_is_over_and_every_module_came() -> None:
    now = datetime(2026, 11, 25, 2, tzinfo=UTC)
    delta = complete("cdrs", datetime(2026, 11, 22, 15, tzinfo=UTC))
    whole = complete("tariffs", None)
    assert [day.isoformat() for day in covered_days([delta, whole], now)] == ["2026-11-23", "2026-11-24"]
    assert len(covered_days([whole], now)) == 31
    assert covered_days([delta, replace(whole, outcome="incomplete")], now) == []
    assert covered_days([complete("cdrs", datetime(2026, 11, 24, 1, tzinfo=UTC))], now) == []


def test_a_module_that_did_not_come_lately_is_overdue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        server.fail("http_403", module="cdrs", times=None)
        paths = connect(tmp_path / "data", {"one": server}, monkeypatch, modules=("cdrs", "sessions"))
        pull(paths)
        load_raw_tables(paths)
        now = datetime.now(UTC)
        with open_warehouse(paths) as con:
            assert overdue_modules(con, load_config(paths), as_of=now) == {"one": ["cdrs"]}
            later = now + timedelta(hours=37)
            assert overdue_modules(con, load_config(paths), as_of=later) == {"one": ["cdrs", "sessions"]}


def complete(module: str, window_from: datetime | None) -> ModulePull:
    return ModulePull("p", module, "id", "delta", "complete", window_from, None, False, 1, 1, 1, 1)


def test_schedules_are_on_and_keep_local_time(definitions: dg.Definitions) -> None:
    schedules = {schedule.name: schedule for schedule in definitions.get_repository_def().schedule_defs}
    assert {name: schedule.cron_schedule for name, schedule in schedules.items()} == {
        "nightly": "0 2 * * *",
        "hourly_landing": "30 * * * *",
    }
    for schedule in schedules.values():
        assert schedule.execution_timezone == "Europe/Lisbon"
        assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_scheduled_night_takes_the_scheduled_time_as_its_clock(definitions: dg.Definitions) -> None:
    schedule = next(s for s in definitions.get_repository_def().schedule_defs if s.name == "nightly")
    due = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=due) as context:
        requests = schedule.evaluate_tick(context).run_requests or []
    assert [request.tags[AS_OF_TAG] for request in requests] == ["2026-11-01T02:00:00Z"]


def test_the_entry_point_is_ten_lines_of_code() -> None:
    lines = (PROJECT_ROOT / "pipeline" / "definitions.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) <= 10


@pytest.mark.slow
def test_the_nightly_job_publishes_what_the_command_publishes(
    sample_night: SampleNight, sample_copy: Paths, instance: dg.DagsterInstance
) -> None:
    job = build_definitions(sample_copy).get_repository_def().get_job("nightly")
    done = job.execute_in_process(instance=instance, tags={AS_OF_TAG: as_of_text(AS_OF)})
    assert done.success
    checks = {f"{e.asset_key.to_user_string()}:{e.check_name}": e for e in done.get_asset_check_evaluations()}
    assert checks["core/fct_cdrs:unique_fct_cdrs_cdr_key"].passed
    # Findings warn and stop nothing.
    assert not checks["raw/cdrs:suite_cdrs"].passed
    assert checks["raw/cdrs:suite_cdrs"].severity is dg.AssetCheckSeverity.WARN
    told: dict[str, Any] = {name: each.value for name, each in checks["raw/cdrs:suite_cdrs"].metadata.items()}
    assert told["failed_count"] > 0
    assert told["failed/end_before_start"] == told["failed_by_rule"]["end_before_start"] > 0
    page, _, anchor = told["page"].partition("#")
    assert f'id="{anchor}"' in Path(url2pathname(urlparse(page).path)).read_text(encoding="utf-8")
    assert checks["raw/pages:pulls_are_fresh"].passed
    assert checks["verdicts/fct_exceptions:exceptions_are_settled_in_time"].passed
    metadata = done.asset_materializations_for_node("published")[0].metadata
    published = sample_night.result.published
    assert published is not None
    assert metadata["version_id"].value == published.version_id


@pytest.mark.slow
def test_a_broken_invariant_stops_the_job_before_it_publishes(sample_copy: Paths, instance: dg.DagsterInstance) -> None:
    with open_warehouse(sample_copy) as con:
        con.execute("delete from raw.cdrs where rowid = (select max(rowid) from raw.cdrs)")
    job = build_definitions(sample_copy).get_repository_def().get_job("nightly")
    done = job.execute_in_process(instance=instance, tags={AS_OF_TAG: as_of_text(AS_OF)}, raise_on_error=False)
    assert not done.success
    failed = [e for e in done.get_asset_check_evaluations() if not e.passed]
    assert "everything_received_is_accounted_for" in {check.check_name for check in failed}
    assert "published" not in {event.step_key for event in done.all_events if event.is_step_start}
