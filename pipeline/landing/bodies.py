"""Bodies on their way into landing: decompressed, hashed, cut into pages and made durable as zstd files."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import zstandard

_CHUNK = 1 << 20
# NDJSON has no pages of its own; a larger page only costs memory when it is loaded.
NDJSON_PAGE_BYTES = 64 << 20
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class StagedPage:
    """One page written beside landing, not yet landed: its file and the facts of the uncompressed body."""

    path: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class StagedFile:
    """One received file as pages; `looks_like_json` judges by the first character only."""

    pages: list[StagedPage]
    looks_like_json: bool


def stage_file(source: Path, folder: Path) -> StagedFile:
    """Copy one file into `folder` as zstd pages, whatever it holds.

    gzip and zstd are known by their first bytes, not by name. A body that does not decompress is kept as it came.
    NDJSON above 64 MiB is cut at line ends; everything else is one page.
    """
    with source.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        try:
            return _stage(_decompressed(file, magic), folder)
        except (gzip.BadGzipFile, EOFError, zlib.error, zstandard.ZstdError):
            file.seek(0)
            return _stage(file, folder)


def _decompressed(file: IO[bytes], magic: bytes) -> IO[bytes]:
    if magic.startswith(_GZIP):
        return cast(IO[bytes], gzip.open(file))
    if magic == _ZSTD:
        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=False)
    return file


def _stage(stream: IO[bytes], folder: Path) -> StagedFile:
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[StagedPage] = []
    writer = _PageWriter(folder)
    try:
        head = _read_full(stream)
        is_ndjson = _is_ndjson(head)
        for chunk in _chunks(head, stream):
            cut = chunk.rfind(b"\n") + 1 if is_ndjson and writer.size >= NDJSON_PAGE_BYTES else 0
            if cut:
                writer.write(chunk[:cut])
                pages.append(writer.finish())
                writer = _PageWriter(folder)
            writer.write(chunk[cut:])
        if writer.size or not pages:
            pages.append(writer.finish())
        else:
            writer.abandon()
    except BaseException:
        writer.abandon()
        for page in pages:
            page.path.unlink(missing_ok=True)
        raise
    return StagedFile(pages, looks_like_json=head.removeprefix(_BOM).lstrip()[:1] in (b"{", b"["))


def _read_full(stream: IO[bytes]) -> bytes:
    """One chunk, filled: a decompressor may return less than asked for."""
    parts, size = [], 0
    while size < _CHUNK and (part := stream.read(_CHUNK - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _chunks(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    chunk = head
    while chunk:
        yield chunk
        chunk = _read_full(stream)


def _is_ndjson(head: bytes) -> bool:
    """The first line is a whole JSON object and something follows it."""
    first, _, rest = head.removeprefix(_BOM).lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


class _PageWriter:
    """One page being written: compressed to disk, hashed as it goes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{uuid.uuid4().hex}.zst"
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = self.path.open("wb")
        self._stream = zstandard.ZstdCompressor(level=3).stream_writer(self._file, closefd=False)

    def write(self, data: bytes) -> None:
        self.size += len(data)
        self._hash.update(data)
        self._stream.write(data)

    def finish(self) -> StagedPage:
        self._stream.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return StagedPage(self.path, self._hash.hexdigest(), self.size)

    def abandon(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


def read_head(path: Path) -> bytes:
    """The first uncompressed bytes of a landed page; none where it is damaged."""
    with path.open("rb") as file:
        try:
            return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, read_size=1024).read(256)
        except zstandard.ZstdError:
            return b""


def read_body(path: Path) -> bytes:
    """The uncompressed bytes of a landed page."""
    with path.open("rb") as file:
        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
