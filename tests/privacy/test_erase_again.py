"""A backup from before an erasure is restored: the log that recorded it is enough to erase again, uid unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.audit.verify import verify
from pipeline.backup.restore import restore_backup
from pipeline.backup.take import take_backup
from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import Manifest
from pipeline.masking import masking_key
from pipeline.privacy.again import erase_again
from pipeline.privacy.erase import erase
from pipeline.settings import Paths, UserError
from tests.privacy.looking import found
from tests.privacy.test_erase import REQUEST, WORDS, person, template

__all__ = ["person", "template"]


def bodies_of(paths: Paths) -> list[bytes]:
    return [read_body(paths.landing / page.body) for page in Manifest(paths.landing).pages()]


@pytest.fixture
def restored(person: Paths, tmp_path: Path) -> tuple[Paths, Path]:
    """The person's data as they were before the erasure, and where what was there after it was moved."""
    take_backup(person, tmp_path / "backup")
    erase(person, REQUEST)
    assert found(person.data, WORDS) == []
    moved_to = restore_backup(tmp_path / "backup", person, replace=True).moved_to
    assert moved_to is not None
    assert found(person.landing, WORDS) != []
    return person, moved_to


def test_the_log_that_recorded_an_erasure_is_enough_to_make_it_again(restored: tuple[Paths, Path]) -> None:
    paths, moved_to = restored
    (done,) = erase_again(paths, moved_to)
    assert done.is_repeated
    assert found(paths.data, WORDS) == []
    assert verify(paths, with_bodies=True).problems == []
    # The same pseudonyms: what is held is what was held after the first erasure.
    assert bodies_of(paths) == bodies_of(Paths(moved_to))
    assert erase_again(paths, moved_to) == []


def test_a_log_of_another_key_or_no_log_at_all_is_refused(restored: tuple[Paths, Path], tmp_path: Path) -> None:
    paths, moved_to = restored
    masking_key(paths)
    with pytest.raises(UserError, match="name the folder that holds the ledger"):
        erase_again(paths, tmp_path)
    (moved_to / "ledger" / "masking.key").write_text("0" * 64)
    with pytest.raises(UserError, match="another key"):
        erase_again(paths, moved_to)
    assert found(paths.landing, WORDS) != []
