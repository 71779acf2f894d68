"""`exceptions` lists what people must decide, filtered as they ask."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from pipeline.settings import Paths
from tests.commands.conftest import Roamledger

pytestmark = pytest.mark.usefixtures("published")


def labels(roamledger: Roamledger, *arguments: str) -> list[str]:
    done = roamledger("exceptions", *arguments, "--format", "json")
    assert done.code == 0, done.err
    return [row["cdr_label"] for row in json.loads(done.out)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), ["NL*CPI*a-1", "NL*CPI*a-4"]),
        (("--sort", "due"), ["NL*CPI*a-4", "NL*CPI*a-1"]),
        (("--limit", "1"), ["NL*CPI*a-1"]),
        (("--rule", "R19"), ["NL*CPI*a-4"]),
        (("--rule", "Cdr_Duplicate_Id"), ["NL*CPI*a-1"]),
        (("--family", "identity"), ["NL*CPI*a-4"]),
        (("--older-than", "8"), ["NL*CPI*a-4"]),
        (("--older-than", "9"), []),
        (("--money-from", "12.50"), ["NL*CPI*a-1"]),
        (("--money-from", "12.51"), []),
        (("--breached",), ["NL*CPI*a-4"]),
        (("--partner", "nl-cpi", "--status", "rejected"), ["DE*ABC*A-2"]),
        (("--status", "auto_rejected", "--status", "open"), ["NL*CPI*a-1", "NL*CPI*a-5", "NL*CPI*a-4"]),
        (("--partner", "nobody"), []),
    ],
)
def test_filters_let_through_what_was_asked_for(
    roamledger: Roamledger, arguments: tuple[str, ...], expected: list[str]
) -> None:
    assert labels(roamledger, *arguments) == expected


def test_the_table_tells_what_may_be_done_and_until_when(roamledger: Roamledger) -> None:
    told = roamledger("exceptions", "--limit", "1").out
    assert "accept reject dispute" in told
    assert "2026-11-06" in told
    assert "1 more" in told


def test_csv_has_every_column(roamledger: Roamledger) -> None:
    rows = list(csv.DictReader(StringIO(roamledger("exceptions", "--format", "csv").out)))
    assert [row["money_at_stake_excl_vat"] for row in rows] == ["12.5", "4"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rule", "R99"), "There is no rule 'R99'"),
        (("--status", "lost"), "There is no status 'lost'"),
        (("--money-from", "much"), "'much' is no amount"),
        (("--money-from", "NaN"), "'NaN' is no amount"),
    ],
)
def test_what_does_not_exist_is_refused(roamledger: Roamledger, arguments: tuple[str, ...], sentence: str) -> None:
    done = roamledger("exceptions", *arguments)
    assert done.code == 2
    assert sentence in done.err


def test_a_pack_of_nobody_is_refused(roamledger: Roamledger, paths: Paths) -> None:
    done = roamledger("exceptions", "pack", "nobody", "--output", str(paths.data / "pack"))
    assert done.code == 2
    assert "There is no partner 'nobody'" in done.err
    assert not (paths.data / "pack").exists()
