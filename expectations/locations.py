"""What a Location and each of its EVSEs must satisfy by their own fields (OCPI mod_locations)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING = "location_required_fields_missing"
_COORDINATES = "location_coordinates_invalid"


def locations() -> ExpectationSuite:
    """Required fields, a country of ISO 3166, a time zone that is one, coordinates on the globe."""
    return ExpectationSuite(
        name="locations",
        expectations=[
            *v.required(_MISSING, ["address", "city", "country", "last_updated"]),
            *v.required(_MISSING, ["publish"], only_when="is_ocpi_22_or_later"),
            v.one_of("location_country_invalid", "country", v.listed("countries", "country_alpha3")),
            v.present("location_time_zone_missing", "known_time_zone", observed="time_zone"),
            *v.required(_COORDINATES, ["latitude", "longitude"]),
            v.in_range(_COORDINATES, "latitude", least=-90, most=90, observed="coordinates"),
            v.in_range(_COORDINATES, "longitude", least=-180, most=180, observed="coordinates"),
        ],
    )


def evses() -> ExpectationSuite:
    """EVSE ids in ISO 15118 or DIN form, connectors whose power is in watts and which name a tariff."""
    return ExpectationSuite(
        name="evses",
        expectations=[
            v.in_form("evse_id_format", "evse_id", v.EVSE_ID, observed="evse_id"),
            v.absent("connector_power_unit_suspect", "suspect_powers_w"),
            v.in_range(
                "connector_without_tariff", "tariff_reference_count", least=1, observed="tariff_reference_count"
            ),
        ],
    )
