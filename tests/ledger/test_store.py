"""The ledger keeps what people decided, and shows when somebody changed it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.audit.chain import GENESIS_HASH, ChainError
from pipeline.audit.chain import read as lines_of
from pipeline.audit.late import record_late
from pipeline.audit.log import audit_file
from pipeline.ledger.event import NewEvent
from pipeline.ledger.store import LedgerError, append, events_file, read, verify
from pipeline.settings import PROJECT_ROOT, Paths

AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def decision(label: str, reason: str = "meter photo checked") -> NewEvent:
    return NewEvent(
        event_type="cdr_decided",
        event_at=AT,
        user_name="ana",
        object_type="cdr",
        object_key="0" * 32,
        object_label=label,
        payload={"decision": "accept", "reason": reason},
    )


def test_an_empty_ledger_verifies_with_the_genesis_hash(paths: Paths) -> None:
    assert verify(paths).seq == 0
    assert verify(paths).hash == GENESIS_HASH


def test_events_are_chained_in_the_order_they_were_appended(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1"), decision("NL*CPI*2")])
    append(paths, [decision("NL*CPI*3")])
    events = list(read(paths))
    assert [event.seq for event in events] == [1, 2, 3]
    assert [event.prev_hash for event in events] == [GENESIS_HASH, events[0].hash, events[1].hash]
    assert verify(paths).hash == events[2].hash


def test_times_are_written_as_utc(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1")])
    assert next(read(paths)).event_at == "2026-11-01T09:30:00Z"


@pytest.mark.parametrize("line_number", [1, 2])
def test_a_changed_line_is_found_and_named(paths: Paths, line_number: int) -> None:
    append(paths, [decision("NL*CPI*1"), decision("NL*CPI*2")])
    lines = events_file(paths).read_text().splitlines()
    event = json.loads(lines[line_number - 1])
    event["payload"]["decision"] = "reject"
    lines[line_number - 1] = json.dumps(event)
    events_file(paths).write_text("\n".join(lines) + "\n")
    with pytest.raises(ChainError, match=f"line {line_number} does not match its own hash"):
        verify(paths)


def test_a_removed_line_is_found_at_the_line_that_follows(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1"), decision("NL*CPI*2"), decision("NL*CPI*3")])
    lines = events_file(paths).read_text().splitlines(keepends=True)
    events_file(paths).write_text(lines[0] + lines[2])
    with pytest.raises(ChainError, match="line 2 does not follow"):
        verify(paths)


def test_half_a_line_never_counted_and_is_cut_off_by_the_next_event(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1")])
    with events_file(paths).open("a") as file:
        file.write('{"seq": 2')
    assert verify(paths).seq == 1
    append(paths, [decision("NL*CPI*2")])
    assert [event.object_label for event in read(paths)] == ["NL*CPI*1", "NL*CPI*2"]
    audited = [line.content() for line in lines_of(audit_file(paths))]
    assert [(entry["action"], entry["subject"]) for entry in audited[1:2]] == [("repair", "events.ndjson")]


def test_every_event_stands_in_the_audit_log_with_its_hash_and_who_decided(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1"), decision("NL*CPI*2")])
    audited = [line.content() for line in lines_of(audit_file(paths))]
    assert [entry["sha256"] for entry in audited] == [event.hash for event in read(paths)]
    assert {(entry["action"], entry["user_name"]) for entry in audited} == {("decide", "ana")}


def test_an_event_whose_payload_does_not_fit_leaves_the_ledger_as_it_was(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1")])
    wrong = decision("NL*CPI*3").model_copy(update={"payload": {"decision": "perhaps", "reason": "x"}})
    with pytest.raises(LedgerError, match=r"NL\*CPI\*3"):
        append(paths, [decision("NL*CPI*2"), wrong])
    assert [event.object_label for event in read(paths)] == ["NL*CPI*1"]


def test_a_reason_of_blanks_is_no_reason(paths: Paths) -> None:
    with pytest.raises(LedgerError, match="reason"):
        append(paths, [decision("NL*CPI*1", reason="   ")])


def test_the_last_event_is_found_behind_long_lines(paths: Paths) -> None:
    append(paths, [decision("NL*CPI*1", reason="x" * 200_000)])
    append(paths, [decision("NL*CPI*2", reason="y" * 200_000)])
    assert verify(paths).seq == 2


def test_a_ledger_from_before_there_was_an_audit_log_is_read_grown_and_recorded(paths: Paths) -> None:
    events_file(paths).parent.mkdir(parents=True)
    shutil.copyfile(Path(__file__).with_name("events_of_november.ndjson"), events_file(paths))
    assert [event.object_label for event in read(paths)] == ["NL*CPI*1", "NL*CPI*2"]
    append(paths, [decision("NL*CPI*3")])
    assert verify(paths).seq == 3
    assert record_late(paths) == 2
    audited = sorted(line.content()["detail"]["event_seq"] for line in lines_of(audit_file(paths)))
    assert audited == [1, 2, 3]


WRITER = """
import sys
from pathlib import Path
from pipeline.ledger.event import NewEvent
from pipeline.ledger.store import append
from pipeline.settings import Paths
for number in range(25):
    append(Paths(Path(sys.argv[1])), [NewEvent(
        event_type="cdr_decided", user_name=sys.argv[2], object_type="cdr", object_key="k",
        object_label=f"{sys.argv[2]}-{number}", payload={"decision": "accept", "reason": "r"},
    )])
"""


def test_two_processes_appending_at_once_keep_one_chain(paths: Paths) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(paths.data), name], cwd=PROJECT_ROOT)
        for name in ("ana", "bo")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    events = list(read(paths))
    assert verify(paths).seq == 50
    for name in ("ana", "bo"):
        mine = [event.object_label for event in events if event.user_name == name]
        assert mine == [f"{name}-{number}" for number in range(25)]
