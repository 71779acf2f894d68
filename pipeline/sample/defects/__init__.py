"""Defects that the sample plants, one small function a kind; each writes down the findings that must follow.

The table of kinds, codes and consequences is in `docs/sample.md`. Nothing here imports code that judges.
"""

from __future__ import annotations

from pipeline.sample.defects import (
    amounts,
    energy,
    fields,
    history,
    identity,
    money,
    places,
    sessions,
    sharing,
    tariffs,
    times,
)
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
    *energy.PLANTS,
    *places.PLANTS,
    *sharing.PLANTS,
    *amounts.PLANTS,
)


def plant_all(world: World, planner: Planner) -> None:
    """Plant every kind in a fixed order, so that a seed always gives the same sample."""
    for plant in PLANTS:
        plant(world, planner)
