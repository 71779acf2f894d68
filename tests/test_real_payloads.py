"""A whole night on payloads that nobody of this project wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.landing.store import land_path
from pipeline.nightly import run_night
from pipeline.partners import load_config
from pipeline.published import ask, open_published
from pipeline.settings import Paths

FOLDERS = (
    "ndw_dotnl_2026",
    "ocm_operator_pulls",
    "chargemap_ocpi211_payloads",
    "gireve_doc_payloads",
    "chargy_uk",
    "ndw_receiver_fixtures",
    "sharecharge_bridge",
)


@pytest.mark.slow
def test_a_night_on_real_payloads_ends_published_and_accounted_for(paths: Paths, corpus: Path) -> None:
    received_at = datetime(2026, 11, 1, tzinfo=UTC)
    for folder in FOLDERS:
        land_path(paths, load_config(paths), corpus / "real" / folder, received_at=received_at)
    night = run_night(paths, as_of=datetime(2026, 11, 1, 1, tzinfo=UTC), collect_inbox=False)
    assert night.published is not None
    with open_published(paths) as con:
        question = "select count(*), sum(received_count), max(abs(difference)) from meta.ingest_accounting"
        files, received, difference = ask(con, question).rows[0]
    assert (files, difference) == (len(night.accounts), 0)
    assert received == sum(account.received for account in night.accounts)
