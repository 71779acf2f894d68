"""What identifies a driver, in which forms it is written, and the pseudonym that takes its place."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.check_digits import due_digit

# Shorter identifiers could be any word or number: they are looked for in fields of identifiers only.
LONG = 8
_SEPARATORS = b"-*:._/ \\"
_SEPARATORS_IN_TEXT = _SEPARATORS.decode()
# Country, party, instance and perhaps a check digit (eMI3 contract ids, and DIN ones).
_CONTRACT = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[A-Z0-9]{7,10}")
_CANDIDATES = 8
# A letter, digit or separator written as an escape: allowed in JSON, and seen nowhere yet.
_ESCAPED = re.compile(rb"\\u00(?:2[0ADEFadef]|3[0-9Aa]|[46][1-9A-Fa-f]|[57][0-9AFaf])")


def squeezed(text: bytes) -> bytes:
    """Upper case without the separators that identifiers are written with; how bodies are searched fast."""
    return text.upper().translate(None, _SEPARATORS)


def normal(text: str) -> str:
    """The form in which identifiers are compared: upper case, and without separators from 8 characters on."""
    bare = squeezed(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    return bare if len(bare) >= LONG else text.strip().upper()


@dataclass(frozen=True)
class Identifier:
    """One identifier of a person: `value` in normal form, `forms` as written where it was found."""

    value: str
    is_contract: bool
    forms: tuple[str, ...]
    pseudonym: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.value) >= LONG

    def written_like(self, text: str) -> str:
        """The pseudonym in the manner of `text`, a form of the identifier: same separators, same case."""
        core = text.strip()
        letters = iter(self.pseudonym)
        written = "".join(
            # A short value keeps its separators in normal form, and so does its pseudonym.
            character if self.is_long and character in _SEPARATORS_IN_TEXT else _cased(next(letters, ""), character)
            for character in core
        )
        return text.replace(core, written + "".join(letters), 1)


def _cased(letter: str, like: str) -> str:
    return letter.lower() if like.islower() else letter


def candidates(value: str, *, is_contract: bool) -> list[str]:
    """Random values that every rule takes like `value`: as long, letters for letters and digits for digits.

    Hexadecimal letters stay hexadecimal, because RFID uids are told by them. Of a contract id country, party and
    type letter stay, and its check digit is right or wrong as before. A value too short for a choice of its own is
    followed by longer ones.
    """
    kept = len(value) - len(value[5:].removeprefix("C")) if is_contract and _CONTRACT.fullmatch(value) else 0
    drawn = [_with_digit_like(value, _like(value, kept)) if kept else _like(value, kept) for _ in range(_CANDIDATES)]
    if len(value) < LONG:
        alphabet = string.ascii_uppercase + string.digits
        drawn += ["".join(secrets.choice(alphabet) for _ in value) for _ in range(4 * _CANDIDATES)]
        drawn += ["".join(secrets.choice(alphabet) for _ in range(LONG)) for _ in range(_CANDIDATES)]
    return [text for text in dict.fromkeys(drawn) if text != value]


def _with_digit_like(value: str, drawn: str) -> str:
    """The drawn contract with a check digit that is right where that of the value is, and wrong where it is not."""
    due = due_digit(drawn)
    if due is None or due_digit(value) is None:
        return drawn
    is_right = value[-1] == due_digit(value)
    if is_right:
        return drawn[:-1] + due
    return drawn if drawn[-1] != due else drawn[:-1] + ("0" if due != "0" else "1")


def _like(value: str, kept: int) -> str:
    characters = list(value)
    last = len(value) - 1
    for place, character in enumerate(value):
        if place < kept or (kept and place == last and character == "X"):
            continue
        if character in string.digits:
            # A uid sent as a JSON number must stay one.
            characters[place] = secrets.choice("123456789" if place == 0 and character != "0" else string.digits)
        elif character in "ABCDEF":
            characters[place] = secrets.choice("ABCDEF")
        elif character in string.ascii_uppercase:
            characters[place] = secrets.choice(string.ascii_uppercase[6:])
    return "".join(characters)


@dataclass(frozen=True)
class Person:
    """The identifiers of one person, and the party their token belongs to where the request names it."""

    identifiers: tuple[Identifier, ...]
    country_code: str | None = None
    party_id: str | None = None
    _by_value: dict[str, Identifier] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_value.update({item.value: item for item in self.identifiers})

    def find(self, text: str) -> Identifier | None:
        """The identifier that `text` is, in whatever case and with whatever separators."""
        return self._by_value.get(normal(text))

    @cached_property
    def _needles(self) -> list[bytes]:
        return [squeezed(item.value.encode("utf-8", "surrogateescape")) for item in self.identifiers]

    def may_be_in(self, body: bytes) -> bool:
        """Whether a body has to be looked at; false for nearly all, at the speed of a plain search."""
        if _ESCAPED.search(body):
            return True
        text = squeezed(body)
        return any(needle in text for needle in self._needles)

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        """Long identifiers on word boundaries, in the forms they were seen in and the usual ones."""
        if not self._forms:
            return None
        return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, self._forms))})(?![0-9A-Za-z])", re.IGNORECASE)

    @cached_property
    def _forms(self) -> list[str]:
        forms = {form for item in self.identifiers if item.is_long for form in _usual_forms(item)}
        return sorted(forms, key=lambda form: (-len(form), form))

    def in_text(self, text: str) -> bool:
        """Whether a long identifier stands in the text as a word."""
        return self._words is not None and self._words.search(text) is not None

    @cached_property
    def words_in_sql(self) -> str | None:
        """The same as a pattern of DuckDB's, option `i`; None when no identifier is long enough for texts."""
        if self._words is None:
            return None
        forms = "|".join(re.escape(form) for form in self._forms)
        return rf"(^|[^0-9A-Za-z])({forms})([^0-9A-Za-z]|$)"

    def without(self, text: str) -> str:
        """The text with each long identifier in it replaced by its pseudonym."""
        if self._words is None:
            return text
        return self._words.sub(self._written, text)

    def _written(self, match: re.Match[str]) -> str:
        found = self.find(match.group())
        return found.written_like(match.group()) if found else match.group()


def _usual_forms(item: Identifier) -> Iterable[str]:
    yield item.value
    yield from (form.strip() for form in item.forms)
    if item.is_contract and _CONTRACT.fullmatch(item.value):
        country, party, rest = item.value[:2], item.value[2:5], item.value[5:]
        for separator in "-*":
            yield separator.join((country, party, rest))
            yield separator.join((country, party, rest[:-1], rest[-1]))
