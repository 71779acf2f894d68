"""What a Location and each of its EVSEs must satisfy by their own fields (OCPI mod_locations)."""

from __future__ import annotations

from great_expectations import ExpectationSuite
from great_expectations.expectations import ExpectColumnValuesToMatchRegex

from expectations import vocabulary as v


def locations() -> ExpectationSuite:
    """Required fields, an alpha-3 country, coordinates on the globe."""
    return ExpectationSuite(
        name="locations",
        expectations=[
            *v.required("location_required_fields_missing", ["address", "city", "country", "last_updated"]),
            v.in_form("location_country_invalid", "country", r"^[A-Z]{3}$"),
            *v.required("location_coordinates_invalid", ["coordinates.latitude", "coordinates.longitude"]),
            v.in_range(
                "location_coordinates_invalid", "latitude", least=-90, most=90, observed="coordinates.latitude"
            ),
            v.in_range(
                "location_coordinates_invalid", "longitude", least=-180, most=180, observed="coordinates.longitude"
            ),
        ],
    )


def evses() -> ExpectationSuite:
    """EVSE ids in ISO 15118 or DIN form."""
    return ExpectationSuite(
        name="evses",
        expectations=[
            ExpectColumnValuesToMatchRegex(
                column="evse_id", regex=v.EVSE_ID, meta=v.rule("evse_id_format", "evse_id")
            ),
        ],
    )
