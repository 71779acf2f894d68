"""Whether a backup is what it was when it was taken: every file by its checksum, both chains line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.audit.anchors import CHAINS
from pipeline.audit.chain import ChainError, torn
from pipeline.audit.checking import Problem
from pipeline.audit.checking import verify as verify_chain
from pipeline.audit.erasures import replaced_lines
from pipeline.backup.target import Description, ListedFile, Target, file_sha256
from pipeline.settings import Paths, UserError

Follow = Callable[[str, int, int | None], None]


@dataclass
class CheckedBackup:
    """What was checked and what is wrong."""

    description: Description
    file_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.problems


def opened(folder: Path) -> tuple[Target, Description]:
    """The backup in a folder. Raises UserError when there is none or it cannot be trusted."""
    target = Target(folder)
    description = target.description()
    if description is None:
        raise UserError(
            f"{folder} holds no backup that was finished; name the folder that `roamledger backup` wrote to"
        )
    return target, description


def verify_backup(folder: Path, *, follow: Follow = lambda step, done, total: None) -> CheckedBackup:
    """Read everything and compare it with its checksum, and the chains with what they were.

    Raises UserError when there is no backup, or what describes it was changed.
    """
    target, description = opened(folder)
    found = CheckedBackup(description)
    for file in target.files(description):
        problem = _wrong_with(target.place(description, file), file)
        if problem:
            found.problems.append(problem)
        found.file_count += 1
        follow("check backup", found.file_count, description.file_count)
    copied = Paths(target.generation(description.backup_id))
    for chain, name in CHAINS.items():
        problem = _wrong_with_chain(copied, copied.ledger / name, description.chains[chain].seq, chain, description)
        if problem:
            found.problems.append(problem)
    return found


def _wrong_with(place: Path, file: ListedFile) -> Problem | None:
    if not place.is_file():
        return Problem(place, None, f"is missing; it is {file.path}")
    if place.stat().st_size != file.size_bytes or file_sha256(place) != file.sha256:
        return Problem(place, None, f"is not what was written: its checksum differs; it is {file.path}")
    return None


def _wrong_with_chain(copied: Paths, chain: Path, seq: int, name: str, description: Description) -> Problem | None:
    if not chain.exists() and not seq:
        return None
    try:
        head = verify_chain(chain, lambda: replaced_lines(copied, chain.name))
    except ChainError as error:
        return Problem(chain, None, str(error))
    if head != description.chains[name] or torn(chain):
        return Problem(chain, None, f"does not end where the backup says: at line {seq}")
    return None
