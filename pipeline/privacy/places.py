"""Every file below the data folder that holds what partners sent: landed bodies, failed bodies, copies in the inbox."""

from __future__ import annotations

import gzip
import hashlib
import os
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import zstandard

from pipeline.landing.inbox import DONE
from pipeline.landing.manifest import Manifest, sync_folder
from pipeline.landing.sidecar import SIDECAR
from pipeline.settings import Paths

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"

Kind = Literal["landed", "failed", "inbox"]


@dataclass(frozen=True)
class Place:
    """One file with a body; `landing_seq` is that of a landed page, `is_tokens` says that its module is tokens."""

    kind: Kind
    path: Path
    is_tokens: bool
    landing_seq: int | None = None

    def read(self) -> bytes:
        """The uncompressed body; a file that does not decompress is read as it is."""
        raw = self.path.read_bytes()
        try:
            if raw.startswith(_ZSTD):
                return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True).read()
            if raw.startswith(_GZIP):
                return gzip.decompress(raw)
        except (zstandard.ZstdError, gzip.BadGzipFile, EOFError, zlib.error):
            pass
        return raw

    def write(self, paths: Paths, body: bytes) -> None:
        """Put another body in its place in one step, compressed as it was and with the same rights."""
        with self.path.open("rb") as file:
            magic = file.read(4)
        if magic == _ZSTD:
            data = zstandard.ZstdCompressor(level=3).compress(body)
        elif magic.startswith(_GZIP):
            data = gzip.compress(body, mtime=0)
        else:
            data = body
        replace_file(paths, self.path, data)


def replace_file(paths: Paths, path: Path, data: bytes) -> None:
    """Write `data` to the name of an existing file durably; a reader sees the old file or the new one."""
    incoming = paths.landing / ".incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    beside = incoming / f"{uuid.uuid4().hex}.erase"
    before = path.stat()
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(before.st_mode & 0o777)
        # When it came is what retention counts from.
        os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sha256(body: bytes) -> str:
    """The hash by which manifest and audit log name a body."""
    return hashlib.sha256(body).hexdigest()


def bodies(paths: Paths, *, after: int = 0) -> Iterator[Place]:
    """Landed pages numbered above `after`, in order; with `after` 0 failed bodies and copies in the inbox, too."""
    for page in Manifest(paths.landing).pages():
        if page.landing_seq > after and (paths.landing / page.body).exists():
            yield Place("landed", paths.landing / page.body, page.module == "tokens", page.landing_seq)
    if after:
        return
    for kind, folder in (("failed", paths.failed_bodies), ("inbox", paths.inbox / DONE)):
        for path in sorted(folder.rglob("*")) if folder.exists() else []:
            if path.is_file() and path.name != SIDECAR:
                way = path.relative_to(folder).as_posix()
                yield Place("failed" if kind == "failed" else "inbox", path, "-tokens-" in f"-{way}")
