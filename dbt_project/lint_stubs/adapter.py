"""Stands in for dbt's `adapter` while sqlfluff renders models with plain Jinja; nothing else imports it."""

from __future__ import annotations

import re
from collections.abc import Callable


def dispatch(macro_name: str, macro_namespace: str | None = None) -> Callable[..., str]:
    """A dispatched macro as a call of a function of that name: enough to read the layout of a model.

    An argument without a word is a separator of texts, which stands for itself and not for SQL.
    """

    def call(*arguments: object, **named: object) -> str:
        texts = [str(argument) for argument in (*arguments, *named.values())]
        return f"{macro_name}({', '.join(text for text in texts if re.search('[A-Za-z0-9]', text))})"

    return call
