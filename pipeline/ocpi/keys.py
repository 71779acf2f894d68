"""The keys (OCPI: credentials tokens) that we call one partner with; their values are shown nowhere."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from pipeline.connection_models import Connection, Credential
from pipeline.ocpi.key_files import read_pending, read_rotation
from pipeline.settings import Paths, UserError

Encoding = Literal["raw", "base64"]
_FIRST = datetime.min.replace(tzinfo=UTC)


class Header(str):
    """A header value that does not show itself in a repr, such as that of a request in a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'**********'"


@dataclass(frozen=True)
class Key:
    """One key: `issued_at` is when it came into force as far as known, `file` where it is kept (None: environment)."""

    name: str
    token: SecretStr
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    issued_at: datetime | None = None
    file: Path | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether `now` lies in [valid_from, valid_to)."""
        return (self.valid_from is None or self.valid_from <= now) and (self.valid_to is None or now < self.valid_to)

    def header(self, encoding: Encoding) -> Header:
        """The value of `Authorization` (OCPI 2.3.0 transport_and_format, Authorization header; raw as in 2.1.1)."""
        return Header(f"Token {self._written(encoding)}")

    def _written(self, encoding: Encoding) -> str:
        token = self.token.get_secret_value()
        return token if encoding == "raw" else base64.b64encode(token.encode()).decode()

    def blot(self, text: str) -> str:
        """`text` without this key, however it was written."""
        for encoding in ("base64", "raw"):
            text = text.replace(self._written(encoding), "**********")
        return text

    def blot_bytes(self, content: bytes) -> bytes:
        """`content` without this key, however it was written."""
        for encoding in ("base64", "raw"):
            content = content.replace(self._written(encoding).encode(), b"**********")
        return content


def keys_of(
    connection: Connection, partner: str, paths: Paths, now: datetime, environ: Mapping[str, str] = os.environ
) -> list[Key]:
    """Keys valid at `now`, the newest first; a key that was replaced by a rotation counts until its window closes.

    Raises UserError when none is valid, or a valid one is not where it should be.
    """
    keys = [
        (key.valid_from or _FIRST, position, age, key)
        for position, credential in enumerate(connection.credentials)
        for age, key in enumerate(_keys_of(credential, partner, paths, now, environ))
    ]
    if not keys:
        raise UserError(f"no credential of {partner} is valid at {now:%Y-%m-%d %H:%M} UTC; see valid_from and valid_to")
    return [key for *_, key in sorted(keys, key=lambda entry: entry[:3], reverse=True)]


def _keys_of(
    credential: Credential, partner: str, paths: Paths, now: datetime, environ: Mapping[str, str]
) -> list[Key]:
    window = Key(credential.name, SecretStr(""), credential.valid_from, credential.valid_to)
    if not window.is_valid(now):
        return []
    if credential.token_env:
        token = environ.get(credential.token_env, "").strip()
        if not token:
            raise UserError(f"the key {credential.name} of {partner} is missing: set {credential.token_env}")
        where = f"the environment variable {credential.token_env}"
        return [
            Key(
                credential.name,
                checked(token, where),
                credential.valid_from,
                credential.valid_to,
                issued_at=credential.valid_from,
            )
        ]
    return _keys_in(paths.data / (credential.token_file or ""), credential, partner, now)


def _keys_in(file: Path, credential: Credential, partner: str, now: datetime) -> list[Key]:
    """The key in a file and, around a rotation, the one before and the one to come; from the oldest to the newest."""
    name, token = credential.name, read_token(file, f"the key {credential.name} of {partner}")
    rotation, pending = read_rotation(file), read_pending(file)
    is_rotated = rotation is not None and rotation.is_of(token)
    issued_at = rotation.issued_at if rotation and is_rotated else credential.valid_from
    if issued_at is None:
        issued_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    current = Key(name, token, credential.valid_from, credential.valid_to, issued_at, file)
    keys = [current]
    previous = rotation.previous if rotation and is_rotated else None
    if previous and now < previous.valid_to and previous.token != token:
        keys.insert(0, Key(f"{name} (before)", previous.token, credential.valid_from, previous.valid_to, None, file))
    if pending and pending.phase == "answered" and pending.new_token and pending.new_token != token:
        # A rotation broke off after the partner gave a new key: very likely it is the only one that it takes now.
        keys.append(replace(current, name=f"{name} (new)", token=pending.new_token, issued_at=pending.started_at))
    return keys


def read_token(file: Path, what: str) -> SecretStr:
    """Read a key from its file. Raises UserError when it is not there or no key."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{what} is missing: {file} does not exist") from None
    except (OSError, UnicodeDecodeError):
        raise UserError(f"{what} cannot be read from {file}") from None
    return checked(text.strip(), str(file))


def checked(token: str, where: str) -> SecretStr:
    """A key as OCPI wants it: printable ASCII without spaces (2.3.0 credentials, Credentials object)."""
    if not token or any(not "!" <= character <= "~" for character in token):
        raise UserError(f"{where} holds no key: a key is one word of printable ASCII characters")
    return SecretStr(token)
