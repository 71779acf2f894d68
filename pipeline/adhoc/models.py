"""The pricing models as plain SQL: compiled by dbt once for each state of the dbt project, then only read.

What is needed follows from dbt's own manifest: everything that the three results stand on, in an order that builds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipeline.dbt_runner import as_of_text, invoke, parse
from pipeline.settings import DBT_PROJECT_DIR, Paths, UserError

RESULTS = ("fct_cdr_prices", "fct_cdr_price_lines", "fct_cdr_findings")
# Where everything that judges ends.
JUDGED = "fct_findings"
# dbt writes this name into every relation, so whoever runs the SQL has a database of this name.
CATALOG = "roamledger"

_ANALYSES = "resource_type:analysis"

_CACHE = DBT_PROJECT_DIR / "target" / "adhoc"
# Raised when what is kept in the cache changes its form.
_FORM = "3"
# Neither changes the SQL of a model.
_BESIDE_THE_MODELS = {"target", "logs", "tests", "lint_stubs"}
# Stands in the compiled SQL where the business clock belongs, which each run has its own of.
_CLOCK = "business clock of the run"


@dataclass(frozen=True)
class Model:
    """One relation to make: where it belongs and the select that fills it."""

    schema: str
    name: str
    is_view: bool
    sql: str


@dataclass(frozen=True)
class Judge(Model):
    """A model that findings stand on, for somebody who asks a warehouse what another bound would have found."""

    # As other models write its name.
    relation: str
    reads: list[str]

    def sql_at(self, as_of: datetime) -> str:
        """The select with the business clock in it."""
        return self.sql.replace(_CLOCK, as_of_text(as_of))


@dataclass(frozen=True)
class Compiled:
    """What dbt made of the project: models in an order that builds, the sources they read, and where the seeds lie."""

    models: list[Model]
    sources: list[tuple[str, str]]
    seeds: list[tuple[str, str]]
    # Questions to the models by name, for whoever has them: here, or in a warehouse that the night built.
    analyses: dict[str, str]
    folder: Path

    def build(self, con: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
        """Make seeds and models in the connection, whose default database is `CATALOG` and holds the sources."""
        for schema, name in self.seeds:
            con.execute(f'create schema if not exists "{schema}"')
            con.execute(
                f'create or replace table "{schema}"."{name}" as select * from read_parquet(?)',
                [str(_seed_file(self.folder, schema, name))],
            )
        for model in self.models:
            con.execute(f'create schema if not exists "{model.schema}"')
            kind = "view" if model.is_view else "table"
            sql = model.sql.replace(_CLOCK, as_of_text(as_of))
            con.execute(f'create or replace {kind} "{model.schema}"."{model.name}" as\n{sql}')


def compiled_models() -> Compiled:
    """Give the compiled models of the dbt project as it is now; dbt is only asked when the project or dbt changed.

    Raises UserError when dbt refuses the project.
    """
    folder = _kept()
    kept = json.loads((folder / "models.json").read_text(encoding="utf-8"))
    return Compiled(
        models=[Model(**model) for model in kept["models"]],
        sources=[(schema, name) for schema, name in kept["sources"]],
        seeds=[(schema, name) for schema, name in kept["seeds"]],
        analyses=kept["analyses"],
        folder=folder,
    )


def compiled_judges() -> dict[str, Judge]:
    """Every model that findings stand on, by name and each after those it reads.

    Raises UserError when dbt refuses the project.
    """
    kept = json.loads((_kept() / "judges.json").read_text(encoding="utf-8"))
    return {judge["name"]: Judge(**judge) for judge in kept}


def is_compiled() -> bool:
    """Whether the models are at hand; compiling them takes some ten seconds."""
    return (_CACHE / _state()).is_dir()


def _kept() -> Path:
    """The folder of what is compiled, which is done first when the project or dbt changed."""
    folder = _CACHE / _state()
    if folder.is_dir():
        return folder
    try:
        _CACHE.mkdir(parents=True, exist_ok=True)
        with (_CACHE / "compile.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _compile(folder)
    except OSError as error:
        raise UserError(
            f"The compiled models cannot be kept in {_CACHE}: {error.strerror or error}; make it writable"
        ) from error
    return folder


def _state() -> str:
    """A hash of everything that the compiled SQL and the seeds depend on."""
    state = hashlib.sha256(f"{_FORM} dbt {version('dbt-core')} {version('dbt-duckdb')}".encode())
    for path in _project_files():
        state.update(f"\0{path.relative_to(DBT_PROJECT_DIR).as_posix()}\0".encode() + path.read_bytes())
    return state.hexdigest()[:32]


def _project_files() -> Iterator[Path]:
    for top in sorted(DBT_PROJECT_DIR.iterdir()):
        if top.is_file():
            yield top
        elif top.name not in _BESIDE_THE_MODELS and not top.name.startswith("."):
            yield from sorted(path for path in top.rglob("*") if path.is_file())


def _compile(folder: Path) -> None:
    """Let dbt compile the models and type the seeds; the folder appears whole or not at all."""
    with tempfile.TemporaryDirectory(dir=_CACHE, prefix=".next-") as place:
        paths, target, beside = Paths(Path(place)), Path(place) / "target", Path(place) / "compiled"
        paths.warehouse.parent.mkdir(parents=True)
        beside.mkdir()
        manifest = parse(paths)
        _dbt(paths, target, manifest, "compile", "--select", *(f"+{name}" for name in (*RESULTS, JUDGED)), _ANALYSES)
        compiled = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        nodes = _closure(compiled, RESULTS)
        seeds = [node for node in nodes if node["resource_type"] == "seed"]
        if seeds:
            _dbt(paths, target, manifest, "seed", "--select", *(node["name"] for node in seeds))
            _keep_seeds(paths, beside, seeds)
        models = [_model(node) for node in nodes if _is_kept(node)]
        kept = {
            "models": [asdict(model) for model in models],
            "sources": [(node["schema"], node["name"]) for node in nodes if node["resource_type"] == "source"],
            "seeds": [(node["schema"], node["alias"]) for node in seeds],
            "analyses": {
                node["name"]: node["compiled_code"]
                for node in compiled["nodes"].values()
                if node["resource_type"] == "analysis"
            },
        }
        (beside / "models.json").write_text(json.dumps(kept), encoding="utf-8")
        judges = [asdict(_judge(node)) for node in _closure(compiled, (JUDGED,)) if _is_kept(node)]
        (beside / "judges.json").write_text(json.dumps(judges), encoding="utf-8")
        for old in _CACHE.glob("[0-9a-f]*"):
            shutil.rmtree(old, ignore_errors=True)
        beside.rename(folder)


def _is_kept(node: dict[str, Any]) -> bool:
    """Whether the node is a model with a relation; dbt writes an ephemeral one into those that read it."""
    return node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral"


def _model(node: dict[str, Any]) -> Model:
    return Model(node["schema"], node["alias"], node["config"]["materialized"] == "view", _select(node))


def _judge(node: dict[str, Any]) -> Judge:
    reads = [key.rsplit(".", 1)[1] for key in node["depends_on"]["nodes"] if key.startswith("model.")]
    return Judge(**asdict(_model(node)), relation=node["relation_name"], reads=reads)


def _select(node: dict[str, Any]) -> str:
    """The select of a model; under a contract dbt puts the columns in the order of the contract."""
    if not node["contract"]["enforced"]:
        return node["compiled_code"]
    columns = ", ".join(f'"{column}"' for column in node["columns"])
    return f"select {columns} from (\n{node['compiled_code']}\n)"


def _dbt(paths: Paths, target: Path, manifest: Any, *args: str) -> None:
    variables = json.dumps({"as_of": _CLOCK, "ledger_position": 0})
    result = invoke(paths, [*args, "--vars", variables], target=target, manifest=manifest)
    if not result.success:
        failed = [run for run in getattr(result.result, "results", ()) if str(run.status) not in ("success", "pass")]
        said = "; ".join(f"{run.node.name}: {run.message}" for run in failed) or result.exception
        raise UserError(f"dbt {args[0]} of the pricing models failed: {said}")


def _closure(manifest: dict[str, Any], results: Sequence[str]) -> list[dict[str, Any]]:
    """Every node that these results stand on, the results included, each after those it reads."""
    known = manifest["nodes"] | manifest["sources"]
    reads: dict[str, list[str]] = {}
    waiting = [
        key for key, node in manifest["nodes"].items() if node["resource_type"] == "model" and node["name"] in results
    ]
    while waiting:
        key = waiting.pop()
        if key not in reads:
            reads[key] = [other for other in known[key].get("depends_on", {}).get("nodes", []) if other in known]
            waiting.extend(reads[key])
    return [known[key] for key in TopologicalSorter(reads).static_order()]


def _keep_seeds(paths: Paths, folder: Path, seeds: list[dict[str, Any]]) -> None:
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        for seed in seeds:
            file = _seed_file(folder, seed["schema"], seed["alias"])
            con.table(f'"{seed["schema"]}"."{seed["alias"]}"').write_parquet(str(file))


def _seed_file(folder: Path, schema: str, name: str) -> Path:
    return folder / f"{schema}.{name}.parquet"
