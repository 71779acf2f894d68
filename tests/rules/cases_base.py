"""The good charge itself, in each version: nothing is found of it."""

from __future__ import annotations

from tests.rules.case import ABSENT, Case

CASES = [
    Case("cdr_required_fields_missing", "a good charge in 2.1.1", version="2.1.1"),
    Case("cdr_required_fields_missing", "a good charge in 2.2.1"),
    Case("cdr_required_fields_missing", "a good charge in 2.3.0", version="2.3.0"),
    Case("cdr_required_fields_missing", "kWh null", ("cdr_required_fields_missing",), cdr={"total_energy": None}),
    Case("cdr_required_fields_missing", "kWh absent", ("cdr_required_fields_missing",), cdr={"total_energy": ABSENT}),
]
