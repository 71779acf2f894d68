"""What a rotation keeps beside a key's file: which key was replaced when, and how long the old one counts."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from pipeline.landing.manifest import sync_folder
from pipeline.settings import UserError


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @field_serializer("token", "our_token", when_used="json", check_fields=False)
    def _write_secret(self, secret: SecretStr | None) -> str | None:
        return secret.get_secret_value() if secret else None


class PreviousKey(_Kept):
    """The key before the last rotation, good until `valid_to`."""

    token: SecretStr
    valid_to: datetime


class Rotation(_Kept):
    """`<key file>.rotation`: the last rotation. `fingerprint` says of which key it speaks."""

    issued_at: datetime
    fingerprint: str
    previous: PreviousKey | None = None

    def is_of(self, token: SecretStr) -> bool:
        """Whether `token` is the key that this rotation brought; not so when somebody replaced the file by hand."""
        return fingerprint(token) == self.fingerprint


def fingerprint(token: SecretStr) -> str:
    """Tells keys apart without showing them."""
    return hashlib.sha256(token.get_secret_value().encode()).hexdigest()[:12]


def rotation_file(file: Path) -> Path:
    """Where the last rotation of the key in `file` is kept."""
    return file.with_name(file.name + ".rotation")


def read_rotation(file: Path) -> Rotation | None:
    """The last rotation of the key in `file`, or None. Raises UserError when what is kept cannot be read."""
    kept = rotation_file(file)
    return read_kept(kept, Rotation) if kept.exists() else None


def read_kept(file: Path, model: type[Rotation]) -> Rotation:
    """Read one kept file. Raises UserError, without its content, when it cannot be read."""
    try:
        return model.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise UserError(f"{file} cannot be read; restore it from a backup") from None


def write_secretly(file: Path, content: str) -> None:
    """Replace a file in one step, durably and readable by this user only; its folder is made the same way."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f".{file.name}.{os.getpid()}.next")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(file.parent)
