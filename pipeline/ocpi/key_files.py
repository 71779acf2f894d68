"""What a rotation keeps beside a key's file, each file 0600 and replaced in one step.

| file | holds |
|---|---|
| `<key file>` | the key in force, plain |
| `<key file>.pending` | a rotation that is under way: what was asked, and the new key once it came |
| `<key file>.rotation` | the last rotation: when, and the key before with the end of its window |
| `<key file>.of-partner` | the key that the partner calls us with; `.of-partner.next` while that is being agreed |
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from pipeline.landing.manifest import sync_folder
from pipeline.settings import UserError


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @field_serializer("token", "new_token", when_used="json", check_fields=False)
    def _write_secret(self, secret: SecretStr | None) -> str | None:
        return secret.get_secret_value() if secret else None


class PreviousKey(_Kept):
    """The key before the last rotation, good until `valid_to`."""

    token: SecretStr
    valid_to: datetime


class Rotation(_Kept):
    """The last rotation. `fingerprint` says of which key it speaks."""

    issued_at: datetime
    fingerprint: str
    previous: PreviousKey | None = None

    def is_of(self, token: SecretStr) -> bool:
        """Whether `token` is the key that this rotation brought; not so when somebody replaced the file by hand."""
        return fingerprint(token) == self.fingerprint


class Pending(_Kept):
    """A rotation under way.

    - `asked`: the partner was asked, or was about to be; its answer is not known;
    - `answered`: it gave `new_token`, which is not in force yet;
    - `refused`: it gave `new_token` and then refused it.
    """

    phase: Literal["asked", "answered", "refused"]
    started_at: datetime
    new_token: SecretStr | None = None


_KeptFile = TypeVar("_KeptFile", bound=_Kept)


def fingerprint(token: SecretStr) -> str:
    """Tells keys apart without showing them."""
    return hashlib.sha256(token.get_secret_value().encode()).hexdigest()[:12]


def beside(file: Path, suffix: str) -> Path:
    """One of the files beside the key in `file`."""
    return file.with_name(f"{file.name}.{suffix}")


def read_rotation(file: Path) -> Rotation | None:
    """The last rotation of the key in `file`, or None. Raises UserError when what is kept cannot be read."""
    return _read(beside(file, "rotation"), Rotation)


def read_pending(file: Path) -> Pending | None:
    """The rotation of the key in `file` that is under way, or None. Raises UserError as `read_rotation` does."""
    return _read(beside(file, "pending"), Pending)


def write_rotation(file: Path, rotation: Rotation) -> None:
    """Keep when the key in `file` was rotated."""
    write_secretly(beside(file, "rotation"), rotation.model_dump_json(indent=2))


def write_pending(file: Path, pending: Pending) -> None:
    """Keep how far a rotation is; what is pending survives a crash."""
    write_secretly(beside(file, "pending"), pending.model_dump_json(indent=2))


def remove(file: Path) -> None:
    """Remove a file durably, where it is there."""
    file.unlink(missing_ok=True)
    sync_folder(file.parent)


def sweep(file: Path) -> None:
    """Remove what a crash left half written beside the key in `file`; only for who holds the rotation's lock."""
    for left in file.parent.glob(f".{file.name}*.next"):
        left.unlink(missing_ok=True)


def forget_closed_key(file: Path, now: datetime) -> bool:
    """Remove the key before the last rotation from disk once its window is closed; returns whether it was."""
    rotation = read_rotation(file)
    if rotation is None or rotation.previous is None or now < rotation.previous.valid_to:
        return False
    write_rotation(file, rotation.model_copy(update={"previous": None}))
    return True


def write_secretly(file: Path, content: str) -> None:
    """Replace a file in one step, durably and readable by this user only; its folder is made the same way."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    next_file = file.with_name(f".{file.name}.{os.getpid()}.next")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(next_file, flags, 0o600), "w", encoding="utf-8") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(next_file, file)
    finally:
        next_file.unlink(missing_ok=True)
    sync_folder(file.parent)


def _read(file: Path, model: type[_KeptFile]) -> _KeptFile | None:
    try:
        return model.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        # The error would quote the content.
        raise UserError(f"{file} cannot be read; restore it from a backup, or remove it") from None
