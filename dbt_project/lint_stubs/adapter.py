"""Stands in for dbt's `adapter` while sqlfluff renders models with plain Jinja; nothing else imports it."""

from __future__ import annotations

from collections.abc import Callable


def dispatch(macro_name: str, macro_namespace: str | None = None) -> Callable[..., str]:
    """A dispatched macro as a call of a function of that name: enough to read the layout of a model."""
    return lambda *arguments, **named: f"{macro_name}({', '.join(map(_expression, [*arguments, *named.values()]))})"


def _expression(argument: object) -> str:
    """An argument as SQL: a separator, which its macro puts between quotes, is no expression without them."""
    text = str(argument)
    return text if any(map(str.isalnum, text)) else f"'{text}'"
