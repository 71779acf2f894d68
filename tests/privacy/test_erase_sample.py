"""A person of the sample is erased from a whole published night: no sum, no verdict and no other column changes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.audit.verify import verify
from pipeline.cli import main
from pipeline.ledger import NewEvent, append
from pipeline.settings import Paths
from tests.privacy.looking import found

# What identifies a token, is masked, or is a hash of what a partner sent.
_IDENTIFYING = {
    "token_uid", "contract_id", "group_id", "token_label", "token_key", "token_version_key", "token_version_hash",
    "cdr_version_hash", "session_version_hash", "newest_version_hash",
}  # fmt: skip
_OF_TOKENS = {"object_key", "object_label", "finding_key", "rule_hit_key"}
# Of the one CDR that a person settled between the two nights.
_DECIDED = {"decided_by", "decision_reason", "decided_at", "decision_event_number"}
# They tell of the run.
_LEFT_OUT = {"meta.published_version", "meta.published_chains", "meta.fct_audit_log"}


@pytest.mark.slow
def test_a_whole_night_is_equal_but_for_the_person(
    sample_copy: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shutil.copy(sample_copy.published_file, tmp_path / "before.duckdb")
    with duckdb.connect(str(sample_copy.warehouse), read_only=True) as con:
        # Accepted by the rules, so that what an analyst says of it moves no money.
        uid, contract, key, label, content = con.execute(
            """
            select cdrs.token_uid, cdrs.contract_id, cdrs.cdr_key, cdrs.cdr_label, verdicts.newest_version_hash
            from core.fct_cdrs as cdrs
            inner join verdicts.fct_cdr_verdicts as verdicts using (cdr_key)
            inner join core.dim_tokens as tokens on cdrs.token_uid = tokens.token_uid
            where verdict = 'accepted' and tokens.token_type = 'RFID'
            order by count(*) over (partition by cdrs.token_uid) desc, cdr_key
            limit 1
            """
        ).fetchone() or pytest.fail("the sample has no such CDR")
    append(
        sample_copy,
        [
            NewEvent(
                event_type="cdr_decided",
                user_name="anna",
                object_type="cdr",
                object_key=key,
                object_label=label,
                payload={"decision": "accept", "reason": f"card {uid} is known", "cdr_version_hash": content},
            )
        ],
    )
    assert len(found(sample_copy.landing, [uid])) > 3

    erase = ["roamledger", "--data", str(sample_copy.data), "privacy", "erase", "--token", uid.lower()]
    monkeypatch.setattr(sys, "argv", [*erase, "--reason", "The driver asked for it", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    told = json.loads(capsys.readouterr().out)
    assert told["bodies"]["landed"] > 3
    assert told["lines"]["events.ndjson"] == 1
    assert told["left_in"] == []

    assert found(sample_copy.data, [uid, contract, contract.replace("-", "")]) == []
    assert verify(sample_copy, with_bodies=True).problems == []
    with duckdb.connect(str(sample_copy.published_file), read_only=True) as con:
        con.execute(f"attach '{before}' as before (read_only)")
        found_differences = different(con, key)
        assert not found_differences, "\n".join(found_differences)
        decided = con.execute(
            "select verdict, decision_reason from verdicts.fct_cdr_verdicts where cdr_key = ?", [key]
        ).fetchall()
    assert decided[0][0] == "accepted"
    # The decision still speaks of the CDR as it is now, and its reason of nobody.
    assert decided[0][1].startswith("card ")
    assert decided[0][1].endswith(" is known")


def different(con: duckdb.DuckDBPyConnection, decided_key: str) -> list[str]:
    """Tables of which a row differs, identifying columns left out."""
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'before'"
    ).fetchall()
    assert len(tables) > 30
    unequal = []
    for schema, name in tables:
        if f"{schema}.{name}" in _LEFT_OUT:
            continue
        columns = {row[0] for row in con.execute(f'describe before."{schema}"."{name}"').fetchall()}
        shown = []
        for column in sorted(columns - _IDENTIFYING):
            if column in _OF_TOKENS and "object_type" in columns:
                shown.append(f"case when object_type <> 'token' then \"{column}\" end")
            elif column in _DECIDED:
                shown.append(f"case when cdr_key <> '{decided_key}' then \"{column}\" end")
            else:
                shown.append(f'"{column}"')
        rows = f'select {", ".join(shown)} from {{}}"{schema}"."{name}"'
        old, new = rows.format("before."), rows.format("")
        sides = f"({old} except all {new}) union all ({new} except all {old})"
        count = con.execute(f"select count(*) from ({sides})").fetchone()
        if count and count[0]:
            unequal.append(f"{schema}.{name}: {count[0]} rows")
    return unequal
