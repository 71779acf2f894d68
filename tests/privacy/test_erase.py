"""A person is erased from small data folders: what is found, what stays, and what a kill on the way changes."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.audit.log import audit_file
from pipeline.audit.verify import verify
from pipeline.landing.inbox import DONE
from pipeline.landing.pulled import keep_failed_body
from pipeline.landing.store import land_path
from pipeline.ledger import NewEvent, append
from pipeline.ledger.store import read as read_events
from pipeline.masking import masking_key
from pipeline.nightly import collect_landing, load_raw_tables
from pipeline.ocpi.pull_log import PullEnded, PullLog, PullStarted
from pipeline.partners import load_config
from pipeline.privacy.erase import Request, erase, plan
from pipeline.privacy.journal import journal_file
from pipeline.privacy.places import bodies
from pipeline.settings import Paths, UserError
from pipeline.warehouse import open_warehouse
from tests.landing.objects import cdr, cdr_211, session_211, token
from tests.privacy.looking import found

UID, CONTRACT, VISUAL = "04AABBCCDDEEFF", "NL-RLG-C12345678-X", "RLG-0001-0002"
WORDS = (UID, CONTRACT, CONTRACT.replace("-", ""), VISUAL)
PARTNERS = """
our_parties: [{name: Us, country_code: NL, party_id: RLG, roles: [EMSP]}]
partners:
  - {partner: nl-cpi, name: Inn, country_code: NL, party_id: CPI, roles: [CPO], ocpi_version: "2.2.1"}
"""
REQUEST = Request(UID, "The driver asked for it")


def land(paths: Paths, name: str, objects: list[Any]) -> None:
    drop = paths.data.parent / "drop" / name
    drop.parent.mkdir(exist_ok=True)
    drop.write_text(json.dumps(objects))
    module = name.split("-")[0]
    land_path(
        paths, load_config(paths), drop, partner="nl-cpi", module=module, received_at=datetime(2026, 11, 1, tzinfo=UTC)
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A data folder that holds a person in every place there is, and a decision on a CDR of theirs."""
    paths = Paths(tmp_path_factory.mktemp("person") / "data")
    paths.data.mkdir()
    paths.partners_file.write_text(PARTNERS)
    own = token(UID, contract_id=CONTRACT, visual_number=VISUAL)
    land(paths, "tokens-1.json", [own, token("04112233445566", contract_id="NL-RLG-C99999999-9")])
    land(paths, "tokens-2.json", [own | {"uid": UID.lower(), "valid": False}])
    theirs = {"uid": UID, "type": "RFID", "contract_id": CONTRACT}
    land(paths, "cdrs-1.json", [cdr("C1", cdr_token=theirs, remark=f"card {UID.lower()}"), cdr("C2")])
    land(paths, "cdrs-2.json", [cdr_211("C3", auth_id=CONTRACT.replace("-", "")), cdr("C2")])
    land(paths, "sessions-1.json", [session_211("S1", auth_id=CONTRACT)])
    inbox = paths.inbox / "nl-cpi" / "2.2.1" / "tokens"
    inbox.mkdir(parents=True)
    (inbox / f"{UID}.json.gz").write_bytes(gzip.compress(json.dumps([own | {"valid": False}]).encode()))
    collect_landing(paths)
    keep_failed_body(paths, "nl-cpi-tokens-1", b'<html>no such token: "' + UID.encode() + b'"</html>')
    log, now = PullLog(paths), datetime(2026, 11, 1, tzinfo=UTC)
    log.append(PullStarted(pull_id="p-nl-cpi-1", partner="nl-cpi", module="tokens", kind="full", at=now))
    address = f"https://ocpi.cpi.example/tokens/{UID.lower()}"
    log.append(PullEnded(pull_id="p-nl-cpi-1", at=now, outcome="failed", page_count=0, object_count=0, url=address))
    load_raw_tables(paths)
    with open_warehouse(paths, read_only=True) as con:
        hashes = dict(con.execute("select object_id, object_hash from raw.cdrs").fetchall())
    append(paths, [decision("C1", hashes["C1"], f"Paid to card {UID}"), decision("C2", hashes["C2"], "Fine")])
    return paths


def decision(cdr_id: str, content: str, reason: str) -> NewEvent:
    return NewEvent(
        event_type="cdr_decided",
        user_name="anna",
        object_type="cdr",
        object_key=cdr_id,
        object_label=f"NL*CPI*{cdr_id}",
        payload={"decision": "accept", "reason": reason, "cdr_version_hash": content},
    )


@pytest.fixture
def person(template: Paths, paths: Paths) -> Paths:
    shutil.copytree(template.data, paths.data, dirs_exist_ok=True)
    return paths


def assert_whole(paths: Paths) -> None:
    """Nothing is left of the person, and everything that is kept verifies."""
    assert found(paths.data, WORDS) == []
    verified = verify(paths, with_bodies=True)
    assert verified.problems == []
    assert (verified.body_count, verified.heads["ledger"].seq) == (6, 2)
    with open_warehouse(paths, read_only=True) as con:
        rows = con.execute("select object_id, object_hash from raw.cdrs").fetchall()
        counts = con.execute(
            "select module, sum(received_count), sum(duplicate_count) from raw.pages group by all"
        ).fetchall()
    assert sorted(counts) == [("cdrs", 4, 1), ("sessions", 1, 0), ("tokens", 4, 0)]
    # Each decision still speaks of what its CDR says now.
    seen = {event.object_key: event.payload["cdr_version_hash"] for event in read_events(paths)}
    assert seen == {cdr_id: content for cdr_id, content in rows if cdr_id in seen}


def test_a_person_is_gone_from_every_place_and_the_chains_hold(person: Paths) -> None:
    places = found(person.data, WORDS)
    assert len(places) > 12
    before = journal_lines(person)
    result = erase(person, REQUEST)
    assert result.bodies == {"landed": 6, "failed": 1, "inbox": 1}
    assert (result.left_in, result.left_in_ids, result.other_tokens, result.shared) == ([], 0, 0, 0)
    assert_whole(person)
    assert not journal_file(person).exists()
    assert [path.suffixes for path in (person.inbox / DONE).rglob("*.gz")] == [[".json", ".gz"]]
    # What the lines were written as still chains them.
    assert [line["hash"] for line in journal_lines(person)] == [line["hash"] for line in before]


def journal_lines(paths: Paths) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (paths.ledger / "events.ndjson").read_text().splitlines()]


def test_the_same_identifier_has_the_same_pseudonym_everywhere(person: Paths) -> None:
    erase(person, REQUEST)
    with open_warehouse(person, read_only=True) as con:
        uids = con.execute("select distinct upper(body ->> 'uid') from raw.tokens").fetchall()
        bodies_of_cdrs = [place.read().decode() for place in bodies(person) if b'"C1"' in place.read()]
    (pseudonym,) = [uid for (uid,) in uids if uid != "04112233445566"]
    assert len(pseudonym) == len(UID)
    assert pseudonym in bodies_of_cdrs[0]
    assert f"card {pseudonym.lower()}" in bodies_of_cdrs[0]


def test_a_dry_run_changes_nothing_and_counts_the_same(person: Paths) -> None:
    before = {path: path.read_bytes() for path in person.data.rglob("*") if path.is_file() and path.name != "run.lock"}
    planned = plan(person, Request(UID.lower(), ""))
    after = {path: path.read_bytes() for path in person.data.rglob("*") if path.is_file() and path.name != "run.lock"}
    assert after == before
    result = erase(person, REQUEST)
    assert (planned.bodies, planned.replaced, planned.identifiers) == (
        result.bodies,
        result.replaced,
        result.identifiers,
    )


def test_a_person_who_comes_back_is_known_again_and_gets_the_same_pseudonym(person: Paths) -> None:
    erase(person, REQUEST)
    with open_warehouse(person, read_only=True) as con:
        before = con.execute("select object_hash from raw.cdrs where object_id = 'C1'").fetchall()
    # The partner sends what it sent before, as partners do.
    theirs = {"uid": UID, "type": "RFID", "contract_id": CONTRACT}
    land(person, "cdrs-3.json", [cdr("C1", cdr_token=theirs, remark=f"card {UID.lower()}")])
    result = erase(person, REQUEST)
    assert result.is_repeated
    assert result.bodies == {"landed": 1}
    assert found(person.data, WORDS) == []
    with open_warehouse(person, read_only=True) as con:
        # Equal content again: a duplicate, so that decisions hold.
        assert con.execute("select object_hash from raw.cdrs where object_id = 'C1'").fetchall() == before


def test_a_reason_that_names_the_person_is_refused(person: Paths) -> None:
    for reason in (f"Erase {UID.lower()}", f"contract {CONTRACT}", " "):
        with pytest.raises(UserError, match="reason"):
            erase(person, Request(UID, reason))
    assert not journal_file(person).exists()
    assert len(found(person.data, WORDS)) > 12


def test_a_value_of_many_tokens_is_nobodys_own(paths: Paths) -> None:
    paths.partners_file.write_text(PARTNERS)
    land(paths, "tokens-1.json", [token(f"04AABBCCDDEE{n:02}", contract_id="NL-RLG-FLEET0001") for n in range(20)])
    result = erase(paths, Request("04AABBCCDDEE07", "asked"))
    assert (result.identifiers, result.shared) == (1, 1)
    assert found(paths.landing, ["04AABBCCDDEE07"]) == []
    assert found(paths.landing, ["NL-RLG-FLEET0001"]) != []


def test_an_unknown_token_is_told_and_recorded_and_nothing_changes(person: Paths) -> None:
    warehouse = person.warehouse.stat().st_mtime_ns
    result = erase(person, Request("04FFFFFFFFFFFF", "asked"))
    assert result.changed == 0
    assert person.warehouse.stat().st_mtime_ns == warehouse
    assert b'"subject":"person/' in audit_file(person).read_bytes()
    assert b"04FFFFFFFFFFFF" not in audit_file(person).read_bytes()


def test_a_published_version_that_shows_identifiers_is_removed_and_a_masked_one_stays(person: Paths) -> None:
    masking_key(person)
    for name, uid in (("shows", UID), ("masks", "m-0123456789abcdef")):
        folder = person.published / "versions" / name
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "roamledger.duckdb")) as con:
            con.execute("create schema core; create table core.dim_tokens as select ?::varchar as token_uid", [uid])
    result = erase(person, REQUEST)
    assert result.removed_versions == ["shows"]
    assert [folder.name for folder in (person.published / "versions").iterdir()] == ["masks"]


def test_a_file_of_somebody_else_that_holds_the_person_is_named(person: Paths) -> None:
    (person.data / "notes.txt").write_text(f"call about {UID}")
    assert erase(person, REQUEST).left_in == [person.data / "notes.txt"]


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.audit import chain
from pipeline.privacy.erase import Request, erase
from pipeline.settings import Paths

steps = 0

def killing(step):
    def run(*arguments, **named):
        global steps
        steps += 1
        if steps == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*arguments, **named)
    return run

# Everything durable is done by one of these.
Path.replace, os.replace = killing(Path.replace), killing(os.replace)
Path.unlink, chain.Appending.write = killing(Path.unlink), killing(chain.Appending.write)
erase(Paths(Path(sys.argv[1])), Request(sys.argv[2], "The driver asked for it"))
print(steps)
"""


@pytest.mark.slow
def test_an_erasure_killed_anywhere_is_finished_by_the_next_call(template: Paths, tmp_path: Path) -> None:
    def run(paths: Paths, step: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, str(paths.data), UID, str(step)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    whole = Paths(Path(shutil.copytree(template.data, tmp_path / "whole")))
    steps = int(run(whole, 0).stdout)
    assert_whole(whole)
    assert steps > 20
    for step in sorted({1, 2, 4, *range(5, steps, max(1, steps // 6)), steps - 1, steps}):
        paths = Paths(Path(shutil.copytree(template.data, tmp_path / f"killed-{step}")))
        killed = run(paths, step)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        if journal_file(paths).exists():
            with pytest.raises(UserError, match="broken off"):
                erase(paths, Request("04112233445566", "another"))
        erase(paths, REQUEST)
        assert_whole(paths)
        shutil.rmtree(paths.data)
