"""How many cases the tests draw, and from which seed: more by hand, as `ROAMLEDGER_ORACLE_CASES=20000`."""

from __future__ import annotations

import os

COUNT = int(os.environ.get("ROAMLEDGER_ORACLE_CASES", "2000"))
SEED = os.environ.get("ROAMLEDGER_ORACLE_SEED", "roamledger")
