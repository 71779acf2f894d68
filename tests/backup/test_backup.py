"""A backup holds what nothing can make again, tells when it does not any more, and comes back as it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
import zstandard

from pipeline.audit.anchors import heads
from pipeline.audit.chain import locked, read
from pipeline.audit.erasures import BODY, erase_entry
from pipeline.audit.log import NewEntry, audit_file, record
from pipeline.audit.verify import body_sha256
from pipeline.audit.verify import verify as verify_history
from pipeline.backup import take
from pipeline.backup.check import opened, verify_backup
from pipeline.backup.restore import restore_backup
from pipeline.backup.take import take_backup
from pipeline.backup.target import ListedFile, file_sha256
from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import Manifest
from pipeline.landing.pulled import _write
from pipeline.ledger.store import events_file
from pipeline.settings import Paths, UserError

LAND_AND_DECIDE = """
import json, sys
from pathlib import Path
from pipeline.landing.store import land_path
from pipeline.ledger import NewEvent, append
from pipeline.ocpi.pull_log import PullLog, PullStarted
from pipeline.partners import load_config
from pipeline.settings import Paths

paths, stop = Paths(Path(sys.argv[1])), Path(sys.argv[2])
file = stop.with_name("cdrs.json")
payload = {"decision": "accept", "reason": "because"}
number = 0
while not stop.exists():
    number += 1
    file.write_text(json.dumps([{"id": f"new-{number}", "last_updated": "2026-11-01T00:00:00Z"}]))
    PullLog(paths).append(PullStarted(pull_id=f"{number}-nl-cpi-cdrs", partner="nl-cpi", module="cdrs", kind="full",
                                      at="2026-11-01T00:00:00Z"))
    land_path(paths, load_config(paths), file, partner="nl-cpi", module="cdrs", ocpi_version="2.2.1")
    append(paths, [NewEvent(event_type="cdr_decided", user_name="x", object_type="cdr", object_key="k",
                            object_label="l", payload=payload)])
    if number == 1:
        print("begun", flush=True)
"""


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.backup.restore import restore_backup
from pipeline.backup.take import take_backup
from pipeline.settings import Paths

paths, target = Paths(Path(sys.argv[2])), Path(sys.argv[3])

def follow(step, done, total):
    if step.startswith("copy") and done == 30:
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "backup":
    take_backup(paths, target, follow=follow)
else:
    restore_backup(target, paths, follow=follow)
"""


def kill(verb: str, paths: Paths, target: Path) -> None:
    """Let a process do it, killed when it has copied thirty files."""
    done = subprocess.run([sys.executable, "-c", KILLED, verb, str(paths.data), str(target)], check=False)
    assert done.returncode == -signal.SIGKILL


def tree(folder: Path) -> dict[str, bytes]:
    """Every file that a backup holds, with its content; the audit log goes on and is compared apart."""
    names = ("landing", "ledger", "closed")
    files = [file for name in names for file in (folder / name).rglob("*") if file.is_file()]
    files += [file for file in folder.glob("*.yml") if not file.name.endswith(".example.yml")]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if file.name not in (".lock", ".pulls.lock", "audit.ndjson")
    }


def a_body(target: Path) -> Path:
    """One landed body in the backup."""
    place, description = opened(target)
    return next(place.body(file.sha256) for file in place.files(description) if file.path.startswith("landing/pulls/"))


def change_a_byte(file: Path) -> None:
    """In the middle, whatever it is."""
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def test_what_was_destroyed_comes_back_as_it_was(paths: Paths, target: Path) -> None:
    before, log = tree(paths.data), audit_file(paths).read_bytes()
    done = take_backup(paths, target)
    assert done.page_count == done.written - 1 == 61
    assert done.heads == {chain: head for chain, head in heads(paths).items() if chain == "ledger"} | {
        "audit": done.heads["audit"]
    }
    shutil.rmtree(paths.data)
    restored = restore_backup(target, paths)
    assert restored.heads == done.heads
    assert tree(paths.data) == before
    assert audit_file(paths).read_bytes().startswith(log)
    assert [line.content()["action"] for line in read(audit_file(paths))][-1] == "restore"
    found = verify_history(paths, with_bodies=True, anchors=[target])
    assert (found.problems, found.notes, found.body_count) == ([], [], 61)
    assert stat.S_IMODE((paths.ledger / "masking.key").stat().st_mode) == 0o600


def test_a_backup_holds_no_secret_and_is_closed_to_others(paths: Paths, target: Path) -> None:
    take_backup(paths, target)
    place, description = opened(target)
    assert {Path(file.path).parts[0] for file in place.files(description)} == {
        "landing",
        "ledger",
        "closed",
        "partners.yml",
        "agreements.yml",
    }
    assert not any(b"the key to a partner" in file.read_bytes() for file in target.rglob("*") if file.is_file())
    assert stat.S_IMODE(target.stat().st_mode) == 0o700


def test_a_second_backup_keeps_the_bodies_that_lie_there_and_copies_a_spoilt_one_again(
    paths: Paths, target: Path
) -> None:
    first = take_backup(paths, target)
    change_a_byte(a_body(target))
    assert not verify_backup(target).is_whole
    second = take_backup(paths, target)
    assert (second.written, second.kept) == (1, first.written - 1)
    assert second.backup_id != first.backup_id
    assert verify_backup(target).is_whole
    # Only one backup lies there: the first is gone with everything that was its own.
    assert sorted(item.name for item in target.iterdir() if item.is_dir()) == sorted(["bodies", second.backup_id])
    assert [line.content()["subject"] for line in read(audit_file(paths))][-2:] == [first.backup_id, second.backup_id]


@pytest.mark.parametrize("name", ["body", "ledger/events.ndjson", "ledger/audit.ndjson", "landing/manifest.ndjson"])
@pytest.mark.parametrize("harm", [change_a_byte, Path.unlink], ids=["a flipped bit", "a missing file"])
def test_damage_is_found_with_its_file_and_nothing_is_restored(
    paths: Paths, target: Path, name: str, harm: Callable[[Path], None]
) -> None:
    done = take_backup(paths, target)
    file = a_body(target) if name == "body" else target / done.backup_id / name
    harm(file)
    found = verify_backup(target)
    assert file in {problem.file for problem in found.problems}
    empty = Paths(paths.data.with_name("empty"))
    with pytest.raises(UserError, match=f"Nothing was restored.*{file.name}"):
        restore_backup(target, empty)
    assert tree(empty.data) == {}


@pytest.mark.parametrize("name", ["backup.json", "files.ndjson"])
def test_a_backup_whose_own_words_were_changed_is_not_trusted(paths: Paths, target: Path, name: str) -> None:
    done = take_backup(paths, target)
    file = target / name if name == "backup.json" else target / done.backup_id / name
    file.write_bytes(file.read_bytes().replace(b'"size_bytes":', b'"size_bytes": 1', 1))
    for use in (verify_backup, lambda folder: restore_backup(folder, Paths(paths.data.with_name("empty")))):
        with pytest.raises(UserError, match=name):
            use(target)


def test_a_path_that_leads_out_of_the_data_directory_is_refused(paths: Paths, target: Path) -> None:
    done = take_backup(paths, target)
    place, description = opened(target)
    listed = target / done.backup_id / "files.ndjson"
    listed.write_bytes(listed.read_bytes() + b'{"path":"landing/../../x","sha256":"","size_bytes":0}\n')
    forged = replace(description, list_sha256=file_sha256(listed))
    place.commit(forged)
    with pytest.raises(UserError, match="no place of a backup"):
        restore_backup(target, Paths(paths.data.with_name("empty")))


def test_a_data_directory_that_holds_something_is_left_alone_unless_told(paths: Paths, target: Path) -> None:
    take_backup(paths, target)
    before = tree(paths.data)
    change_a_byte(paths.landing / Manifest(paths.landing).pages()[0].body)
    (paths.data / "warehouse").mkdir(exist_ok=True)
    (paths.data / "warehouse" / "roamledger.duckdb").write_bytes(b"of another history")
    spoilt = tree(paths.data)
    with pytest.raises(UserError, match=r"is not empty .*landing, ledger"):
        restore_backup(target, paths)
    assert tree(paths.data) == spoilt
    done = restore_backup(target, paths, replace=True)
    assert tree(paths.data) == before
    assert not paths.warehouse.exists()
    assert (paths.data / "secrets" / "nl-cpi").exists()
    assert done.moved_to is not None
    assert tree(done.moved_to) == spoilt
    # The history that was restored goes on from the backup.
    take_backup(paths, target)


def test_altered_history_is_never_put_in_the_place_of_a_good_backup(paths: Paths, target: Path) -> None:
    take_backup(paths, target)
    body = paths.landing / Manifest(paths.landing).pages()[0].body
    kept = {file: file.read_bytes() for file in (audit_file(paths), events_file(paths), body)}

    def cut_the_end(file: Path) -> None:
        file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-5]))

    for file, harm, what in (
        (audit_file(paths), cut_the_end, "was cut off"),
        (events_file(paths), cut_the_end, "was cut off"),
        (events_file(paths), change_a_byte, "own hash|not readable"),
        (body, change_a_byte, "not the body that was landed"),
        (body, Path.unlink, "is missing"),
    ):
        harm(file)
        with pytest.raises(UserError, match=what):
            take_backup(paths, target)
        file.unlink(missing_ok=True)
        file.write_bytes(kept[file])
    assert verify_backup(target).is_whole


def test_a_backup_that_breaks_off_leaves_the_one_before(
    paths: Paths, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take_backup(paths, target)
    shutil.rmtree(target / "bodies")
    (target / "bodies").mkdir()
    take_backup(paths, target)
    for page in Manifest(paths.landing).pages():
        (paths.landing / page.body).touch()
    copied: list[Path] = []

    def full(source: BinaryIO, copy: Path, *, mode: int) -> tuple[str, int]:
        copied.append(copy)
        if len(copied) > 20:
            raise OSError(28, "No space left on device", str(copy))
        return copy_durably(source, copy, mode=mode)

    copy_durably = take.copy_durably
    monkeypatch.setattr(take, "copy_durably", full)
    with pytest.raises(UserError, match=r"an earlier one still counts.*No space left"):
        take_backup(paths, target)
    assert verify_backup(target).is_whole
    # What a process that was killed could not take back.
    (target / "20261101T000000Z-00000000" / ".incoming").mkdir(parents=True)
    monkeypatch.undo()
    assert take_backup(paths, target).backup_id != first.backup_id
    assert len([item for item in target.iterdir() if item.is_dir()]) == 2


def test_a_backup_or_restore_that_is_killed_is_simply_done_again(paths: Paths, target: Path, tmp_path: Path) -> None:
    kill("backup", paths, target)
    with pytest.raises(UserError, match="no backup that was finished"):
        verify_backup(target)
    first = take_backup(paths, target)
    kill("backup", paths, target)
    assert verify_backup(target).description.backup_id == first.backup_id
    assert verify_backup(target).is_whole
    restored = Paths(tmp_path / "restored")
    kill("restore", restored, target)
    assert tree(restored.data) == {}
    assert restore_backup(target, restored).moved_to is None
    assert tree(restored.data) == tree(paths.data)
    assert sorted(item.name for item in restored.data.iterdir() if item.name.startswith(".")) == []


def test_a_folder_that_holds_something_else_is_never_written_to(paths: Paths, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("mine")
    for folder, what in ((other, "no backup"), (other / "letters.txt", "is a file"), (paths.landing, "own folders")):
        with pytest.raises(UserError, match=what):
            take_backup(paths, folder)
    with pytest.raises(UserError, match="nothing to back up"):
        take_backup(Paths(other), tmp_path / "new")
    with pytest.raises(UserError, match="no backup that was finished"):
        verify_backup(other)


def test_an_erased_body_leaves_the_backup_too(paths: Paths, target: Path) -> None:
    take_backup(paths, target)
    page = Manifest(paths.landing).pages()[0]
    body = paths.landing / page.body
    (paths.ledger / "erasing.json").write_text("{}")
    with pytest.raises(UserError, match="erasure is under way"):
        take_backup(paths, target)
    (paths.ledger / "erasing.json").unlink()
    # An erasure keeps the time of a body, and a pseudonym of equal length mostly its size.
    content = read_body(body)
    compressor = zstandard.ZstdCompressor(level=1)
    swapped = (content[:n] + content[n + 1 : n + 2] + content[n : n + 1] + content[n + 2 :] for n in range(500))
    _write(paths.landing, body, content)
    size = body.stat().st_size
    changed = next(text for text in swapped if text != content and len(compressor.compress(text)) == size)
    take_backup(paths, target)
    state = body.stat()
    _write(paths.landing, body, changed)
    os.utime(body, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (body.stat().st_size, body.stat().st_mtime_ns) == (state.st_size, state.st_mtime_ns)
    new = body_sha256(body)
    entry = erase_entry(BODY, page.landing_seq, old=page.sha256, new=new, erasure_id="1", counts={})
    record(paths, [entry, NewEntry("erase", "person/1")])
    done = take_backup(paths, target)
    assert (done.written, done.kept) == (1, 61)
    assert len(list((target / "bodies").rglob("*/*"))) == 62
    empty = Paths(paths.data.with_name("empty"))
    restore_backup(target, empty)
    assert verify_history(empty, with_bodies=True).problems == []


def test_an_erasure_in_the_middle_makes_the_copying_begin_again(
    paths: Paths, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Manifest(paths.landing).pages()[-1]
    body = paths.landing / page.body
    copies: list[str] = []

    def erased_meanwhile(
        self: take._Copying, path: Path, known: ListedFile | None, content_sha256: str | None, *, is_replaced: bool
    ) -> ListedFile:
        copies.append(path.name)
        if len(copies) == 30:
            content = read_body(body).replace(b"e", b"E")
            beside = body.with_name("beside")
            _write(paths.landing, beside, content)
            entry = erase_entry(
                BODY, page.landing_seq, old=page.sha256, new=body_sha256(beside), erasure_id="1", counts={}
            )
            record(paths, [entry, NewEntry("erase", "person/1")])
            beside.replace(body)
        return as_it_is(self, path, known, content_sha256, is_replaced=is_replaced)

    as_it_is = take._Copying._body
    monkeypatch.setattr(take._Copying, "_body", erased_meanwhile)
    take_backup(paths, target)
    assert len(copies) > 62
    empty = Paths(paths.data.with_name("empty"))
    restore_backup(target, empty)
    assert verify_history(empty, with_bodies=True).problems == []


def test_what_another_process_lands_and_decides_meanwhile_is_in_it_whole_or_not_at_all(
    paths: Paths, target: Path, tmp_path: Path
) -> None:
    stop = tmp_path / "stop"
    pages = []
    with subprocess.Popen(
        [sys.executable, "-c", LAND_AND_DECIDE, str(paths.data), str(stop)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            for number in range(4):
                pages.append(take_backup(paths, target).page_count)
                restored = Paths(tmp_path / f"restored-{number}")
                restore_backup(target, restored)
                found = verify_history(restored, with_bodies=True)
                assert (found.problems, found.notes) == ([], [])
                assert found.page_count == pages[-1]
        finally:
            stop.touch()
    assert process.returncode == 0
    assert pages[0] < pages[-1]


def test_half_a_line_at_the_end_is_not_part_of_a_backup(paths: Paths, target: Path) -> None:
    for file in (events_file(paths), audit_file(paths), Manifest(paths.landing).path):
        with file.open("ab") as end:
            end.write(b'{"cut by a cra')
    take_backup(paths, target)
    assert verify_backup(target).is_whole
    empty = Paths(paths.data.with_name("empty"))
    restore_backup(target, empty)
    assert verify_history(empty).problems == []
    with locked(events_file(empty)) as file:
        assert file.read().endswith(b"}\n")


def test_what_the_backup_says_is_plain_json(paths: Paths, target: Path) -> None:
    done = take_backup(paths, target)
    content = json.loads((target / "backup.json").read_text())
    assert content["backup_id"] == done.backup_id
    assert content["chains"]["audit"] == {"seq": done.heads["audit"].seq, "hash": done.heads["audit"].hash}
