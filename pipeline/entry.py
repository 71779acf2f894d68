"""What entries of configuration files share: their manner, and the names that occur in all of them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text) or text == "unidentified":
        raise ValueError(f"{text!r} is no partner name; use lower-case letters, digits, - and _, such as nl-cpi")
    return text


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError(f"{text!r} is no two-letter country code")
    return text.upper()


def _party(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]{3}", text):
        raise ValueError(f"{text!r} is no party id; it has three letters or digits")
    return text.upper()


Slug = Annotated[str, AfterValidator(_slug)]
Country = Annotated[str, AfterValidator(_country)]
Party = Annotated[str, AfterValidator(_party)]


class Entry(BaseModel):
    """Common manner of every entry: fixed once read, unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
