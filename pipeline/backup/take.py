"""Takes a backup: checks what is there, copies it as of one moment, reads it back, and only then lets it count."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import START, Head, sync_folder
from pipeline.audit.checking import verify as verify_chain
from pipeline.audit.erasures import BODY, replaced, replaced_lines
from pipeline.audit.verify import body_sha256
from pipeline.audit.verify import verify as verify_history
from pipeline.backup.source import Moment, failed_bodies, is_erasing, moment, other_files
from pipeline.backup.target import Description, ListedFile, Target, copy_durably, file_sha256
from pipeline.settings import Paths, UserError

Follow = Callable[[str, int, int | None], None]

# How often copying begins again because an erasure came between.
_ATTEMPTS = 3
_NOT_BELOW = ("landing", "ledger", "closed", "inbox", "connections", "warehouse", "published", "secrets")


@dataclass(frozen=True)
class Backup:
    """What was backed up; `written` counts the bodies that were copied now, `kept` those that lay there already."""

    backup_id: str
    folder: Path
    file_count: int
    size_bytes: int
    page_count: int
    written: int
    kept: int
    heads: dict[str, Head]


class _Page(msgspec.Struct):
    landing_seq: int
    sha256: str
    body: str


_PAGES = msgspec.json.Decoder(_Page)


def take_backup(paths: Paths, folder: Path, *, follow: Follow = lambda step, done, total: None) -> Backup:
    """Back up into `folder`, beside a run or pull that may be at work; until it is whole, an earlier backup counts.

    Raises UserError when there is nothing to back up, ledger, audit log or landing were altered (also: when they do not
    go on from the backup that lies there), an erasure is under way, or the folder cannot be used.
    """
    target = Target(folder)
    if any(folder.is_relative_to(paths.data / name) for name in _NOT_BELOW):
        raise UserError(f"{folder} lies in the data directory's own folders; name another one, best on another disk")
    if not (paths.landing.is_dir() or paths.ledger.is_dir()):
        raise UserError(f"{paths.data} has neither landing nor ledger: there is nothing to back up")
    if is_erasing(paths):
        raise UserError("An erasure is under way or was broken off: finish it, then take the backup")
    with target.locked():
        before = target.description()
        _refuse_altered(paths, [folder] if before else [], follow)
        try:
            backup, entry = _take(paths, target, before, follow)
        except OSError as error:
            where = error.filename or folder
            raise UserError(
                f"The backup was not finished, an earlier one still counts: {where}: {error.strerror or error}"
            ) from error
        record(paths, [entry])
    return backup


def _take(paths: Paths, target: Target, before: Description | None, follow: Follow) -> tuple[Backup, NewEntry]:
    for _ in range(_ATTEMPTS):
        taken_at = datetime.now(UTC)
        copying = _Copying(paths, target, before, f"{taken_at:%Y%m%dT%H%M%S}Z-{uuid.uuid4().hex[:8]}", follow)
        try:
            with moment(paths) as now:
                try:
                    description = copying.copy(now, taken_at)
                except (UserError, FileNotFoundError):
                    if not now.was_rewritten_since():
                        raise
                    continue
                if now.was_rewritten_since():
                    continue
        finally:
            copying.clean_up()
        sha256 = target.commit(description)
        target.forget_others(description)
        backup = Backup(
            backup_id=description.backup_id,
            folder=target.folder,
            file_count=description.file_count,
            size_bytes=description.size_bytes,
            page_count=description.page_count,
            written=copying.written,
            kept=copying.kept,
            heads=description.chains,
        )
        return backup, _entry(description, copying, sha256)
    raise UserError("Erasures keep changing landing while it is copied; take the backup when they are done")


def _refuse_altered(paths: Paths, anchors: list[Path], follow: Follow) -> None:
    found = verify_history(paths, anchors=anchors, follow=follow)
    if found.is_whole:
        return
    raise UserError(
        f"Nothing was backed up, because {len(found.problems)} things are not what was recorded, the first of them: "
        f"{found.problems[0]}. `roamledger audit verify` names all. Restore from an earlier backup; to keep this state "
        "beside it, copy the data directory elsewhere."
    )


class _Copying:
    """One attempt; what it wrote goes again unless it is committed."""

    def __init__(
        self, paths: Paths, target: Target, before: Description | None, backup_id: str, follow: Follow
    ) -> None:
        self.written = self.kept = self.page_count = 0
        self._paths = paths
        self._target = target
        self._before = before
        self._id = backup_id
        self._generation = target.generation(backup_id)
        self._incoming = self._generation / ".incoming"
        self._follow = follow
        self._folders: set[Path] = set()
        self._is_whole = False

    def copy(self, now: Moment, taken_at: datetime) -> Description:
        """Copy everything of the moment and check it; nothing counts yet."""
        self._incoming.mkdir(parents=True, mode=0o700)
        for growing in now.growing:
            copy = self._named(growing.path)
            growing.copy_to(copy)
        copied = Paths(self._generation)
        heads = {
            "ledger": self._head(copied.ledger / "events.ndjson"),
            "audit": self._head(copied.ledger / "audit.ndjson"),
        }
        list_sha256, count, size = self._target.write_list(self._id, self._files(now, copied))
        shutil.rmtree(self._incoming)
        for folder in (*self._folders, self._generation, self._target.folder):
            sync_folder(folder)
        self._is_whole = True
        return Description(
            backup_id=self._id,
            taken_at=taken_at.isoformat().replace("+00:00", "Z"),
            chains=heads,
            file_count=count,
            size_bytes=size,
            page_count=self.page_count,
            list_sha256=list_sha256,
        )

    def clean_up(self) -> None:
        """Remove what was left by an attempt that did not come to its end."""
        if not self._is_whole:
            shutil.rmtree(self._generation, ignore_errors=True)

    def _head(self, chain: Path) -> Head:
        copied = Paths(self._generation)
        return verify_chain(chain, lambda: replaced_lines(copied, chain.name)) if chain.exists() else START

    def _files(self, now: Moment, copied: Paths) -> Iterator[ListedFile]:
        for growing in now.growing:
            copy = self._named(growing.path)
            yield ListedFile(self._name(growing.path), file_sha256(copy), copy.stat().st_size)
        for path in other_files(self._paths):
            yield self._copied(path)
        known = self._known()
        for path in failed_bodies(self._paths):
            yield self._body(path, known.get(self._name(path)), None, is_replaced=False)
        erased = replaced(copied).get(BODY, {})
        for page in _pages(copied.landing / "manifest.ndjson"):
            path = self._paths.landing / page.body
            steps = erased.get(page.landing_seq)
            sha256 = steps[-1][1] if steps else page.sha256
            yield self._body(path, known.get(self._name(path)), sha256, is_replaced=bool(steps))
            self.page_count += 1
            self._follow("copy landing", self.page_count, None)

    def _known(self) -> dict[str, ListedFile]:
        """The bodies of the backup before this, by their path."""
        if not self._before:
            return {}
        return {file.path: file for file in self._target.files(self._before) if file.is_body}

    def _copied(self, path: Path) -> ListedFile:
        """A file that is not a body, as it is now, read back."""
        copy = self._named(path)
        with path.open("rb") as source:
            sha256, size = copy_durably(source, copy, mode=0o600)
        _refuse_unlike(copy, sha256)
        return ListedFile(self._name(path), sha256, size)

    def _body(
        self, path: Path, known: ListedFile | None, content_sha256: str | None, *, is_replaced: bool
    ) -> ListedFile:
        """A body that lies there already, or else its copy, read back.

        One that an erasure replaced keeps its time and may keep its size: it is known again by its content alone.
        `content_sha256` is that of the uncompressed body: what was not landed so is never put in a good copy's place.
        """
        state = path.stat()
        if known and (known.size_bytes, known.mtime_ns) == (state.st_size, state.st_mtime_ns):
            lying = self._target.body(known.sha256)
            is_same = lying.exists() and file_sha256(lying) == known.sha256
            if is_same and (not is_replaced or body_sha256(lying) == content_sha256):
                self.kept += 1
                return known
        copy = self._incoming / "body"
        with path.open("rb") as source:
            sha256, size = copy_durably(source, copy, mode=0o400)
        _refuse_unlike(copy, sha256)
        if content_sha256 and body_sha256(copy) != content_sha256:
            raise UserError(
                f"{path} is not the body that was landed, so nothing was backed up. "
                "`roamledger audit verify --bodies` names all such; restore them from an earlier backup."
            )
        body = self._target.body(sha256)
        body.parent.mkdir(parents=True, exist_ok=True)
        os.replace(copy, body)
        self._folders.update({body.parent, body.parent.parent})
        self.written += 1
        return ListedFile(self._name(path), sha256, size, state.st_mtime_ns)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._paths.data).as_posix()

    def _named(self, path: Path) -> Path:
        """Where the copy of a file that is not a body lies."""
        copy = self._generation / self._name(path)
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folders.add(copy.parent)
        return copy


def _pages(manifest: Path) -> Iterator[_Page]:
    if manifest.exists():
        with manifest.open("rb") as lines:
            for line in lines:
                yield _PAGES.decode(line)


def _refuse_unlike(copy: Path, sha256: str) -> None:
    if file_sha256(copy) != sha256:
        raise UserError(f"{copy} does not read back as it was written: the medium of the backup is not sound")


def _entry(description: Description, copying: _Copying, sha256: str) -> NewEntry:
    return NewEntry(
        "backup",
        description.backup_id,
        {
            "files": description.file_count,
            "size_bytes": description.size_bytes,
            "pages": description.page_count,
            "bodies_written": copying.written,
            "bodies_kept": copying.kept,
            **{f"{chain}_position": head.seq for chain, head in description.chains.items()},
        },
        sha256=sha256,
        detail={f"{chain}_hash": head.hash for chain, head in description.chains.items()},
    )
