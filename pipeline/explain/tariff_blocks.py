"""The tariffs of an explanation in words."""

from __future__ import annotations

from itertools import groupby

from pipeline.explain.numbers import amount, length, number, percent, utc_moment
from pipeline.explain.page import Block, Facts, Heading, Row, Say, Table
from pipeline.explain.records import Component, Explanation, Tariff
from pipeline.explain.restrictions import in_words

_UNITS = {
    "ENERGY": "per kWh",
    "TIME": "per hour of charging",
    "PARKING_TIME": "per hour of parking",
    "FLAT": "once per session",
    "RESERVATION_TIME": "per hour of reservation",
    "RESERVATION_FLAT": "once per reservation",
}
_TAX = {
    "exclusive": "Prices are without VAT.",
    "inclusive": "Prices include VAT.",
    "none": "No VAT applies to this tariff.",
    "unknown": "Prices are without VAT; OCPI 2.1.1 knows no rates.",
}
_SOURCES = {
    "embedded": "It came with the CDR.",
    "given": "It was given for this page, in place of what the CDR carries.",
    "known_at_start": "The CDR carries none; this is the connector's tariff as we knew it when the session began.",
}


def tariff_blocks(explanation: Explanation) -> list[Block]:
    """Each tariff with its elements in order: when they hold and what they cost."""
    blocks: list[Block] = []
    for tariff in explanation.tariffs:
        blocks.append(Heading(f"Tariff {tariff.tariff_id or 'without id'}"))
        said = [_SOURCES.get(explanation.cdr.tariff_source or "", ""), _TAX[tariff.tax_treatment], *_limits(tariff)]
        blocks.append(Say(" ".join(text for text in said if text), "quiet"))
        if validity := _validity(tariff):
            blocks.append(Facts((("Valid", validity),)))
        blocks.append(_elements(tariff, explanation.policy("start_equals_end")))
    if explanation.tariffs:
        blocks.append(
            Say(
                "For each kind of volume, the first element that has a price for it and whose restrictions all hold "
                "when the period begins prices it. Beginnings count, ends do not: to 17:00 no longer holds at 17:00.",
                "quiet",
            )
        )
    return blocks


def _elements(tariff: Tariff, start_equals_end: str) -> Table:
    rows = []
    for element_index, parts in groupby(tariff.components, key=lambda part: part.element_index):
        components = list(parts)
        when = in_words(components[0], start_equals_end)
        for position, component in enumerate(components):
            first = (str(element_index + 1), when) if position == 0 else ("", "")
            rows.append(Row((*first, *_price(component, tariff.currency))))
    return Table(("Element", "Holds", "Price", "VAT", "step_size"), tuple(rows), text_columns=frozenset({0, 1, 2}))


def _price(component: Component, currency: str | None) -> tuple[str, str, str]:
    unit = _UNITS.get(component.line_dimension or "", f"for {component.component_type or 'no type'}, which is not used")
    price = "not readable" if component.price is None else f"{currency or ''} {amount(component.price)}".strip()
    vat = "–" if component.vat_percent is None else percent(component.vat_percent)
    return f"{price} {unit}", vat, _step(component)


def _step(component: Component) -> str:
    if component.component_type == "FLAT":
        return "–"
    if component.step_size is None:
        return "not readable"
    if component.component_type == "ENERGY":
        return f"{number(component.step_size)}\u00a0Wh"
    text = f"{number(component.step_size)}\u00a0s"
    return f"{text} ({length(component.step_size)})" if component.step_size >= 60 else text


def _limits(tariff: Tariff) -> list[str]:
    texts = []
    for name, excl, incl in (
        ("at least", tariff.min_price_excl_vat, tariff.min_price_incl_vat),
        ("at most", tariff.max_price_excl_vat, tariff.max_price_incl_vat),
    ):
        parts = [
            f"{amount(value)} {tax}" for value, tax in ((excl, "without VAT"), (incl, "with VAT")) if value is not None
        ]
        if parts:
            texts.append(f"A session costs {name} {tariff.currency or ''} {' and '.join(parts)}.")
    return texts


def _validity(tariff: Tariff) -> str:
    parts = []
    if tariff.valid_from_at:
        parts.append(f"from {utc_moment(tariff.valid_from_at)}")
    if tariff.valid_to_at:
        parts.append(f"to {utc_moment(tariff.valid_to_at)}")
    return " ".join(parts)
