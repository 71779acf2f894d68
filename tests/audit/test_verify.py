"""What `audit verify` finds when somebody was at the files, and what it leaves in peace."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import zstandard

from pipeline.audit import NewEntry, record
from pipeline.audit.anchors import heads, write_anchor
from pipeline.audit.chain import ChainError, canonical, content_hash, read
from pipeline.audit.erasures import erase_entry
from pipeline.audit.late import record_late
from pipeline.audit.loads import record_left_loads
from pipeline.audit.log import audit_file
from pipeline.audit.table import load_audit_log
from pipeline.audit.verify import Verified, verify
from pipeline.landing.manifest import Manifest
from pipeline.landing.store import land_path
from pipeline.ledger import NewEvent, append
from pipeline.ledger.store import events_file
from pipeline.nightly import load_raw_tables, load_sources
from pipeline.ocpi.pull_log import PullEnded, PullLog, PullStarted
from pipeline.partners import Config
from pipeline.settings import Paths
from tests.commands.conftest import Roamledger, roamledger

__all__ = ["roamledger"]


def decision(label: str) -> NewEvent:
    return NewEvent(
        event_type="cdr_decided",
        event_at=datetime(2026, 11, 1, tzinfo=UTC),
        user_name="ana",
        object_type="cdr",
        object_key="0" * 32,
        object_label=label,
        payload={"decision": "accept", "reason": "meter photo checked"},
    )


@pytest.fixture
def landed(paths: Paths, tmp_path: Path) -> Paths:
    """Four pages, three decisions, and an anchor that names them."""
    for number in range(4):
        folder = tmp_path / f"sent-{number}" / "nl-cpi" / "2.2.1" / "tariffs"
        folder.mkdir(parents=True)
        tariff = {"id": f"t{number}", "country_code": "NL", "party_id": "CPI", "currency": "EUR", "elements": []}
        (folder / "page.json").write_text(json.dumps([tariff]))
        land_path(paths, Config(), folder)
    append(paths, [decision("NL*CPI*1"), decision("NL*CPI*2"), decision("NL*CPI*3")])
    version = paths.published / "versions" / "v1"
    version.mkdir(parents=True)
    write_anchor(version, heads(paths))
    return paths


def told(found: Verified) -> list[tuple[str, int | None]]:
    return [(problem.file.name, problem.line) for problem in found.problems]


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def write(file: Path, lines: list[bytes]) -> None:
    file.write_bytes(b"".join(lines))


def test_untouched_files_are_whole_and_every_act_is_there(landed: Paths) -> None:
    found = verify(landed, with_bodies=True)
    assert (found.problems, found.notes) == ([], [])
    assert (found.page_count, found.body_count, found.anchor_count) == (4, 4, 2)
    assert (found.heads["audit"].seq, found.heads["ledger"].seq) == (7, 3)


def test_a_load_stands_in_the_log_also_when_the_process_was_killed_before_it_could_say_so(landed: Paths) -> None:
    load_raw_tables(landed)
    before = [line.content()["counts"] for line in read(audit_file(landed)) if b'"action":"load"' in line.text]
    assert before == [{"received": 1, "loaded": 1, "quarantined": 0, "duplicates": 0}] * 4
    with duckdb.connect(str(landed.warehouse)) as con:
        # As after a kill between the load of the third page and its record.
        con.execute("delete from meta.recorded_pages where landing_seq = 3")
        record_left_loads(con, landed)
        record_left_loads(con, landed)
    after = [line.content() for line in read(audit_file(landed)) if b'"action":"load"' in line.text]
    assert len(after) == 5
    assert after[4]["detail"]["pull_id"].endswith("000003")


def flip_body(paths: Paths) -> None:
    body = paths.landing / Manifest(paths.landing).pages()[1].body
    text = zstandard.ZstdDecompressor().stream_reader(body.read_bytes()).read()
    body.chmod(0o644)
    body.write_bytes(zstandard.ZstdCompressor().compress(text.replace(b"EUR", b"DKK")))


def remove_body(paths: Paths) -> None:
    (paths.landing / Manifest(paths.landing).pages()[1].body).unlink()


def edit_manifest(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Paths], None]:
    def tamper(paths: Paths) -> None:
        file = Manifest(paths.landing).path
        write(file, change(lines_of(file)))

    return tamper


def edit_ledger(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Paths], None]:
    return lambda paths: write(events_file(paths), change(lines_of(events_file(paths))))


def edit_audit(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Paths], None]:
    return lambda paths: write(audit_file(paths), change(lines_of(audit_file(paths))))


def rewritten(lines: list[bytes]) -> list[bytes]:
    """The whole chain forged anew after a change, as somebody with time would."""
    previous, made = "0" * 64, []
    for line in lines:
        content = json.loads(line)
        if "payload" in content:
            content["payload"]["decision"] = "reject"
        content["prev_hash"] = previous
        content["hash"] = previous = content_hash(content)
        made.append(canonical(content) + b"\n")
    return made


@pytest.mark.parametrize(
    ("tamper", "file", "line", "what"),
    [
        (flip_body, "0001.json.zst", None, "sha256 differs"),
        (remove_body, "0001.json.zst", None, "is missing"),
        (
            edit_manifest(lambda lines: [lines[0].replace(b"tariffs", b"cdrs"), *lines[1:]]),
            "manifest.ndjson",
            1,
            "recorded",
        ),
        (edit_manifest(lambda lines: [lines[0], *lines[2:]]), "manifest.ndjson", 2, "page 2 missing before this line"),
        (edit_manifest(lambda lines: lines[:2]), "manifest.ndjson", None, "pages 3 to 4 missing at the end"),
        (edit_manifest(lambda lines: [lines[1], lines[0], *lines[2:]]), "manifest.ndjson", 1, "page 1 missing"),
        (edit_ledger(lambda lines: lines[:2]), "events.ndjson", None, "names line 3: its end was cut off"),
        (edit_ledger(rewritten), "events.ndjson", 1, "not the event that the audit log recorded"),
        (edit_audit(lambda lines: lines[:5]), "audit.ndjson", None, "names line 7: its end was cut off"),
        (edit_audit(lambda lines: lines[1:]), "audit.ndjson", 1, "1 lines are missing"),
        (edit_audit(lambda lines: rewritten([*lines[:4], *lines[5:]])), "audit.ndjson", 5, "does not follow"),
        (lambda paths: audit_file(paths).unlink(), "audit.ndjson", None, "its end was cut off"),
    ],
)
def test_every_way_to_alter_what_was_recorded_is_found_and_placed(
    landed: Paths, tamper: Callable[[Paths], None], file: str, line: int | None, what: str
) -> None:
    tamper(landed)
    found = verify(landed, with_bodies=True)
    assert (file, line) in told(found)
    assert any(what in problem.what for problem in found.problems), [str(problem) for problem in found.problems]


def test_a_forged_chain_shows_at_its_anchor(landed: Paths) -> None:
    lines = lines_of(audit_file(landed))
    write(audit_file(landed), rewritten([lines[0].replace(b"nl-cpi", b"nl-abc"), *lines[1:]]))
    assert ("audit.ndjson", 7) in told(verify(landed))


def test_an_anchor_from_elsewhere_shows_what_was_cut_off_here(landed: Paths, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    shutil.copytree(landed.published / "versions" / "v1", witness)
    shutil.rmtree(landed.published)
    write(audit_file(landed), lines_of(audit_file(landed))[:6])
    write(events_file(landed), lines_of(events_file(landed))[:2])
    assert verify(landed).is_whole
    assert told(verify(landed, anchors=[witness])) == [("audit.ndjson", None), ("events.ndjson", None)]


def test_a_page_that_a_crash_kept_from_the_log_is_a_note_until_the_next_load_records_it(landed: Paths) -> None:
    write(audit_file(landed), lines_of(audit_file(landed))[:3])
    shutil.rmtree(landed.published)
    events_file(landed).unlink()
    found = verify(landed)
    assert found.problems == []
    assert "line 4: the page is not in the audit log yet" in found.notes[0]
    assert record_late(landed) == 1
    assert record_late(landed) == 0
    found = verify(landed)
    assert found.is_whole
    assert "1 acts were recorded later than they happened" in found.notes[0]


def test_half_a_line_is_a_note_and_counts_for_nothing(landed: Paths) -> None:
    with audit_file(landed).open("ab") as file:
        file.write(b'{"action":')
    found = verify(landed)
    assert found.problems == []
    assert "half a line of 10 bytes" in found.notes[0]
    with duckdb.connect() as con:
        assert load_audit_log(con, landed).seq == 7
        assert con.sql("select count(*), max(seq) from ledger.audit_log").fetchall() == [(7, 7)]


def test_what_a_recorded_erasure_replaced_is_whole_and_nothing_else_is(landed: Paths) -> None:
    page = Manifest(landed.landing).pages()[2]
    body = landed.landing / page.body
    body.chmod(0o644)
    body.write_bytes(zstandard.ZstdCompressor().compress(b"[]"))
    empty = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    lines = lines_of(events_file(landed))
    event = json.loads(lines[1])
    event["payload"]["reason"] = "erased"
    write(events_file(landed), [lines[0], canonical(event) + b"\n", lines[2]])
    assert [name for name, _ in told(verify(landed, with_bodies=True))] == ["events.ndjson", "0001.json.zst"]
    record(
        landed,
        [
            erase_entry("body", 3, old=page.sha256, new=empty, erasure_id="e1", counts={"values": 1}),
            erase_entry(
                "events.ndjson", 2, old=event["hash"], new=content_hash(event), erasure_id="e1", counts={"values": 1}
            ),
        ],
    )
    record(landed, [person("e1")])
    found = verify(landed, with_bodies=True)
    assert (found.problems, found.erased_count) == ([], 2)
    assert found.notes == [
        "erasure e1 replaced 1 bodies and 1 lines, by dpo on"
        f" {datetime.now(UTC):%Y-%m-%d}: asked for (since the newest anchor); see that somebody asked for it"
    ]
    record(landed, [erase_entry("body", 1, old="0" * 64, new=empty, erasure_id="e2", counts={}), person("e2")])
    assert [name for name, _ in told(verify(landed, with_bodies=True))] == ["0001.json.zst"]


def test_an_erasure_that_is_recorded_and_not_made_is_a_note(landed: Paths) -> None:
    page = Manifest(landed.landing).pages()[2]
    record(landed, [erase_entry("body", 3, old=page.sha256, new="0" * 64, erasure_id="e1", counts={})])
    record(landed, [person("e1")])
    found = verify(landed, with_bodies=True)
    assert found.problems == []
    assert "1 replacements are recorded and not made" in found.notes[-1]


def person(erasure_id: str) -> NewEntry:
    """The closing entry of an erasure."""
    return NewEntry("erase", f"person/{erasure_id}", detail={"reason": "asked for"}, user_name="dpo")


def replace_decision(paths: Paths, **payload: str) -> None:
    """Change the payload of event 2 and record it as if an erasure had done that."""
    lines = lines_of(events_file(paths))
    event = json.loads(lines[1])
    event["payload"] |= payload
    write(events_file(paths), [lines[0], canonical(event) + b"\n", lines[2]])
    entry = erase_entry("events.ndjson", 2, old=event["hash"], new=content_hash(event), erasure_id="forged", counts={})
    record(paths, [entry])


def test_an_erase_entry_of_no_erasure_excuses_nothing(landed: Paths) -> None:
    replace_decision(landed, reason="other words")
    assert told(verify(landed)) == [("audit.ndjson", 8)]
    with pytest.raises(ChainError, match="no erasure of a person has that name"):
        load_sources(landed)
    record(landed, [person("forged")])
    assert verify(landed).is_whole
    load_sources(landed)


def test_no_erasure_excuses_another_decision(landed: Paths) -> None:
    was = json.loads(lines_of(events_file(landed))[1])["payload"]["decision"]
    replace_decision(landed, decision="reject" if was == "accept" else "accept")
    record(landed, [person("forged")])
    assert told(verify(landed)) == [("events.ndjson", 2)]


@pytest.mark.parametrize("left", [2, 0])
def test_a_cut_ledger_shows_without_any_anchor_and_stops_the_night(landed: Paths, left: int) -> None:
    shutil.rmtree(landed.published)
    write(events_file(landed), lines_of(events_file(landed))[:left])
    if not left:
        events_file(landed).unlink()
    found = verify(landed)
    assert told(found) == [("events.ndjson", None)]
    assert f"ends at event {left}, though the audit log recorded event 3" in found.problems[0].what
    with pytest.raises(ChainError, match="its end was cut off"):
        load_sources(landed)


def test_a_log_shorter_than_a_kept_version_says_stops_the_night(landed: Paths) -> None:
    write(audit_file(landed), lines_of(audit_file(landed))[:6])
    with pytest.raises(ChainError, match="names line 7"):
        load_sources(landed)


def test_a_number_beyond_all_reason_is_an_alteration_and_costs_no_memory(landed: Paths) -> None:
    record(landed, [NewEntry("decide", "k", sha256="0" * 64, detail={"event_seq": 10**12})])
    assert ("audit.ndjson", 8) in told(verify(landed))


@pytest.fixture
def pulled(paths: Paths) -> Paths:
    """Three pulls, begun and ended."""
    log = PullLog(paths)
    for number in range(3):
        at = datetime(2026, 11, 1, number, tzinfo=UTC)
        log.append(PullStarted(pull_id=f"p{number}", partner="nl-cpi", module="cdrs", kind="delta", at=at))
        log.append(PullEnded(pull_id=f"p{number}", at=at, outcome="incomplete", page_count=1, object_count=9))
    return paths


def test_the_beginning_and_end_of_a_pull_stand_in_the_log(pulled: Paths) -> None:
    acts = [line.content() for line in read(audit_file(pulled))]
    assert [(act["action"], act["subject"], act["detail"]["event"]) for act in acts[:2]] == [
        ("pull", "p0", "started"),
        ("pull", "p0", "ended"),
    ]
    assert acts[1]["counts"] == {"page_count": 1, "object_count": 9, "read_count": 1}
    assert verify(pulled).is_whole


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"incomplete", b"complete"), *lines[2:]], "p0 was altered"),
        (lambda lines: lines[:-1], "p2 was altered or is missing"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:-1]], "line 3: stands there once more"),
        (lambda lines: [*lines, lines[-1]], "line 7: stands there once more"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "line 2: was moved"),
        (lambda lines: [*lines[:-2], lines[-1], lines[-2]], "line 6: was moved"),
        (lambda lines: [*lines[:1], lines[0].replace(b"p0", b"p9"), *lines[1:]], "line 2: the line is not in the"),
    ],
)
def test_a_pull_log_that_tells_another_story_is_found(
    pulled: Paths, change: Callable[[list[bytes]], list[bytes]], what: str
) -> None:
    log = PullLog(pulled).path
    write(log, change(lines_of(log)))
    assert any(what in str(problem) for problem in verify(pulled).problems)


def test_an_event_of_a_pull_that_a_crash_kept_from_the_log_is_recorded_late(pulled: Paths) -> None:
    write(audit_file(pulled), lines_of(audit_file(pulled))[:-1])
    assert "line 6: the line is not in the audit log yet" in verify(pulled).notes[0]
    assert record_late(pulled) == 1
    assert verify(pulled).problems == []


def test_what_a_crash_left_and_was_recorded_late_may_stand_before_what_came_after(pulled: Paths) -> None:
    log, audit = PullLog(pulled), audit_file(pulled)
    write(audit, lines_of(audit)[:-1])
    log.append(PullStarted(pull_id="p9", partner="nl-cpi", module="cdrs", kind="full", at=datetime.now(UTC)))
    assert record_late(pulled) == 1
    assert verify(pulled).problems == []


def test_a_line_of_the_audit_log_that_is_no_text_any_more_is_told_like_any_other(pulled: Paths) -> None:
    audit = audit_file(pulled)
    lines = lines_of(audit)
    write(audit, [*lines[:2], lines[2].replace(b"2026", b"20\xff6", 1), *lines[3:]])
    assert "line 3" in str(verify(pulled).problems[0])


def test_the_command_names_the_place_and_ends_with_1(landed: Paths, roamledger: Roamledger) -> None:
    assert roamledger("audit", "verify", "--bodies").code == 0
    flip_body(landed)
    done = roamledger("audit", "verify", "--bodies", "--json")
    assert done.code == 1
    answer = json.loads(done.out)
    assert not answer["is_whole"]
    assert answer["problems"][0]["problem"] == "is not the body that was landed: its sha256 differs"


def test_show_gives_the_acts_that_were_asked_for(landed: Paths, roamledger: Roamledger) -> None:
    done = roamledger("audit", "show", "--action", "decide", "--subject", "000", "--json")
    acts = [json.loads(line) for line in done.out.splitlines()]
    assert [act["detail"]["object_label"] for act in acts] == ["NL*CPI*1", "NL*CPI*2", "NL*CPI*3"]
    assert roamledger("audit", "show", "--since", "2100-01-01", "--json").out == ""
    assert "NL*CPI*3" in roamledger("audit", "show", "--last", "1").out
    wrong = roamledger("audit", "show", "--action", "guess")
    assert wrong.code == 2
    record(landed, [NewEntry("request", "nl-cpi/cdrs")])
    assert roamledger("audit", "show", "--action", "request", "--json").out.count("\n") == 1
