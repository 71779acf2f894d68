"""All suites by name."""

from __future__ import annotations

from collections.abc import Callable

from great_expectations import ExpectationSuite

from expectations.cdrs import cdrs
from expectations.locations import evses, locations
from expectations.sessions import sessions
from expectations.tariffs import tariffs
from expectations.tokens import tokens

SUITES: dict[str, Callable[[], ExpectationSuite]] = {
    "cdrs": cdrs,
    "sessions": sessions,
    "locations": locations,
    "evses": evses,
    "tariffs": tariffs,
    "tokens": tokens,
}
