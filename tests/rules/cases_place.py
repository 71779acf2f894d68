"""R41, R42: the state of the EVSE and the country of the charge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.rules.case import Case

DAY_BEFORE = datetime(2026, 11, 1, 1, tzinfo=UTC)
# In the boxes of the Netherlands and of Belgium.
BORDER = {"latitude": "51.3", "longitude": "5.0"}
OUT, COUNTRY = "evse_out_of_service", "location_country_mismatch"


def status(value: str) -> dict[str, Any]:
    return {"evses.0.status": value}


def at(latitude: str, longitude: str) -> dict[str, Any]:
    coordinates = {"latitude": latitude, "longitude": longitude}
    return {"location": {"coordinates": coordinates}, "cdr": {"cdr_location.coordinates": coordinates}}


NEXT_DAY = datetime(2026, 11, 3, 1, tzinfo=UTC)


def updated(value: str, moment: str) -> dict[str, Any]:
    """A status, with the moment since which the EVSE has it."""
    return status(value) | {"evses.0.last_updated": moment}


BROKEN = (DAY_BEFORE, "locations", status("OUTOFORDER"))

CASES = [
    Case(OUT, "out of order all the time", (OUT,), later=(BROKEN, (NEXT_DAY, "locations", status("OUTOFORDER")))),
    # What did not change does not come again; that the Locations were read again is enough.
    Case(OUT, "out of order since", (OUT,), later=(BROKEN,)),
    Case(OUT, "in one bad state after the other", (OUT,), later=(
        (DAY_BEFORE, "locations", status("INOPERATIVE")),
        (datetime(2026, 11, 2, 10, 30, tzinfo=UTC), "locations", status("REMOVED")),
    )),
    Case(OUT, "out of order from the start on", (OUT,),
         later=((datetime(2026, 11, 2, 10, tzinfo=UTC), "locations", status("OUTOFORDER")),)),
    Case(OUT, "broke during the session",
         later=((datetime(2026, 11, 2, 10, 0, 1, tzinfo=UTC), "locations", status("OUTOFORDER")),)),
    Case(OUT, "repaired before the end", later=(
        BROKEN, (datetime(2026, 11, 2, 10, 59, tzinfo=UTC), "locations", status("AVAILABLE")),
    )),
    Case(OUT, "repaired at the end, by its own words", (OUT,),
         later=(BROKEN, (NEXT_DAY, "locations", updated("AVAILABLE", "2026-11-02T11:00:00Z")))),
    Case(OUT, "repaired a second before the end, by its own words",
         later=(BROKEN, (NEXT_DAY, "locations", updated("AVAILABLE", "2026-11-02T10:59:59Z")))),
    # Between two pulls nothing is seen.
    Case(OUT, "repaired by the next day, nobody says when",
         later=(BROKEN, (NEXT_DAY, "locations", status("AVAILABLE")))),
    Case(OUT, "charging, as it should", location=status("CHARGING")),
    Case(COUNTRY, "five kilometres beyond the border", **at("53.6049", "5.1214")),
    Case(COUNTRY, "further than that", (COUNTRY,), severity="hold", **at("53.6055", "5.1214")),
    Case(COUNTRY, "latitude and longitude swapped", (COUNTRY,), **at("5.1214", "52.0907")),
    Case(COUNTRY, "no coordinates but zeros", (COUNTRY,), severity="warn", **at("0", "0")),
    Case(COUNTRY, "a latitude of 152", (COUNTRY,), severity="hold", **at("152.0907", "5.1214")),
    Case(COUNTRY, "another country than the Location's", (COUNTRY,), severity="hold",
         cdr={"cdr_location.country": "BEL", "cdr_location.coordinates": BORDER}, location={"coordinates": BORDER}),
    Case(COUNTRY, "the Location in two letters", location={"country": "NL"}),
    Case(COUNTRY, "a country that is none is not compared", cdr={"cdr_location.country": "HOL"}),
    Case(COUNTRY, "the EVSE id of another country", (COUNTRY, "evse_id_operator_mismatch"), severity="warn",
         cdr={"cdr_location.evse_id": lambda charge: f"BE*NOW*E{charge.number}"},
         location={"evses.0.evse_id": lambda charge: f"BE*NOW*E{charge.number}"}),
]  # fmt: skip
