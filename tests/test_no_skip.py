"""`--no-skip` makes a skipped test count as a failure, so that a full check cannot pass by leaving things out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import PROJECT_ROOT

SKIPPING = {
    "test_inside.py": "import pytest\ndef test_one(): pytest.skip('no browser')\n",
    "test_mark.py": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_one(): pass\n",
    "test_module.py": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
}


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text((PROJECT_ROOT / "tests" / "conftest.py").read_text())
    for name, body in SKIPPING.items():
        (folder / name).write_text(body)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--rootdir", str(folder)]
    return subprocess.run(
        [*command, *options, str(folder)], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture(autouse=True)
def no_skip_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROAMLEDGER_NO_SKIP", raising=False)


def test_skips_are_told_and_pass_by_default(tmp_path: Path) -> None:
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "3 skipped" in done.stdout
    assert "no browser" in done.stdout


def test_every_kind_of_skip_fails_when_none_is_allowed(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--no-skip", "--continue-on-collection-errors")
    assert done.returncode != 0, done.stdout
    assert "1 failed, 2 errors" in done.stdout
    assert "No test may be skipped here" in done.stdout
