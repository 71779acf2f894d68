"""`roamledger privacy` as it is typed."""

from __future__ import annotations

import io
import json
import sys

import pytest

from pipeline.cli import main
from pipeline.settings import Paths


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["roamledger", "privacy", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_expire_says_what_went_and_what_is_kept(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "expire", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["removed"]) == {"inbox_copies", "failed_bodies", "published_versions", "unfinished", "build_logs"}
    assert set(told["kept"]) == {"landing", "ledger", "audit", "documents"}
    assert run(monkeypatch, "expire", "--dry-run") == 0
    assert "Would be removed" in capsys.readouterr().out


def test_a_uid_from_standard_input_is_not_in_the_command_line(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("04AABBCCDDEEFF\n"))
    assert run(monkeypatch, "erase", "--token", "-", "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["is_dry_run"], told["identifiers"], told["bodies"]) == (True, 1, {})
    assert not list(paths.ledger.glob("*"))


def test_the_uid_is_taken_out_of_the_command_line_that_other_programs_log(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, "erase", "--token=04aabbccddeeff", "--dry-run") == 0
    assert sys.argv == ["roamledger", "privacy", "erase", "UID", "--dry-run"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--token", "04AABBCCDDEEFF"), "needs a reason"),
        (("--token", " ", "--reason", "asked"), "Name the token"),
        (("--token", "04AABBCCDDEEFF", "--country", "NL", "--reason", "asked"), "--country and --party together"),
        (("--token", "04AABBCCDDEEFF", "--reason", "04aabbccddeeff left"), "say it without them"),
    ],
)
def test_a_mistake_is_one_sentence(
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    assert run(monkeypatch, "erase", *arguments) == 2
    assert sentence in capsys.readouterr().err
