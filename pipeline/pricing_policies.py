"""The pricing policies a partner may override, as the seed that pricing reads defines them."""

from __future__ import annotations

import csv
from functools import cache

from pipeline.settings import DBT_PROJECT_DIR


@cache
def pricing_policies() -> dict[str, tuple[str, ...]]:
    """The values of each policy that pricing knows; the first one is the default."""
    with (DBT_PROJECT_DIR / "seeds" / "pricing_policies.csv").open(newline="", encoding="utf-8") as file:
        return {row["policy"]: (row["default_value"], *row["other_values"].split()) for row in csv.DictReader(file)}
