"""A backup's folder: bodies by their checksum, everything else by its name, and one file that says what counts.

```
TARGET/backup.json              the backup that counts; swapped in last
TARGET/<backup_id>/files.ndjson one line a file: path below the data directory, sha256, size
TARGET/<backup_id>/<path>       what may change from one backup to the next, as it was
TARGET/bodies/<sh>/<sha256>     landed bodies, kept from one backup to the next
```
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import msgspec

from pipeline.audit.chain import Head, canonical, content_hash, sync_folder
from pipeline.settings import UserError

FORMAT = 1
DESCRIPTION = "backup.json"
LIST = "files.ndjson"
BODIES = "bodies"
_LOCK = ".roamledger-backup"
# Nothing else is ever removed from a folder somebody named.
_BACKUP_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
# Where a file of a backup may go; a top-level file has to be YAML.
_FOLDERS = ("landing", "ledger", "closed")
_BODY_FOLDERS = ("pulls", "failed")


class ListedFile(msgspec.Struct, frozen=True):
    """One file of a backup: its path below the data directory, and what its bytes are.

    `mtime_ns` is that of the original, by which the next backup knows a body again without reading it.
    """

    path: str
    sha256: str
    size_bytes: int
    mtime_ns: int = 0

    @property
    def is_body(self) -> bool:
        """Whether it lies by its checksum: it is only ever replaced by an erasure."""
        parts = PurePosixPath(self.path).parts
        return len(parts) > 2 and parts[0] == "landing" and parts[1] in _BODY_FOLDERS


_LISTED = msgspec.json.Decoder(ListedFile)


@dataclass(frozen=True)
class Description:
    """What `backup.json` says: which backup counts, how far the chains reached in it, and the list of its files."""

    backup_id: str
    taken_at: str
    chains: dict[str, Head]
    file_count: int
    size_bytes: int
    page_count: int
    list_sha256: str

    def as_json(self) -> dict[str, Any]:
        """The content of the file; `hash` covers the rest."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "backup_id": self.backup_id,
            "taken_at": self.taken_at,
            "chains": {name: {"seq": head.seq, "hash": head.hash} for name, head in self.chains.items()},
            "file_count": self.file_count,
            "size_bytes": self.size_bytes,
            "page_count": self.page_count,
            "list_sha256": self.list_sha256,
        }
        return {**content, "hash": content_hash(content)}


@dataclass(frozen=True)
class Target:
    """One folder of a backup."""

    folder: Path

    def description(self) -> Description | None:
        """The backup that counts, None when there is none. Raises UserError when it cannot be read or was changed."""
        file = self.folder / DESCRIPTION
        if not file.exists():
            return None
        try:
            content = json.loads(file.read_bytes())
            if content["hash"] != content_hash(content) or content["format"] != FORMAT:
                raise ValueError
            return Description(
                backup_id=content["backup_id"],
                taken_at=content["taken_at"],
                chains={name: Head(place["seq"], place["hash"]) for name, place in content["chains"].items()},
                file_count=content["file_count"],
                size_bytes=content["size_bytes"],
                page_count=content["page_count"],
                list_sha256=content["list_sha256"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{file} was changed or damaged: this backup cannot be trusted, take another") from error

    def generation(self, backup_id: str) -> Path:
        """The folder of what may change from one backup to the next."""
        return self.folder / backup_id

    def files(self, description: Description) -> Iterator[ListedFile]:
        """Every file of the backup, one at a time. Raises UserError when the list was changed or names odd places."""
        listed = self.generation(description.backup_id) / LIST
        if not listed.exists() or file_sha256(listed) != description.list_sha256:
            raise UserError(f"{listed} is missing or was changed: this backup cannot be trusted, take another")
        with listed.open("rb") as lines:
            for line in lines:
                file = _LISTED.decode(line)
                if not _is_ours(file.path):
                    raise UserError(f"{listed} names {file.path!r}, which is no place of a backup")
                yield file

    def place(self, description: Description, file: ListedFile) -> Path:
        """Where the bytes of a listed file lie."""
        if file.is_body:
            return self.body(file.sha256)
        return self.generation(description.backup_id) / file.path

    def body(self, sha256: str) -> Path:
        """Where a body with this checksum lies."""
        return self.folder / BODIES / sha256[:2] / sha256

    @contextmanager
    def locked(self) -> Generator[None]:
        """Make the folder, for our eyes only, and be alone in it.

        Raises UserError when it holds something else, or another backup is being written to it.
        """
        self._refuse_foreign()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UserError(f"Another backup is being written to {self.folder}; wait until it is done") from error
            yield

    def write_list(self, backup_id: str, files: Iterator[ListedFile]) -> tuple[str, int, int]:
        """Write the list as the files come; returns its checksum, their number and the sum of their sizes."""
        count = size = 0
        listed = self.generation(backup_id) / LIST
        with listed.open("wb") as lines:
            for file in files:
                lines.write(canonical(msgspec.to_builtins(file)) + b"\n")
                count += 1
                size += file.size_bytes
            lines.flush()
            os.fsync(lines.fileno())
        return file_sha256(listed), count, size

    def commit(self, description: Description) -> str:
        """Make this the backup that counts; returns the checksum of what says so."""
        text = json.dumps(description.as_json(), indent=2).encode() + b"\n"
        beside = self.folder / f".{DESCRIPTION}.next"
        with beside.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / DESCRIPTION)
        sync_folder(self.folder)
        return hashlib.sha256(text).hexdigest()

    def forget_others(self, description: Description) -> None:
        """Remove what belongs to no backup any more, such as bodies that an erasure replaced."""
        needed = {bytes.fromhex(file.sha256) for file in self.files(description) if file.is_body}
        for body in (self.folder / BODIES).glob("*/*"):
            if _SHA256.fullmatch(body.name) and bytes.fromhex(body.name) not in needed:
                body.unlink()
        for folder in self.folder.iterdir():
            if _BACKUP_ID.fullmatch(folder.name) and folder.name != description.backup_id:
                shutil.rmtree(folder)

    def _refuse_foreign(self) -> None:
        if self.folder.is_file():
            raise UserError(f"{self.folder} is a file; name a folder for the backup")
        if not self.folder.is_dir():
            return
        names = {item.name for item in self.folder.iterdir()}
        if names and not names & {_LOCK, DESCRIPTION}:
            raise UserError(
                f"{self.folder} holds something that is no backup; name an empty folder or that of a backup"
            )


def file_sha256(file: Path) -> str:
    """sha256 of a file, read in pieces."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def copy_durably(source: BinaryIO, target: Path, *, mode: int) -> tuple[str, int]:
    """Copy what is left of a file; on disk when this returns. Returns sha256 and size of what was read."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    target.chmod(mode)
    return digest.hexdigest(), size


def _is_ours(path: str) -> bool:
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or "\0" in path:
        return False
    return parts[0] in _FOLDERS if len(parts) > 1 else path.endswith(".yml")
