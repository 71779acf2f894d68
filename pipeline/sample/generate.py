"""Make the whole sample from a seed."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from random import Random

from pipeline.sample import catalogue, pulls, schedule
from pipeline.sample.configuration import write_configuration
from pipeline.sample.defects import plant_all
from pipeline.sample.disputes import write_disputes
from pipeline.sample.world import World

KEY_COLUMNS = ("object_type", "object_label", "code", "kind", "defect")


def build(seed: int) -> World:
    """Build the world of a seed in memory: business, planted defects, expected findings."""
    world = World(Random(seed), catalogue.load())
    planner = schedule.populate(world)
    plant_all(world, planner)
    pulls.expect_resends(world)
    return world


def write(world: World, out: Path) -> None:
    """Write pulls, configuration, disputes and answer key into a folder; earlier pulls there are replaced."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(out / "pulls", ignore_errors=True)
    pulls.write_pulls(world, out)
    write_configuration(out)
    write_disputes(world, out)
    with (out / "answer_key.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(KEY_COLUMNS)
        for _, one in sorted(world.expected.items()):
            writer.writerow([one.object_type, one.object_label, one.code, one.kind, one.defect])
