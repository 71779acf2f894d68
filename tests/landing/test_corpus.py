"""Payloads that nobody of this project wrote: loaded without a crash, every object accounted for."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.landing.bench import Bench

# What each folder becomes, reviewed by hand; a change here is a change of what we can read.
EXPECTED: dict[str, dict[str, int]] = {
    "ocm_operator_pulls": {"received": 3404, "loaded": 3133, "duplicates": 251, "object_party_missing": 20},
    "chargemap_ocpi211_payloads": {
        "received": 191, "loaded": 51, "duplicates": 9, "body_empty": 2, "body_error_status": 1,
        "body_without_objects": 43, "landing_unidentified": 80, "object_id_missing": 2, "object_party_missing": 3,
    },
    "gireve_doc_payloads": {
        "received": 29, "loaded": 7, "duplicates": 0, "body_without_objects": 14, "landing_unidentified": 3,
        "object_party_missing": 5,
    },
    "chargy_uk": {"received": 5, "loaded": 5, "duplicates": 0},
    "ndw_receiver_fixtures": {"received": 17, "loaded": 2, "duplicates": 6, "object_party_missing": 9},
    "sharecharge_bridge": {"received": 2, "loaded": 2, "duplicates": 0},
}  # fmt: skip


def totals(bench: Bench) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for account in bench.load():
        assert account.received == account.loaded + account.quarantined + account.duplicates, account
        assert sum(account.reasons.values()) == account.quarantined, account
        counts.update(received=account.received, loaded=account.loaded, duplicates=account.duplicates)
        counts.update(account.reasons)
    return dict(counts)


@pytest.mark.parametrize("folder", EXPECTED)
def test_every_object_of_a_folder_is_accounted_for(bench: Bench, corpus: Path, folder: str) -> None:
    result = bench.land(corpus / "real" / folder)
    assert totals(bench) == EXPECTED[folder]
    assert {skipped.source_name.rpartition(".")[2] for skipped in result.skipped} <= {"md", "txt"}


@pytest.mark.slow
def test_two_pulls_of_a_country_are_accounted_for(bench: Bench, corpus: Path) -> None:
    bench.land(corpus / "real" / "ndw_dotnl_2026")
    assert totals(bench) == {"received": 96962, "loaded": 76684, "duplicates": 20276, "object_party_missing": 2}


def test_a_partner_in_the_configuration_rescues_objects_without_party(configured: Bench, corpus: Path) -> None:
    configured.land(corpus / "real" / "gireve_doc_payloads", partner="hub")
    assert "object_party_missing" not in totals(configured)


def test_objects_come_out_as_they_were_sent(bench: Bench, corpus: Path) -> None:
    source = corpus / "real" / "chargy_uk" / "chargy-tariffs-response.json"
    bench.land(source)
    bench.load()
    bodies = [json.loads(body) for (body,) in bench.rows("select body from raw.tariffs order by ordinal")]
    assert bodies == json.loads(source.read_bytes())["data"]
