"""Defects that the sample plants, one small function a kind; each writes down the findings that must follow.

The table of kinds, codes and consequences is in `docs/sample.md`. Nothing here imports code that judges.
"""

from __future__ import annotations

from pipeline.sample.defects import amounts, fields, history, identity, money, sessions, tariffs, times
from pipeline.sample.schedule import Planner
from pipeline.sample.world import World

PLANTS = (
    *fields.PLANTS,
    *identity.PLANTS,
    *times.PLANTS,
    *money.PLANTS,
    *tariffs.PLANTS,
    *sessions.PLANTS,
    *history.PLANTS,
    *amounts.PLANTS,
)


def plant_all(world: World, planner: Planner) -> None:
    """Plant every kind in a fixed order, so that a seed always gives the same sample."""
    for plant in PLANTS:
        plant(world, planner)
