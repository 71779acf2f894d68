"""The landing manifest: one line a landed page, only ever appended, and the lock that guards it."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Container, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.audit import record
from pipeline.audit.acts import landed
from pipeline.settings import Paths, UserError

UNIDENTIFIED = "unidentified"


class LandedPage(BaseModel):
    """One page: who sent what, when, and where its body lies.

    `landing_seq` counts pages in order of receipt and is never reused; `body` is relative to the landing folder;
    `sha256` and `size_bytes` are those of the uncompressed body. `identified_by` says where partner, module and
    version came from. A page pulled over HTTP also tells its address, where its pull goes on (`next_url`, None after
    the last page) and what `last_updated` window [from, to) was asked for.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    landing_seq: int
    pull_id: str
    page_no: int
    partner: str
    module: str
    ocpi_version: str | None
    source_name: str
    transport: Literal["file", "http"]
    is_full_pull: bool
    received_at: datetime
    sha256: str
    size_bytes: int
    declared_total_count: int | None
    body: str
    identified_by: dict[str, str]
    url: str | None = None
    next_url: str | None = None
    window_from: datetime | None = None
    window_to: datetime | None = None


class Manifest:
    """`landing/manifest.ndjson`."""

    def __init__(self, landing: Path) -> None:
        self.path = landing / "manifest.ndjson"
        self._lock_path = landing / ".lock"

    @contextmanager
    def locked(self) -> Generator[None]:
        """Hold the landing lock: one process at a time numbers and appends pages."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def pages(self) -> list[LandedPage]:
        """Every landed page in order of receipt; raises as `lines` does."""
        return [page for _, page in self.lines()]

    def pages_without(self, known: Container[int]) -> list[LandedPage]:
        """Every landed page whose number is not among `known`, in order of receipt; the others are passed over unread.

        Raises as `lines` does.
        """
        return [page for _, page in self.lines(lambda line: not _is_among(line, known))]

    def pages_of(self, pull_id: str) -> list[LandedPage]:
        """The pages of one pull, in order of receipt; raises as `lines` does."""
        named = pull_id.encode()
        return [page for _, page in self.lines(lambda line: named in line) if page.pull_id == pull_id]

    def lines(self, wanted: Callable[[bytes], bool] = lambda _: True) -> Iterator[tuple[bytes, LandedPage]]:
        """Each wanted line as it stands, without its line end, and the page it names; one line in memory.

        A last line without its line end was cut by a crash before it counted, and is left out.
        Raises UserError when an earlier line cannot be read, since then the history is damaged.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                if not wanted(line):
                    continue
                try:
                    yield line[:-1], LandedPage.model_validate_json(line)
                except ValueError as error:
                    raise UserError(
                        f"{self.path}, line {number} is damaged: restore the file from a backup, it is never edited"
                    ) from error

    def last_seq(self) -> int:
        """The number of the last landed page, 0 when there is none; read from the end, however long the manifest."""
        line = last_whole_line(self.path)
        return LandedPage.model_validate_json(line).landing_seq if line else 0

    def append(self, pages: Sequence[LandedPage]) -> None:
        """Append pages durably and record them; call it under the lock and only when the bodies are durable."""
        # What a file has nothing to say about is left out.
        text = b"".join(page.model_dump_json(exclude_defaults=True).encode() + b"\n" for page in pages)
        append_lines(self.path, text)
        record(Paths(self.path.parent.parent), landed(pages, text))


_SEQ = re.compile(rb'\{"landing_seq":(\d+),')


def _is_among(line: bytes, known: Container[int]) -> bool:
    seq = _SEQ.match(line)
    return seq is not None and int(seq[1]) in known


def append_lines(path: Path, text: bytes) -> None:
    """Append whole lines durably; half a line that a crash left at the end is cut off first."""
    is_new = not path.exists()
    with path.open("ab") as file:
        size = file.tell()
        whole = _length_of_whole_lines(path, size)
        if whole != size:
            os.ftruncate(file.fileno(), whole)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_folder(path.parent)


def last_whole_line(path: Path) -> bytes | None:
    """The last line that has its line end, without it; None when there is none."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        end = _length_of_whole_lines(path, file.seek(0, os.SEEK_END))
        if end == 0:
            return None
        block = 1 << 14
        while True:
            start = max(0, end - block)
            file.seek(start)
            lines = file.read(end - start).splitlines()
            if start == 0 or len(lines) > 1:
                return lines[-1]
            block *= 2


def sync_folder(folder: Path) -> None:
    """Make renames and new names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _length_of_whole_lines(path: Path, size: int) -> int:
    with path.open("rb") as file:
        end = size
        while end > 0:
            start = max(0, end - 65536)
            file.seek(start)
            position = file.read(end - start).rfind(b"\n")
            if position >= 0:
                return start + position + 1
            end = start
    return 0
