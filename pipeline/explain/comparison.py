"""What the CPO claims beside what its tariff comes to, in total and by dimension."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pipeline.explain.numbers import amount, rounded, signed
from pipeline.explain.page import Block, Heading, Notes, Row, Say, Table
from pipeline.explain.records import Explanation

# Which lines a subtotal of OCPI holds; the fee of a reservation belongs to the reservation.
_SUBTOTALS = (
    ("Energy", "claimed_energy", ("ENERGY",)),
    ("Charging time", "claimed_time", ("TIME",)),
    ("Parking", "claimed_parking", ("PARKING_TIME",)),
    ("Fixed fees", "claimed_fixed", ("FLAT",)),
    ("Reservation", "claimed_reservation", ("RESERVATION_TIME", "RESERVATION_FLAT")),
)


def verdict(explanation: Explanation) -> str:
    """The whole page in one or two sentences."""
    cdr = explanation.cdr
    currency = cdr.currency or ""
    claimed, expected, tax = cdr.claimed_excl_vat, cdr.total_excl_vat, "without VAT"
    compared = cdr.compared_excl_vat
    if expected is None and cdr.total_incl_vat is not None:
        claimed, expected, tax = cdr.claimed_incl_vat, cdr.total_incl_vat, "with VAT"
        compared = cdr.compared_incl_vat
    if cdr.is_credit:
        return _credit_verdict(explanation)
    if expected is None:
        return "By its tariff the session has no known total, because one of its amounts is not known."
    final = cdr.total_excl_vat_rounded if tax == "without VAT" else cdr.total_incl_vat_rounded
    text = f"By its tariff the session costs {currency} {rounded(final, cdr.rounding_decimals)} {tax}"
    text += "." if final == expected else f" (exact: {amount(expected)})."
    if claimed is None or compared is None:
        return f"{text} The CDR claims no total to compare with."
    difference = _as_compared(claimed) - compared
    if difference == 0:
        return f"{text} The CDR claims {currency} {amount(claimed)}, as finely as it is written: no difference."
    side = "more" if difference > 0 else "less"
    return f"{text} The CDR claims {currency} {amount(claimed)}, which is {currency} {amount(abs(difference))} {side}."


def _credit_verdict(explanation: Explanation) -> str:
    cdr = explanation.cdr
    text = "This is a credit CDR: it is not priced, it takes back what its original claimed."
    if explanation.original is None:
        return f"{text} The original {cdr.credit_reference_id or '(none is named)'} is not among the CDRs here."
    if cdr.claimed_excl_vat is None or cdr.compared_excl_vat is None:
        return text
    difference = _as_compared(cdr.claimed_excl_vat) - cdr.compared_excl_vat
    expected = f"{cdr.currency} {amount(cdr.compared_excl_vat)}"
    if difference == 0:
        return f"{text} It should claim {expected} and does."
    return f"{text} It should claim {expected} and claims {cdr.currency} {amount(cdr.claimed_excl_vat)}."


def comparison_blocks(explanation: Explanation) -> list[Block]:
    """Claimed, by the tariff, difference; with the causes where reconciliation found some."""
    cdr = explanation.cdr
    has_expected = cdr.total_excl_vat is not None or cdr.total_incl_vat is not None
    rows: list[Row] = []
    claimed_subtotals = [getattr(cdr, name) for _, name, _ in _SUBTOTALS]
    if cdr.is_priced and any(value is not None for value in claimed_subtotals):
        rows += _subtotal_rows(explanation)
    is_total = not cdr.is_credit
    rows.append(_row("Total without VAT", cdr.claimed_excl_vat, cdr.compared_excl_vat, is_total=is_total))
    if cdr.claimed_incl_vat is not None or cdr.compared_incl_vat is not None:
        rows.append(
            _row(
                "VAT",
                _tax(cdr.claimed_incl_vat, cdr.claimed_excl_vat),
                _tax(cdr.compared_incl_vat, cdr.compared_excl_vat),
            )
        )
        rows.append(_row("Total with VAT", cdr.claimed_incl_vat, cdr.compared_incl_vat, is_total=is_total))
    by = "By its original" if cdr.is_credit else "By the tariff"
    blocks: list[Block] = [
        Heading("What the CPO claims"),
        Table((cdr.currency or "Amount", "Claimed", by, "Difference"), tuple(rows)),
    ]
    notes = []
    if has_expected and cdr.claimed_excl_vat is not None:
        notes.append(
            "Compared as finely as the CDR writes its total (two to four decimals); a plus means claimed too much."
        )
    if cdr.known_total_excl_vat is not None:
        notes.append(
            "By the version of the tariff that we knew when the session began it would cost "
            f"{cdr.currency} {amount(cdr.known_total_excl_vat)} without VAT."
        )
    if cdr.is_priced and all(value is None for value in claimed_subtotals):
        notes.append("The CDR states no subtotals.")
    notes += [
        f"Cause of {cdr.currency} {signed(cause.amount_excl_vat or cause.amount_incl_vat)}: {cause.title}. "
        f"{cause.explanation}"
        for cause in explanation.causes
    ]
    if notes:
        blocks.append(Notes(tuple(notes)))
    if explanation.limit_lines and any(value is not None for value in claimed_subtotals):
        blocks.append(Say("Minimum and maximum price change the total and none of the subtotals.", "quiet"))
    return blocks


def _subtotal_rows(explanation: Explanation) -> list[Row]:
    by_dimension: dict[str, list[Decimal | None]] = {}
    for period in explanation.periods:
        for volume in period.volumes:
            if volume.line:
                by_dimension.setdefault(volume.line_dimension, []).append(volume.line.cost_excl_vat)
    rows = []
    for title, field, dimensions in _SUBTOTALS:
        claimed: Decimal | None = getattr(explanation.cdr, field)
        costs = [cost for dimension in dimensions for cost in by_dimension.get(dimension, [])]
        known = [cost for cost in costs if cost is not None]
        expected = sum(known, Decimal(0)) if len(known) == len(costs) else None
        if claimed or expected:
            rows.append(_row(title, claimed, like_claim(expected, claimed)))
    limits = [line.cost_excl_vat for line in explanation.limit_lines if line.cost_excl_vat is not None]
    if limits:
        rows.append(_row("Minimum or maximum price", None, sum(limits, Decimal(0))))
    return rows


def like_claim(value: Decimal | None, claimed: Decimal | None) -> Decimal | None:
    """The amount with as many decimals as the claim shows, between two and four, as reconciliation compares."""
    if value is None or claimed is None:
        return value
    return _to_decimals_of(claimed, value)


def _as_compared(claimed: Decimal) -> Decimal:
    """A claim with the four decimals that OCPI numbers have at most."""
    return _to_decimals_of(claimed, claimed)


def _to_decimals_of(claimed: Decimal, value: Decimal) -> Decimal:
    exponent = claimed.normalize().as_tuple().exponent
    decimals = min(max(-exponent if isinstance(exponent, int) else 2, 2), 4)
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _row(name: str, claimed: Decimal | None, expected: Decimal | None, *, is_total: bool = False) -> Row:
    difference = None if claimed is None or expected is None else _as_compared(claimed) - expected
    return Row((name, amount(claimed), amount(expected), signed(difference)), is_total=is_total)


def _tax(incl: Decimal | None, excl: Decimal | None) -> Decimal | None:
    return None if incl is None or excl is None else incl - excl
