"""The audit log as a table, and a whole night that stands in it."""

from __future__ import annotations

import json
from collections import Counter

import duckdb
import pytest

from pipeline.audit.chain import read
from pipeline.audit.log import audit_file
from pipeline.audit.verify import verify
from tests.conftest import SampleNight

pytestmark = pytest.mark.slow


def test_everything_the_sample_night_did_verifies(sample_night: SampleNight) -> None:
    found = verify(sample_night.paths, with_bodies=True)
    assert (found.problems, found.notes) == ([], [])
    assert (found.page_count, found.body_count, found.heads["ledger"].seq) == (61, 61, 20)
    assert found.anchor_count == 2


def test_each_act_up_to_the_build_is_a_row_of_the_published_table(sample_night: SampleNight) -> None:
    acts = [line.content() for line in read(audit_file(sample_night.paths))]
    counted = Counter(act["action"] for act in acts)
    assert (counted["land"], counted["decide"], counted["load"]) == (61, 20, len(sample_night.result.accounts))
    assert [act["action"] for act in acts[-2:]] == ["build", "publish"]
    with duckdb.connect(str(sample_night.paths.published_file), read_only=True) as con:
        rows = con.execute(
            "select entry_number, action, subject, counts, entry_hash from meta.fct_audit_log order by entry_number"
        ).fetchall()
        anchors = dict(con.execute("select chain, hash from meta.published_chains").fetchall())
        accounted = con.execute("select sum(received_count) from meta.ingest_accounting").fetchall()
    # The table was built before the build could be recorded.
    assert len(rows) == len(acts) - 2
    for row, act in zip(rows, acts, strict=False):
        assert row == (act["seq"], act["action"], act["subject"], row[3], act["hash"])
        assert json.loads(row[3]) == act["counts"]
    assert anchors["audit"] == acts[-2]["hash"]
    assert accounted == [(sum(act["counts"]["received"] for act in acts if act["action"] == "load"),)]


def test_the_published_file_is_recorded_by_its_hash(sample_night: SampleNight) -> None:
    from pipeline.audit.acts import file_sha256

    *_, act = read(audit_file(sample_night.paths))
    assert act.content()["sha256"] == file_sha256(sample_night.paths.published_file)
