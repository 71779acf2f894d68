"""A new key for a partner: agreed by a credentials PUT, tried, then put into force in one step that survives a crash.

OCPI 2.3.0 credentials, Updating the credentials and resetting the credentials token.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from pipeline.ocpi import key_files
from pipeline.ocpi.answer import read_answer
from pipeline.ocpi.caller import Call
from pipeline.ocpi.client import Client, PullFault
from pipeline.ocpi.credentials_object import Json, new_token, our_object, shown, token_of
from pipeline.ocpi.key_files import Pending, PreviousKey, Rotation, beside
from pipeline.ocpi.keys import Key
from pipeline.partner_models import OurParty
from pipeline.settings import Paths, UserError

GRACE = timedelta(hours=24)


@dataclass(frozen=True)
class Rotated:
    """A rotation that is done ; of a dry run what would be sent where (`request`, without the key).

    `is_tried` is false where the partner could not be reached with the new key, though it did not refuse it either.
    """

    partner: str
    credential: str
    issued_at: datetime
    previous_valid_to: datetime | None
    is_tried: bool
    was_resumed: bool
    partner_key_file: Path
    credentials_url: str | None = None
    request: Json | None = None


class RotationFailed(Exception):
    """The old key stays in force; the message says why and what to do. It holds no key."""


class Rotating:
    """The rotation of one partner's key, one process at a time. A second call goes on where a crash broke one off."""

    def __init__(
        self, client: Client, our_parties: Sequence[OurParty], paths: Paths, *, now: datetime, grace: timedelta = GRACE
    ) -> None:
        self._client = client
        self._name = client.partner.partner
        self._our_parties = our_parties
        self._paths = paths
        self._now = now
        self._grace = grace
        self._correlation_id = str(uuid.uuid4())

    def run(self, *, is_dry: bool = False) -> Rotated:
        """Rotate the newest valid key.

        Raises RotationFailed, or UserError where the key is not ours to change.
        """
        current = self._current()
        file = _rotatable(current, self._name)
        if is_dry:
            return self._would_ask(current, file)
        with _only_one(self._paths, self._name):
            key_files.sweep(file)
            key_files.forget_closed_key(file, self._now)
            pending = key_files.read_pending(file)
            if pending and pending.new_token:
                resumed = self._resume(current, file, pending.new_token)
                if resumed:
                    return resumed
            elif pending:
                self._examine(current, file, "an earlier rotation broke off before its answer came")
            token = self._ask(current, file)
            return self._put_into_force(current, file, token, was_resumed=False)

    # --- the steps ---

    def _current(self) -> Key:
        """The key in force: the newest valid one as its file has it, without what a rotation keeps beside it."""
        names = [credential.name for credential in self._client.connection.credentials]
        return next(key for key in self._client.valid_keys() if key.name in names)

    def _resume(self, current: Key, file: Path, token: SecretStr) -> Rotated | None:
        """Go on with a new key that an earlier call was given; None when the partner refuses it and takes the old."""
        if token == current.token:
            rotation = key_files.read_rotation(file)
            valid_to = rotation.previous.valid_to if rotation and rotation.previous else None
            self._finish(file)
            return self._rotated(current, file, valid_to, is_tried=True, was_resumed=True)
        try:
            return self._put_into_force(current, file, token, was_resumed=True)
        except RotationFailed:
            self._examine(current, file, "the new key of an earlier rotation is refused")
            return None

    def _ask(self, current: Key, file: Path) -> SecretStr:
        """GET, then PUT; the new key is on disk when this returns."""
        url, content = self._request(current)
        key_files.write_pending(file, Pending(phase="asked", started_at=self._now))
        # The partner calls us back with this key before it answers (credentials, PUT method): whoever serves our
        # versions has to know it by now.
        key_files.write_secretly(beside(file, "of-partner.next"), content["token"] + "\n")
        try:
            answered = self._send("PUT", url, [current], content)
        except PullFault as fault:
            why = self._told(fault, content)
            is_open = fault.kind in ("timeout", "connection", "truncated")
            self._examine(current, file, f"the partner did not change the key ({why})", is_open=is_open)
            if is_open:
                # It may still be at it, and then call us with the key that lies beside ours.
                raise RotationFailed(
                    f"nobody knows yet whether the partner changes the key ({why}); the old one still counts now."
                    " Rotate again in some minutes"
                ) from None
            raise RotationFailed(f"the partner did not change the key ({why}); the old one still counts") from None
        token = token_of(answered)
        if token is None or token == current.token:
            why = "the partner's answer holds no new key"
            self._examine(current, file, why)
            raise RotationFailed(f"{why}; the old one still counts")
        key_files.write_pending(file, Pending(phase="answered", started_at=self._now, new_token=token))
        return token

    def _put_into_force(self, current: Key, file: Path, token: SecretStr, *, was_resumed: bool) -> Rotated:
        """Try the new key, then switch. Each step may be the last one before a crash."""
        new = replace(current, token=token, issued_at=self._now)
        is_tried = True
        try:
            self._send("GET", self._client.connection.versions_url, [new])
        except PullFault as fault:
            is_tried = False
            if _is_refusal(fault):
                started = key_files.read_pending(file)
                at = started.started_at if started else self._now
                key_files.write_pending(file, Pending(phase="refused", started_at=at, new_token=token))
                raise RotationFailed(
                    "the partner gave a new key and refuses it; the old one stays in force. Rotate again: the new key"
                    " is tried once more, and another one asked for where it is still refused"
                ) from None
        valid_to = self._now + self._grace
        previous = PreviousKey(token=current.token, valid_to=valid_to)
        fingerprint = key_files.fingerprint(token)
        key_files.write_rotation(file, Rotation(issued_at=self._now, fingerprint=fingerprint, previous=previous))
        key_files.write_secretly(file, token.get_secret_value() + "\n")
        self._finish(file)
        return self._rotated(new, file, valid_to, is_tried=is_tried, was_resumed=was_resumed)

    def _finish(self, file: Path) -> None:
        agreed = beside(file, "of-partner.next")
        if agreed.exists():
            os.replace(agreed, beside(file, "of-partner"))
        key_files.remove(beside(file, "pending"))

    def _forget(self, file: Path) -> None:
        key_files.remove(beside(file, "of-partner.next"))
        key_files.remove(beside(file, "pending"))

    def _examine(self, current: Key, file: Path, why: str, *, is_open: bool = False) -> None:
        """Nobody knows whether the partner has changed the key: ask with the old one. Returns when it still counts.

        What was sent is forgotten then, unless the partner may still answer it (`is_open`).
        """
        try:
            self._send("GET", self._client.connection.versions_url, [current])
        except PullFault as fault:
            if not _is_refusal(fault):
                raise RotationFailed(
                    f"{why}, and the partner cannot be asked now ({fault.message}); rotate again when it can be reached"
                ) from None
            raise RotationFailed(
                f"{why}, and the old key is refused: ask the partner for a new key, write it into {file} and remove"
                f" {beside(file, 'pending')}"
            ) from None
        if not is_open:
            self._forget(file)

    # --- requests ---

    def _request(self, current: Key) -> tuple[str, Json]:
        """The URL of the module credentials and what to send there."""
        try:
            found = self._client.discover()
            url = found.credentials_url
            if url is None:
                raise RotationFailed(f"OCPI {found.version} of the partner offers no credentials module")
            kept = self._send("GET", url, [current])
        except PullFault as fault:
            raise RotationFailed(f"the current credentials cannot be read: {fault.message}; nothing changed") from None
        connection = self._client.connection
        return url, our_object(new_token(), kept, self._our_parties, found.version, connection.our_versions_url)

    def _would_ask(self, current: Key, file: Path) -> Rotated:
        url, content = self._request(current)
        done = self._rotated(current, file, self._now + self._grace, is_tried=False, was_resumed=False)
        return replace(done, credentials_url=url, request=shown(content))

    def _send(self, method: str, url: str, keys: list[Key], content: Json | None = None) -> Any:
        call = Call(
            url,
            "credentials",
            self._correlation_id,
            read_answer,
            method=method,
            body=json.dumps(content).encode() if content else None,
        )
        # A PUT makes a new key each time it arrives: it is sent once.
        return self._client.send(call, keys=keys, max_attempts=None if method == "GET" else 1).data

    def _told(self, fault: PullFault, content: Json) -> str:
        return fault.message.replace(content["token"], "**********")

    def _rotated(
        self, key: Key, file: Path, valid_to: datetime | None, *, is_tried: bool, was_resumed: bool
    ) -> Rotated:
        return Rotated(
            partner=self._name,
            credential=key.name,
            issued_at=key.issued_at or self._now,
            previous_valid_to=valid_to,
            is_tried=is_tried,
            was_resumed=was_resumed,
            partner_key_file=beside(file, "of-partner"),
        )


def _rotatable(key: Key, partner: str) -> Path:
    """The file of a key that we may replace. Raises UserError where it is not ours to replace."""
    if key.file is None:
        raise UserError(
            f"the key {key.name} of {partner} comes from an environment variable, which only you can change: write it"
            f" into a file, name that as token_file (such as secrets/{partner}/key), and rotate again"
        )
    if key.valid_to is not None:
        raise UserError(f"the key {key.name} of {partner} has a valid_to, which would end the new key too; remove it")
    if key.file.is_symlink() or not os.access(key.file.parent, os.W_OK):
        raise UserError(f"{key.file} is mounted or may not be written; keep the key in a file that we may replace")
    return key.file


def _is_refusal(fault: PullFault) -> bool:
    """Whether the partner was reached and does not take the key; not all say so with 401."""
    return fault.kind == "unauthorised" or fault.http_status == 403 or (fault.ocpi_status or 0) // 1000 == 2


@contextmanager
def _only_one(paths: Paths, partner: str) -> Generator[None]:
    paths.connections.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (paths.connections / f"{partner}.rotating").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"another process is rotating the key of {partner}") from None
        yield
