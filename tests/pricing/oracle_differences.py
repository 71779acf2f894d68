"""How the pricing models differ from the oracle on one CDR: totals, money, lines and findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.oracle.generator import Case
from tests.oracle.policies import DEFAULTS
from tests.oracle.pricer import Priced, compare, price
from tests.pricing.oracle_batch import MODELS_ROUND_BY_POLICY, Built

# What stops pricing; of a CDR that is not priced only these are compared.
BLOCKERS = frozenset(
    {
        *("periods_missing", "volume_unreadable", "tariff_missing", "tariff_unknown", "tariff_currency_mismatch"),
        *(
            "period_without_dimensions",
            "tariff_empty",
            "price_unreadable",
            "component_unknown",
            "restriction_unknown_value",
            "time_zone_unknown",
        ),
    }
)
# The other findings that both sides know.
ODDITIES = frozenset(
    {
        *("volume_without_component", "period_spans_price_change"),
        *("restriction_dimension_missing", "restriction_bound_swings"),
        *("tariff_not_valid_at_start", "tariff_ambiguous", "tariff_id_absent_on_period"),
        *("periods_unordered", "period_outside_session", "dimension_not_billable"),
        *("time_sum_mismatch", "parking_sum_mismatch", "charging_and_parking_overlap"),
        *("cdr_country_not_alpha3", "timestamp_with_offset", "tax_bases_mixed"),
        *("price_as_text", "tax_included_missing", "vat_rate_missing", "vat_rate_ignored"),
    }
)
_LIMITS = ("MIN_PRICE", "MAX_PRICE")


def expected(case: Case, cdr: dict[str, Any] | None = None) -> Priced:
    """What the oracle says under the policies that the models offer."""
    policies = case.policies
    if not MODELS_ROUND_BY_POLICY:
        policies = replace(policies, rounding_mode=DEFAULTS.rounding_mode, rounding_level=DEFAULTS.rounding_level)
    document = case.cdr if cdr is None else cdr
    return price(document, ocpi_version=case.ocpi_version, time_zone=case.time_zone, policies=policies)


def difference(want: Priced, got: Built) -> str | None:
    """All differences as one text; None where both sides say the same."""
    return "; ".join(_differences(want, got)) or None


def kind(difference: str | None) -> frozenset[str]:
    """What differs, without the figures, which are another for each case; codes of findings stay."""
    parts = (difference or "").split("; ")
    return frozenset(part if part.startswith("findings") else part.split(":")[0] for part in parts)


def _differences(want: Priced, got: Built) -> Iterator[str]:
    totals = compare(want, got.total_excl_vat, got.total_incl_vat)
    if totals:
        yield totals
    for name in ("total_excl_vat_rounded", "total_incl_vat_rounded"):
        if getattr(want, name) != getattr(got, name):
            yield f"{name}: expected {getattr(want, name)}, got {getattr(got, name)}"
    want_lines = sorted((_line(*row) for row in _rows(want)), key=str)
    got_lines = sorted((_line(*row) for row in got.lines), key=str)
    if want_lines != got_lines:
        missing = [line for line in want_lines if line not in got_lines]
        extra = [line for line in got_lines if line not in want_lines]
        yield f"lines: {len(want_lines)} expected, {len(got_lines)} got; expected {missing}, got {extra}"
    codes = ODDITIES if want.lines or want.total_excl_vat is not None else BLOCKERS
    if want.findings & codes != got.findings & codes:
        missing = sorted((want.findings - got.findings) & codes)
        extra = sorted((got.findings - want.findings) & codes)
        yield f"findings: missing {missing}, not expected {extra}"


def _rows(priced: Priced) -> Iterator[tuple[Any, ...]]:
    for line in priced.lines:
        quantities = (line.quantity, line.billed_quantity)
        yield (line.dimension, line.period, line.element, *quantities, line.cost_excl_vat, line.cost_incl_vat)


def _line(dimension: str, period: int | None, element: int | None, *amounts: Decimal | None) -> tuple[Any, ...]:
    """A line with amounts as texts of one form; a limit belongs to the session and to no period."""
    shown = [None if amount is None else format(amount.quantize(Decimal("1e-12")), "f") for amount in amounts]
    return (dimension, None if dimension in _LIMITS else period, element, *shown)
