"""A chain shows whatever was done to it, and keeps growing through crashes and side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import START, ChainError, content_hash, read
from pipeline.audit.checking import problems, verify
from pipeline.audit.log import ACTIONS, audit_file
from pipeline.settings import PROJECT_ROOT, Paths


def write(paths: Paths, count: int = 5) -> Path:
    record(paths, [NewEntry("load", f"file-{number}", {"received": number}) for number in range(count)])
    return audit_file(paths)


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def test_an_entry_says_who_when_what_and_how_much(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROAMLEDGER_USER", "night")
    record(paths, [NewEntry("land", "nl-cpi/cdrs", {"pages": 2}, "ab" * 32, {"pull_id": "p", "left out": None})])
    (line,) = read(audit_file(paths))
    entry = line.content()
    assert entry.pop("recorded_at").endswith("Z")
    assert entry == {
        "seq": 1,
        "user_name": "night",
        "action": "land",
        "subject": "nl-cpi/cdrs",
        "counts": {"pages": 2},
        "sha256": "ab" * 32,
        "detail": {"pull_id": "p"},
        "prev_hash": START.hash,
        "hash": content_hash(line.content()),
    }


def test_an_unknown_action_is_refused(paths: Paths) -> None:
    with pytest.raises(ValueError, match="no action"):
        record(paths, [NewEntry("guess", "x")])
    assert "request" in ACTIONS
    assert not audit_file(paths).exists()


def changed(lines: list[bytes]) -> list[bytes]:
    entry = json.loads(lines[2])
    entry["counts"]["received"] = 99
    return [*lines[:2], json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n", *lines[3:]]


def forged(lines: list[bytes]) -> list[bytes]:
    """Changed, with a hash that fits again."""
    entry = json.loads(lines[2])
    entry["counts"]["received"] = 99
    entry["hash"] = content_hash(entry)
    return [*lines[:2], json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n", *lines[3:]]


def spaced(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], json.dumps(json.loads(lines[2])).encode() + b"\n", *lines[3:]]


@pytest.mark.parametrize(
    ("tamper", "line", "what"),
    [
        (changed, 3, "does not match its own hash"),
        (forged, 4, "names another previous hash"),
        (spaced, 3, "does not match its own hash"),
        (lambda lines: lines[:2] + lines[3:], 3, "1 lines are missing"),
        (lambda lines: lines[1:], 1, "1 lines are missing"),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], 4, "moved or inserted"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2, "1 lines are missing"),
        (lambda lines: [*lines[:3], b"\n", *lines[3:]], 4, "is not readable"),
    ],
)
def test_whatever_is_done_to_a_line_is_found_and_named(
    paths: Paths, tamper: Callable[[list[bytes]], list[bytes]], line: int, what: str
) -> None:
    file = write(paths)
    assert list(problems(file)) == []
    file.write_bytes(b"".join(tamper(lines_of(file))))
    first = next(problems(file))
    assert (first.file, first.line) == (file, line)
    assert what in first.what
    with pytest.raises(ChainError, match=f"line {line} "):
        verify(file)


def test_every_flipped_byte_is_found(paths: Paths) -> None:
    file = write(paths, 3)
    whole = file.read_bytes()
    missed = []
    for position in range(len(whole) - 1):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        if not list(problems(file)):
            missed.append(position)
    assert missed == []


def test_half_a_line_is_cut_off_by_the_next_entry_and_that_is_recorded(paths: Paths) -> None:
    file = write(paths, 2)
    with file.open("ab") as handle:
        handle.write(b'{"action":"lo')
    assert list(problems(file)) == []
    record(paths, [NewEntry("load", "after")])
    entries = [line.content() for line in read(file)]
    assert [(entry["action"], entry["subject"]) for entry in entries[2:]] == [
        ("repair", "audit.ndjson"),
        ("load", "after"),
    ]
    assert entries[2]["counts"] == {"size_bytes": 13}
    assert verify(file).seq == 4


def test_a_full_disk_leaves_the_chain_as_it_was(paths: Paths) -> None:
    file = write(paths, 2)
    before = file.read_bytes()
    code = (
        "import resource, signal, sys; from pathlib import Path; from pipeline.audit import NewEntry, record\n"
        "from pipeline.settings import Paths\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 4000}, {len(before) + 4000}))\n"
        "record(Paths(Path(sys.argv[1])), [NewEntry('load', 'x' * 300) for _ in range(20)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(paths.data)], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert "File too large" in done.stderr
    assert file.read_bytes() == before


def test_a_replaced_line_is_accepted_exactly_as_it_was_recorded(paths: Paths) -> None:
    file = write(paths)
    whole = lines_of(file)
    entry = json.loads(whole[2])
    entry["subject"] = "somebody"
    replaced = {3: (content_hash(entry),)}
    file.write_bytes(
        b"".join([*whole[:2], json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n", *whole[3:]])
    )
    assert [problem.line for problem in problems(file)] == [3]
    assert list(problems(file, lambda: replaced)) == []
    assert [problem.line for problem in problems(file, lambda: {3: ("0" * 64,)})] == [3]


WRITER = """
import sys
from pathlib import Path
from pipeline.audit import NewEntry, record
from pipeline.settings import Paths
for number in range(40):
    record(Paths(Path(sys.argv[1])), [NewEntry("load", f"{sys.argv[2]}-{number}")])
"""


def test_two_processes_keep_one_chain_also_when_the_file_is_replaced_under_them(paths: Paths) -> None:
    file = write(paths, 1)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(paths.data), name], cwd=PROJECT_ROOT)
        for name in ("ana", "bo")
    ]
    from pipeline.audit.chain import locked

    while any(writer.poll() is None for writer in writers):
        with locked(file) as handle:
            beside = file.with_suffix(".next")
            beside.write_bytes(handle.read())
            os.replace(beside, file)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert verify(file).seq == 81
