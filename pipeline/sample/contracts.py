"""Contract ids (EMAID) of our drivers, with the ISO 15118 check digit."""

from __future__ import annotations

from pipeline.check_digits import iso_digit
from pipeline.sample.frame import OUR_COUNTRY, OUR_PARTY


def contract_id(instance: str) -> str:
    """Return a contract id of ours for an instance like `C12345678`."""
    digit = iso_digit(OUR_COUNTRY + OUR_PARTY + instance)
    return f"{OUR_COUNTRY}-{OUR_PARTY}-{instance}-{digit}"
