"""Stands in for dbt's `adapter` while sqlfluff renders models with plain Jinja; nothing else imports it."""

from __future__ import annotations

from collections.abc import Callable


def dispatch(macro_name: str, macro_namespace: str | None = None) -> Callable[..., str]:
    """A dispatched macro as a call of a function of that name: enough to read the layout of a model."""
    return lambda *arguments, **named: f"{macro_name}({', '.join(map(str, [*arguments, *named.values()]))})"
