"""The ledger: what people decided and what cannot be derived again, append-only and hash-chained.

Writing and checking live in `store`, the shape of an event in `event`, the copy that dbt reads in `table`.
"""

from pipeline.ledger.event import NewEvent
from pipeline.ledger.store import LedgerError, append, verify
from pipeline.ledger.table import load_ledger

__all__ = ["LedgerError", "NewEvent", "append", "load_ledger", "verify"]
