"""`roamledger backup`, `restore` and `rebuild`: the whole way there and back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.publish import RUN_METADATA_TABLES
from pipeline.settings import Paths
from tests.commands.conftest import Roamledger
from tests.comparing import differences
from tests.conftest import SampleNight


@pytest.mark.slow
def test_backed_up_destroyed_restored_and_rebuilt_every_table_is_the_same(
    sample_night: SampleNight, sample_copy: Paths, tmp_path: Path, roamledger: Roamledger
) -> None:
    target, data = str(tmp_path / "backup"), str(sample_copy.data)
    taken = json.loads(roamledger("--data", data, "backup", target, "--json").out)
    assert (taken["page_count"], taken["written"], taken["kept"]) == (61, 61, 0)
    shutil.rmtree(sample_copy.data)
    assert "is whole" in roamledger("backup", "--verify", target).out
    restored = roamledger("--data", data, "restore", target)
    assert restored.code == 0
    assert "roamledger rebuild" in restored.out
    # The clock, too, comes from what was restored.
    rebuilt = json.loads(roamledger("--data", data, "rebuild", "--json").out)
    before = sample_night.result.published
    assert before is not None
    assert rebuilt["version_id"] == before.version_id
    left_out = RUN_METADATA_TABLES | {"ledger.audit_log"}
    assert differences(sample_night.paths.warehouse, sample_copy.warehouse, but=left_out) == {}
    assert differences(before.file, sample_copy.published_file, but=left_out) == {}
    assert roamledger("--data", data, "audit", "verify", "--bodies", "--anchor", target).code == 0


def test_a_damaged_backup_is_told_by_its_file_and_the_exit_code(
    paths: Paths, tmp_path: Path, roamledger: Roamledger
) -> None:
    file = tmp_path / "cdrs.json"
    file.write_text('[{"id": "1"}]')
    target = tmp_path / "backup"
    assert roamledger("load", str(file), "--partner", "p", "--module", "cdrs").code == 0
    assert "1 landed pages" in roamledger("backup", str(target)).out
    (body,) = (target / "bodies").glob("*/*")
    body.unlink()
    checked = roamledger("backup", "--verify", str(target))
    assert checked.code == 1
    assert str(body) in checked.out
    assert json.loads(roamledger("backup", "--verify", str(target), "--json").out)["is_whole"] is False
    refused = roamledger("--data", str(tmp_path / "new"), "restore", str(target))
    assert refused.code == 2
    assert "Nothing was restored" in refused.err
    assert "holds no backup" in roamledger("restore", str(tmp_path)).err
    assert "--replace" in roamledger("restore", str(target)).err
