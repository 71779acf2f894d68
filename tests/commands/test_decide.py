"""`decide` writes one event for exactly one CDR, or nothing."""

from __future__ import annotations

import pytest

from pipeline.ledger.store import events_file, read
from pipeline.settings import Paths
from tests.commands.conftest import Roamledger

WHY = ("--reason", "meter photo checked", "--user", "ana")


@pytest.mark.parametrize("name", ["k1", "NL*CPI*a-1", "nl*cpi*A-1", "a-1"], ids=["key", "label", "other case", "id"])
def test_a_cdr_is_found_by_key_label_or_id(roamledger: Roamledger, published: Paths, name: str) -> None:
    done = roamledger("decide", name, "--accept", *WHY)
    assert done.code == 0, done.err
    event = next(read(published))
    assert (event.event_type, event.object_type) == ("cdr_decided", "cdr")
    assert (event.object_key, event.object_label) == ("k1", "NL*CPI*a-1")
    assert event.payload == {"decision": "accept", "reason": "meter photo checked", "cdr_version_hash": "v1"}
    assert event.user_name == "ana"
    assert "was held (cdr_duplicate_id)" in done.out
    assert "next `roamledger run` applies it" in done.out


def test_a_later_decision_stands_beside_the_earlier_one(roamledger: Roamledger, published: Paths) -> None:
    roamledger("decide", "k1", "--accept", *WHY)
    roamledger("decide", "k1", "--reject", *WHY)
    assert [event.payload["decision"] for event in read(published)] == ["accept", "reject"]


def test_an_unknown_cdr_is_refused_and_nothing_is_written(roamledger: Roamledger, published: Paths) -> None:
    done = roamledger("decide", "nobody", "--accept", *WHY)
    assert done.code == 2
    assert "No published CDR is called 'nobody'" in done.err
    assert not events_file(published).exists()


def test_an_id_of_two_cdrs_is_refused_with_both_labels(roamledger: Roamledger, published: Paths) -> None:
    done = roamledger("decide", "a-2", "--reject", *WHY)
    assert done.code == 2
    assert "DE*ABC*A-2, NL*CPI*a-2" in done.err
    assert not events_file(published).exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("k1", *WHY), "--accept or --reject"),
        (("k1", "--accept"), "needs a reason"),
        (("k1", "--accept", "--reason", "  "), "needs a reason"),
    ],
)
def test_half_a_decision_is_refused(
    roamledger: Roamledger, published: Paths, arguments: tuple[str, ...], sentence: str
) -> None:
    done = roamledger("decide", *arguments)
    assert done.code == 2
    assert sentence in done.err
    assert not events_file(published).exists()
