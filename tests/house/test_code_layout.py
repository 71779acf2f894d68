"""The size of files and the direction of imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.settings import DBT_PROJECT_DIR, PROJECT_ROOT

PACKAGES = ("pipeline", "expectations", "benchmarks")
MODULES = sorted(file for package in PACKAGES for file in (PROJECT_ROOT / package).rglob("*.py"))
MODELS = sorted(file for folder in ("models", "analyses") for file in (DBT_PROJECT_DIR / folder).rglob("*.sql"))


def name(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """Top-level names of every package that the module imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(("files", "limit"), [(MODULES, 300), (MODELS, 100)], ids=["python", "sql"])
def test_no_file_is_longer_than_its_limit(files: list[Path], limit: int) -> None:
    lengths = {name(file): len(file.read_text().splitlines()) for file in files}
    assert {file: length for file, length in lengths.items() if length > limit} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(file) for file in MODULES if file.read_text().strip() and not ast.get_docstring(_parsed(file))]
    assert silent == []


@pytest.mark.parametrize(
    "package", ["ocpi", "landing", "quality", "audit", "ledger", "backup", "dashboard", "explain", "sample", "adhoc"]
)
def test_only_the_graph_knows_dagster(package: str) -> None:
    folder = PROJECT_ROOT / "pipeline" / package
    assert [name(file) for file in folder.rglob("*.py") if {"dagster", "dagster_dbt"} & imported(file)] == []


def test_great_expectations_is_imported_only_by_the_suites_and_their_runner() -> None:
    allowed = ("pipeline/quality/", "expectations/")
    users = [name(file) for file in MODULES if "great_expectations" in imported(file)]
    assert [user for user in users if not user.startswith(allowed)] == []


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())
