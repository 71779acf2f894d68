"""`manifest.json` beside received files: what its sender or fetcher says of every file in that folder."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.settings import UserError, parse_timestamp

SIDECAR = "manifest.json"


class Sidecar(BaseModel):
    """Fields of a sidecar; all may be left out. `full` says that the pull holds everything the sender has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partner: str | None = None
    module: str | None = None
    ocpi_version: str | None = None
    received_at: datetime | None = None
    full: bool | None = None

    @field_validator("received_at", mode="before")
    @classmethod
    def _read_received_at(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return parse_timestamp(value)
        except UserError as error:
            raise ValueError(str(error)) from error


def read_sidecar(path: Path) -> Sidecar | None:
    """The sidecar, or None when there is none or `manifest.json` is something else.

    Raises UserError that names file and field when it is one with a mistake.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    if not isinstance(values, dict) or not values.keys() & Sidecar.model_fields.keys():
        return None
    try:
        return Sidecar.model_validate(values)
    except ValidationError as error:
        mistakes = [f"{path}: {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise UserError("\n".join(mistakes)) from error
