"""What a Tariff must satisfy by its own fields (OCPI mod_tariffs)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING = "tariff_required_fields_missing"


def tariffs() -> ExpectationSuite:
    """Required fields; VAT sent as a fraction and step_size zero, which are typical slips."""
    return ExpectationSuite(
        name="tariffs",
        expectations=[
            *v.required(_MISSING, ["currency", "elements", "price_components", "last_updated"]),
            *v.required(_MISSING, ["tax_included"], only_when="is_ocpi_23"),
            v.absent("tariff_vat_fraction", "vat_fractions"),
            v.absent("tariff_step_size_zero", "zero_steps"),
        ],
    )
