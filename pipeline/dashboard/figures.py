"""Figures as people read them: amounts, counts, rates, dates. Text out, nothing is computed here."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
MINUS = "−"  # the true minus sign: as wide as a digit, never broken at a line end
NARROW_SPACE = "\u202f"

_SHORT_FORMS = {"cdr", "evse", "gx", "id", "ocpi", "rfid", "uid", "vat"}

# ISO 4217 currencies whose minor unit is not 1/100.
_MINOR_DIGITS = {
    "BHD": 3,
    "CLP": 0,
    "ISK": 0,
    "JOD": 3,
    "JPY": 0,
    "KRW": 0,
    "KWD": 3,
    "OMR": 3,
    "PYG": 0,
    "TND": 3,
    "UGX": 0,
    "VND": 0,
    "XAF": 0,
    "XOF": 0,
}


def amount(value: Decimal | None, currency: str | None = None) -> str:
    """Money at the currency's minor unit, half up, without the currency's name: `−1,234.50`."""
    if value is None:
        return MISSING
    digits = _MINOR_DIGITS.get((currency or "").upper(), 2)
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return _with_minus(f"{abs(rounded):,}", negative=rounded < 0)


def money(value: Decimal | None, currency: str) -> str:
    """Money with its currency in front: `EUR 1,234.50`."""
    return f"{currency_name(currency)}\u00a0{amount(value, currency)}"


def currency_name(currency: str) -> str:
    """The currency's code; XXX is ISO 4217 for none, as where a CDR named no currency."""
    return "no currency" if currency == "XXX" else currency


def signed_amount(value: Decimal | None, currency: str | None = None) -> str:
    """Money with its sign always shown, for differences: `+0.02`."""
    text = amount(value, currency)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.,") else text


def count(value: int | None) -> str:
    """A whole number with thousands separators."""
    return MISSING if value is None else _with_minus(f"{abs(value):,}", negative=value < 0)


def quantity(value: Decimal | None, digits: int = 1) -> str:
    """A measured quantity (kWh, hours) with thousands separators."""
    return MISSING if value is None else _with_minus(f"{abs(value):,.{digits}f}", negative=value < 0)


def percent(rate: float | None) -> str:
    """A rate from 0 to 1 as per cent; a second decimal where one would round to 100 or 0 and hide the exception."""
    if rate is None:
        return MISSING
    digits = 2 if 0.9995 <= rate < 1 or 0 < rate < 0.0005 else 1
    return f"{rate * 100:.{digits}f}{NARROW_SPACE}%"


def percent_range(low: float | None, high: float | None) -> str:
    """Both ends of an interval, per cent."""
    if low is None or high is None:
        return MISSING
    return f"{low * 100:.1f}–{high * 100:.1f}{NARROW_SPACE}%"


def points(change: float | None) -> str:
    """The change of a rate in percentage points, signed."""
    if change is None:
        return MISSING
    text = f"{abs(change) * 100:.1f}"
    sign = "±" if text == "0.0" else "+" if change > 0 else MINUS
    return f"{sign}{text}{NARROW_SPACE}pp"


def hours(value: Decimal | None) -> str:
    """A length of time in hours; days from two days on."""
    if value is None:
        return MISSING
    if value >= 48:
        return f"{value / 24:,.1f}{NARROW_SPACE}d"
    return f"{value:,.1f}{NARROW_SPACE}h"


def month(value: date | None) -> str:
    """`October 2026`."""
    return MISSING if value is None else f"{value:%B %Y}"


def short_month(value: date) -> str:
    """`Oct 2026`."""
    return f"{value:%b %Y}"


def day(value: date | None) -> str:
    """`1 Nov 2026`."""
    return MISSING if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """`1 Nov`, where the year is clear."""
    return f"{value.day} {value:%b}"


def moment(value: datetime | None) -> str:
    """`1 Nov 2026, 01:00 UTC`; the value is aware UTC."""
    return MISSING if value is None else f"{value.day} {value:%b %Y, %H:%M} UTC"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 CDR`, `2,041 CDRs`."""
    return f"{count(number)}\u00a0{one if number == 1 else many or one + 's'}"


def label(code: str) -> str:
    """A code as words: `cdr_late` becomes `CDR late`."""
    words = [word.upper() if word in _SHORT_FORMS else word for word in code.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _with_minus(text: str, *, negative: bool) -> str:
    return MINUS + text if negative else text
