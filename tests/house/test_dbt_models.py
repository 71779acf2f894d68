"""House rules of the dbt project, checked on its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline import dbt_runner
from pipeline.settings import Paths

# The story's order. A model reads its own or an earlier folder, never a later one.
LAYERS = (
    "staging",
    "core",
    "validation",
    "pricing",
    "reconciliation",
    "verdicts",
    "billing",
    "settlement",
    "kpis",
)
# Models that account for the load itself; they read staging and raw and nothing reads them.
ACCOUNTING = "meta"
# Whom analysts and dashboards read: every column described and typed by a contract.
READ_BY_PEOPLE = ("fct_", "dim_", "kpi_")


@dataclass(frozen=True)
class Project:
    """The parts of the manifest that the rules speak of."""

    models: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, Any]]
    tests: list[dict[str, Any]]

    def folder(self, node: dict[str, Any]) -> str:
        return Path(node["path"]).parts[0]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    paths = Paths(tmp_path_factory.mktemp("manifest"))
    manifest = dbt_runner.read_manifest(paths)
    nodes = manifest["nodes"]
    return Project(
        models={key: node for key, node in nodes.items() if node["resource_type"] == "model"},
        sources=manifest["sources"],
        tests=[node for node in nodes.values() if node["resource_type"] == "test"],
    )


def test_every_description_opens_with_the_grain(project: Project) -> None:
    wrong = {
        node["name"]: node["description"][:40]
        for node in project.models.values()
        if not node["description"].strip().startswith("One row per ")
    }
    assert wrong == {}


def test_every_model_proves_its_key(project: Project) -> None:
    """A uniqueness test of any kind, on one column or several, attached to the model."""
    proven = {
        test["attached_node"]
        for test in project.tests
        if (test.get("test_metadata") or {}).get("name", "").startswith("unique")
    }
    assert sorted(node["name"] for key, node in project.models.items() if key not in proven) == []


def test_a_model_reads_only_its_own_or_an_earlier_layer(project: Project) -> None:
    order = {layer: position for position, layer in enumerate(LAYERS)}
    backwards = []
    for node in project.models.values():
        folder = project.folder(node)
        for parent in node["depends_on"]["nodes"]:
            if parent not in project.models:
                continue
            parent_folder = project.folder(project.models[parent])
            if ACCOUNTING in (folder, parent_folder):
                is_fine = folder == ACCOUNTING and parent_folder in ("staging", ACCOUNTING)
            else:
                is_fine = order[parent_folder] <= order[folder]
            if not is_fine:
                backwards.append(f"{folder}.{node['name']} reads {parent_folder}.{project.models[parent]['name']}")
    assert backwards == []


def test_only_staging_reads_sources(project: Project) -> None:
    readers = {
        f"{project.folder(node)}.{node['name']} reads {project.sources[parent]['source_name']}"
        for node in project.models.values()
        for parent in node["depends_on"]["nodes"]
        if parent in project.sources and project.folder(node) not in ("staging", ACCOUNTING)
    }
    assert readers == set()


def test_names_say_what_kind_of_model_it_is(project: Project) -> None:
    wrong = []
    for node in project.models.values():
        folder, model = project.folder(node), node["name"]
        if folder == "staging":
            is_fine = model.startswith("stg_") and "__" in model
        elif folder == ACCOUNTING:
            is_fine = True
        else:
            is_fine = model.startswith(("int_", *READ_BY_PEOPLE))
        if not is_fine:
            wrong.append(f"{folder}.{model}")
    assert wrong == []


def test_what_people_read_has_a_contract_and_every_column_described(project: Project) -> None:
    wrong = {}
    for node in project.models.values():
        if not node["name"].startswith(READ_BY_PEOPLE):
            continue
        missing = [name for name, column in node["columns"].items() if not column["description"].strip()]
        if not node["config"]["contract"]["enforced"]:
            missing.append("contract")
        if missing:
            wrong[node["name"]] = missing
    assert wrong == {}


def test_inner_models_carry_no_contract(project: Project) -> None:
    """Contracts are promises to readers outside; inside they would only slow a change down."""
    promised = [
        node["name"]
        for node in project.models.values()
        if node["config"]["contract"]["enforced"]
        and not (node["name"].startswith(READ_BY_PEOPLE) or project.folder(node) == ACCOUNTING)
    ]
    assert promised == []
