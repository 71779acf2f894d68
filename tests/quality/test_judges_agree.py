"""SQL and the suites say the same of every object: on the sample, and on good objects spoilt at random.

`ROAMLEDGER_FUZZ_RECORDS=50000` draws as many, `ROAMLEDGER_FUZZ_SEED=another` others.
"""

from __future__ import annotations

import csv
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from expectations.suites import SUITES
from pipeline import dbt_runner, nightly
from pipeline.landing.store import land_path
from pipeline.partners import load_config
from pipeline.quality.frames import FRAMES
from pipeline.settings import DBT_PROJECT_DIR, Paths
from tests.conftest import SampleNight
from tests.quality.mutants import RECEIVED_AT, draw, text_of
from tests.rules.landing import OWN, configure
from tests.rules.world import PARTNERS

AS_OF = datetime(2026, 12, 1, 2, tzinfo=UTC)
PAGE_OBJECTS = 500
HITS = ["--select", "+fct_rule_hits", "--exclude-resource-type", "test"]
Hit = tuple[str, str, str]

# The record-level rules: every one that a suite checks, with the kind of object.
JUDGED = {
    (frame.object_type, str((expectation.meta or {})["rule_code"]))
    for frame in FRAMES
    for expectation in SUITES[frame.suite]().expectations
}


def count() -> int:
    return int(os.environ.get("ROAMLEDGER_FUZZ_RECORDS") or 3_000)


@dataclass(frozen=True)
class Judged:
    """Hits of each judge as (object type, rule, object), and what each hit observed."""

    hits: dict[str, set[Hit]] = field(default_factory=lambda: defaultdict(set))
    observed: dict[tuple[str, Hit], str] = field(default_factory=dict)

    @staticmethod
    def read(con: duckdb.DuckDBPyConnection) -> Judged:
        judged = Judged()
        for judge, kind, rule, label, observed in con.execute(
            "select judge, object_type, rule_code, concat(object_label, ' ', object_key), observed"
            " from validation.fct_rule_hits"
        ).fetchall():
            if (kind, rule) in JUDGED:
                judged.hits[judge].add((kind, rule, label))
                judged.observed[judge, (kind, rule, label)] = observed
        return judged

    def differences(self) -> list[str]:
        """What one judge says alone, in lines that name judge, rule and object."""
        return [
            f"{judge} alone: {kind} {rule} {label}: {self.observed[judge, (kind, rule, label)]}"
            for judge, other in (("sql", "gx"), ("gx", "sql"))
            for kind, rule, label in sorted(self.hits[judge] - self.hits[other])
        ]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse up to the rules, with every spoilt object landed, loaded and judged twice."""
    paths = Paths(tmp_path_factory.mktemp("fuzz"))
    configure(paths, None)
    config = load_config(paths)
    rng = random.Random(os.environ.get("ROAMLEDGER_FUZZ_SEED") or "roamledger")
    pages: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    total = count()
    for number in range(total):
        module, version, body = draw(rng, number)
        # Tokens are ours. A few objects come again on the next day, spoilt otherwise.
        partner = OWN if module == "tokens" else PARTNERS[version][0]
        pages[partner, module, 0].append(text_of(body))
        if rng.random() < 0.1:
            pages[partner, module, 1].append(text_of(draw(random.Random(f"{number}"), number, module, version)[2]))
    for (partner, module, day), objects in sorted(pages.items(), key=lambda page: page[0][2]):
        for start in range(0, len(objects), PAGE_OBJECTS):
            file = paths.data / "drops" / f"{partner}-{module}-{day}-{start:07}.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"[{','.join(objects[start : start + PAGE_OBJECTS])}]", encoding="utf-8")
            received_at = RECEIVED_AT + timedelta(days=day)
            land_path(paths, config, file, partner=partner, module=module, received_at=received_at)
    nightly.load_raw_tables(paths)
    nightly.load_sources(paths)
    nightly.judge_new_records(paths)
    dbt_runner.build(paths, as_of=AS_OF, ledger_position=0, select=HITS)
    with duckdb.connect(str(paths.warehouse), read_only=True) as con:
        yield con


def test_both_judges_hit_the_same_spoilt_objects(fuzzed: duckdb.DuckDBPyConnection) -> None:
    judged = Judged.read(fuzzed)
    differences = judged.differences()
    assert not differences, f"{len(differences)} hits of one judge alone, such as\n" + "\n".join(differences[:20])


def test_every_rule_is_broken_by_some_spoilt_object_and_kept_by_most(fuzzed: duckdb.DuckDBPyConnection) -> None:
    found = Counter(hit[:2] for hit in Judged.read(fuzzed).hits["gx"])
    assert JUDGED - set(found) == set()
    sizes = dict(
        fuzzed.execute("select object_type, count(*) from validation.int_standing_versions group by 1").fetchall()
    )
    assert {kind: rule for (kind, rule), number in found.items() if number * 2 > sizes[kind]} == {}


@pytest.mark.slow
def test_both_judges_hit_the_same_objects_of_the_sample(sample_night: SampleNight) -> None:
    with duckdb.connect(str(sample_night.paths.published_file), read_only=True) as con:
        judged = Judged.read(con)
    assert judged.hits["gx"]
    assert judged.differences() == []


def test_the_catalogue_names_the_rules_that_both_judge() -> None:
    with (DBT_PROJECT_DIR / "seeds" / "rules.csv").open(encoding="utf-8") as file:
        named = {row["rule_code"] for row in csv.DictReader(file) if row["judges"] == "gx,sql"}
    assert named == {rule for _, rule in JUDGED}
