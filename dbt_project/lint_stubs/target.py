"""Stands in for dbt's `target` while sqlfluff renders models with plain Jinja; nothing else imports it."""

type = "duckdb"  # noqa: A001 - dbt's own word
