"""Defects of place: coordinates that are swapped, and EVSEs that were out of order all the time."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

from pipeline.sample import pulls
from pipeline.sample.frame import NIGHTS, PARTNERS
from pipeline.sample.schedule import Planner
from pipeline.sample.world import World

UNUSABLE = {"OUTOFORDER", "INOPERATIVE", "REMOVED"}
OUT = "evse_out_of_service"
Stay = tuple[datetime, datetime]


def coordinates_swapped(world: World, _: Planner) -> None:
    """Latitude and longitude of the CDR are swapped; the Location has them right."""
    for record in world.pick(6, "coordinates_swapped"):
        name = "cdr_location" if "cdr_location" in record.cdr.body else "location"
        place = deepcopy(record.cdr.body[name])
        told = place["coordinates"]
        place["coordinates"] = {"latitude": told["longitude"], "longitude": told["latitude"]}
        record.cdr.body[name] = place
        world.expect(record.cdr, "coordinates_swapped", "location_country_mismatch")


def out_of_service(world: World, _: Planner) -> None:
    """Sessions at EVSEs that the feed itself shows as unusable in the pulls around them; nothing is changed for it."""
    seen = outages(world)
    for record in world.records:
        charge = record.charge
        spans = seen.get((charge.partner.slug, charge.outlet.evse_uid), [])
        if record.sent_cdr and any(begin <= charge.start and charge.end <= end for begin, end in spans):
            primary = None if record.defect else OUT
            record.defect = record.defect or OUT
            world.expect(record.cdr, OUT, primary, OUT)


def outages(world: World) -> dict[tuple[str, str], list[Stay]]:
    """From the first to the last pull that shows an EVSE unusable without a break, by partner and uid."""
    found: dict[tuple[str, str], list[Stay]] = {}
    for partner in PARTNERS:
        for night, moment in enumerate(NIGHTS):
            for place in pulls.locations(world.catalogue, partner, night):
                for evse in place["evses"]:
                    if evse["status"] in UNUSABLE:
                        spans = found.setdefault((partner.slug, evse["uid"]), [])
                        is_still = bool(spans) and spans[-1][1] == NIGHTS[night - 1]
                        spans[-1:] = [(spans[-1][0], moment)] if is_still else [*spans[-1:], (moment, moment)]
    return found


PLANTS = (coordinates_swapped, out_of_service)
