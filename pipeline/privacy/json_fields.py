"""The fields of a JSON text and where each of them stands; broken JSON is read as far as it goes.

Bodies are never parsed and written again: amounts must keep every digit, and what is broken must stay as broken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

# A text before a colon is a key; the last text of a truncated body has no closing quote.
_TOKEN = re.compile(
    r'"(?P<key>[^"\\]*(?:\\.[^"\\]*)*)"\s*:'
    r'|"(?P<text>[^"\\]*(?:\\.[^"\\]*)*)"?'
    r"|(?P<bracket>[{}\[\]])"
    r'|(?P<bare>[^\s{}\[\]:,"]+)',
    re.DOTALL,
)


@dataclass(frozen=True)
class Value:
    """One text, number or bare word: its characters between the quotes and where they stand."""

    key: str
    raw: str
    start: int
    is_text: bool

    @property
    def end(self) -> int:
        return self.start + len(self.raw)

    @property
    def plain(self) -> str:
        """The value as its sender meant it, escapes read."""
        if "\\" not in self.raw:
            return self.raw
        try:
            return str(json.loads(f'"{self.raw}"', strict=False))
        except ValueError:
            return self.raw


@dataclass
class JsonObject:
    """One object, or what stands outside of all: its keys and plain values; `key` names the field it stands under.

    Keys are in lower case without underscores, as in landing/shapes.py.
    """

    key: str
    parent: JsonObject | None
    values: list[Value] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def text(self, key: str) -> str | None:
        """The plain value under a key, None when there is none."""
        return next((value.plain for value in self.values if value.key == key), None)


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """The form in which keys are compared: `contractId` and `contract_id` are the same."""
    return key.lower().replace("_", "")


def objects(text: str) -> Iterator[JsonObject]:
    """Every object of the text, inner ones before outer ones; last, one without key for values outside of objects."""
    outside = JsonObject("", None)
    current = outside
    # Open brackets: the object that a closing one returns to, and the key of the list it stands in.
    opened: list[tuple[JsonObject, str]] = []
    key = ""
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "key":
            key = plain_key(token["key"])
            current.keys.add(key)
        elif kind == "text":
            current.values.append(Value(key, token["text"], token.start("text"), is_text=True))
        elif kind == "bare":
            current.values.append(Value(key, token["bare"], token.start("bare"), is_text=False))
        elif token["bracket"] in "{[":
            opened.append((current, key))
            if token["bracket"] == "{":
                current = JsonObject(key, current)
        elif opened:
            outer, outer_key = opened.pop()
            if outer is not current:
                yield current
            current, key = outer, outer_key
    # What a truncated body never closed.
    while current is not outside and current.parent is not None:
        yield current
        current = current.parent
    yield outside
