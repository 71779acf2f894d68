"""`decide` writes one event for exactly one CDR, or nothing."""

from __future__ import annotations

import pytest

from pipeline.audit.log import audit_file
from pipeline.ledger.store import events_file, read
from pipeline.settings import Paths
from tests.commands.conftest import Done, Roamledger

WHY = ("--reason", "meter photo checked", "--user", "ana")


@pytest.mark.parametrize("name", ["k1", "NL*CPI*a-1", "nl*cpi*A-1", "a-1"], ids=["key", "label", "other case", "id"])
def test_a_cdr_is_found_by_key_label_or_id(roamledger: Roamledger, published: Paths, name: str) -> None:
    done = roamledger("decide", name, "--accept", *WHY)
    assert done.code == 0, done.err
    event = next(read(published))
    assert (event.event_type, event.object_type) == ("cdr_decided", "cdr")
    assert (event.object_key, event.object_label) == ("k1", "NL*CPI*a-1")
    assert event.payload == {
        "decision": "accept",
        "reason": "meter photo checked",
        "cdr_version_hash": "v1",
        "rule_code": "cdr_duplicate_id",
    }
    assert event.user_name == "ana"
    assert "was held (cdr_duplicate_id)" in done.out
    assert "next `roamledger run` applies it" in done.out


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
        (("k1", *WHY), "one of --accept, --reject"),
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


def refused(done: Done, published: Paths) -> str:
    """What was said of a decision that wrote nothing."""
    assert done.code == 2
    assert not events_file(published).exists()
    assert not audit_file(published).exists()
    return done.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("k1", "--retry"), "cdr_duplicate_id (structure) holds NL*CPI*a-1, which nobody can retry."),
        (("k1", "--reassign-to", "NL-RLG-C00000001"), "What may be done: --accept, --reject, --dispute."),
        (("k3", "--accept"), "tariff_currency_mismatch (tariff) rejects DE*ABC*A-2, which nobody can accept."),
        (("k2", "--accept"), "No rule holds or rejects NL*CPI*a-2, so there is nothing to accept."),
        (("k2", "--retry"), "What may be done: --dispute, --reassign-to."),
        (("k5", "--accept"), "NL*CPI*a-5 is closed: rejected because nobody decided in time. --retry takes that back."),
        (("k5", "--dispute"), "NL*CPI*a-5 is disputed already."),
        (("k1", "--accept", "--reject"), "one of --accept, --reject"),
    ],
)
def test_what_is_not_legal_is_refused_with_what_is(
    roamledger: Roamledger, published: Paths, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(roamledger("decide", *arguments, *WHY), published)


def test_a_decision_that_no_run_has_applied_closes_the_cdr(roamledger: Roamledger, published: Paths) -> None:
    assert roamledger("decide", "k4", "--accept", *WHY).code == 0
    closed = roamledger("decide", "k4", "--reject", *WHY)
    assert closed.code == 2
    assert "NL*CPI*a-4 is closed: accepted by ana." in closed.err
    assert roamledger("decide", "k4", "--retry", *WHY).code == 0
    assert roamledger("decide", "k4", "--reject", *WHY).code == 0
    assert [event.payload["decision"] for event in read(published)] == ["accept", "retry", "reject"]


def test_a_dispute_asks_for_the_whole_claim_once(roamledger: Roamledger, published: Paths) -> None:
    assert roamledger("decide", "k1", "--dispute", *WHY).code == 0
    (event,) = read(published)
    assert event.event_type == "dispute_opened"
    told = {name: event.payload[name] for name in ("reason_code", "claimed_amount_excl_vat", "currency", "note")}
    assert told == {
        "reason_code": "DUP_ID", "claimed_amount_excl_vat": "12.5", "currency": "EUR", "note": "meter photo checked",
    }  # fmt: skip
    assert "disputed already" in roamledger("decide", "k1", "--dispute", *WHY).err
    assert len(list(read(published))) == 1


@pytest.mark.parametrize(
    ("named", "shares"),
    [
        (("NL-RLG-C00000001",), [("NL-RLG-C00000001", "100")]),
        (("NL-RLG-C00000001=40", "NL-RLG-C00000002=60"), [("NL-RLG-C00000001", "40"), ("NL-RLG-C00000002", "60")]),
        (("NL-RLG-C00000001", "nl-rlg-c00000002=12.5"), [("NL-RLG-C00000001", "87.5"), ("nl-rlg-c00000002", "12.5")]),
    ],
    ids=["one", "two", "the rest"],
)
def test_who_pays_is_kept_with_the_shares(
    roamledger: Roamledger, published: Paths, named: tuple[str, ...], shares: list[tuple[str, str]]
) -> None:
    done = roamledger("decide", "k4", *(word for name in named for word in ("--reassign-to", name)), *WHY)
    assert done.code == 0, done.err
    (event,) = read(published)
    assert event.event_type == "cdr_reassigned"
    assert [(payer["contract_id"], payer["share_percent"]) for payer in event.payload["payers"]] == shares


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (("NL-RLG-C00000001=40",), "The shares make 40 percent"),
        (("NL-RLG-C00000001=60", "NL-RLG-C00000002=60"), "The shares make 120 percent"),
        (("NL-RLG-C00000001", "NL-RLG-C00000002"), "have no share"),
        (("NL-RLG-C00000001=100", "NL-RLG-C00000002"), "The shares make 100 percent"),
        (("NL-RLG-C00000001=half",), "'half' is no share"),
        (("NL-RLG-C00000001=0", "NL-RLG-C00000002=100"), "0 percent is no share"),
        (("NL-RLG-C99999999",), "No token of ours has the contract 'NL-RLG-C99999999'"),
        (("NL-RLG-C00000001=50", "nl-rlg-C00000001=50"), "a contract is named twice"),
        (("=50",), "Name the contract that pays"),
    ],
)
def test_shares_that_do_not_make_a_whole_are_refused(
    roamledger: Roamledger, published: Paths, named: tuple[str, ...], sentence: str
) -> None:
    done = roamledger("decide", "k4", *(word for name in named for word in ("--reassign-to", name)), *WHY)
    assert sentence in refused(done, published)
