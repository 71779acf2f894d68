"""The ledger: what people decided and what cannot be derived again, append-only and hash-chained.

Writing and checking live in `store`, the shape of an event in `event`, the copy that dbt reads in `table`.
"""
