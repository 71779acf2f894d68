"""Gives each dbt test that spans several models one of them as its home, so that a graph can show it as its check."""

from __future__ import annotations

from typing import Any


def attach_singular_tests(manifest: dict[str, Any]) -> dict[str, Any]:
    """Attach each such test of the manifest to the model that is built last; returns the same manifest.

    Without a home Dagster logs the result as an observation with a warning, and no check turns red.
    """
    parents: dict[str, list[str]] = manifest["parent_map"]
    for test in manifest["nodes"].values():
        models = [node for node in test["depends_on"].get("nodes", []) if node in manifest["nodes"]]
        if test["resource_type"] == "test" and models and not test.get("attached_node"):
            test["attached_node"] = max(sorted(models), key=lambda node: len(_ancestors(node, parents)))
    return manifest


def _ancestors(node: str, parents: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for parent in parents.get(waiting.pop(), []):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
