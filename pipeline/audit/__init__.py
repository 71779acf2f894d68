"""The audit log and the chain it shares with the ledger.

Writing lives in `log`, the file format in `chain` and `checking`, the checks across files in `verify`, the copy that
dbt reads in `table`. Imports nothing of landing or ledger, which record their own acts here.
"""

from pipeline.audit.log import NewEntry, record

__all__ = ["NewEntry", "record"]
