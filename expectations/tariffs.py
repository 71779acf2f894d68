"""What a Tariff must satisfy by its own fields (OCPI mod_tariffs)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v


def tariffs() -> ExpectationSuite:
    """Required fields; VAT sent as a fraction and step_size zero, which are typical slips."""
    return ExpectationSuite(
        name="tariffs",
        expectations=[
            *v.required("tariff_required_fields_missing", ["currency", "elements", "price_components"]),
            v.absent("tariff_vat_fraction", "vat_fractions"),
            v.absent("tariff_step_size_zero", "zero_steps"),
        ],
    )
