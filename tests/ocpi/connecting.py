"""Partners, keys and clients for tests that talk to a server on loopback."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.ocpi.client import Client, Exchange
from pipeline.partner_models import OurParty, Partner
from pipeline.partners import Config
from pipeline.settings import Paths

US = OurParty(country_code="NL", party_id="RLG", roles=["EMSP", "CPO"], name="Us")
KEY_VARIABLE = "CPI_OCPI_TOKEN"


def partner_at(versions_url: str, version: str = "2.2.1", *, slug: str = "nl-cpi", **connection: Any) -> Partner:
    """NL*CPI, reached at that URL with the key in `CPI_OCPI_TOKEN`. Fast, and impatient."""
    given: dict[str, Any] = {
        "versions_url": versions_url, "role": "EMSP", "credentials": [{"name": "a", "token_env": KEY_VARIABLE}],
        "requests_per_s": 10_000, "timeout_s": 2, "page_limit": 100,
    }  # fmt: skip
    return Partner.model_validate(
        {
            "partner": slug, "name": "Inn", "country_code": "NL", "party_id": "CPI", "roles": ["CPO"],
            "ocpi_version": version, "connection": given | connection,
        }
    )  # fmt: skip


def config_of(*partners: Partner) -> Config:
    return Config(our_parties=[US], partners=list(partners))


def client_of(
    partner: Partner, paths: Paths, monkeypatch: pytest.MonkeyPatch, token: str, exchanges: list[Exchange] | None = None
) -> Client:
    """A client that waits for nothing; every request it sends is added to `exchanges`."""
    monkeypatch.setenv(KEY_VARIABLE, token)
    told: list[Exchange] = [] if exchanges is None else exchanges
    return Client(partner, US, paths, on_exchange=told.append, sleep=lambda seconds: None, random=random.Random(1))


def keys_in(pages: Sequence[Any]) -> list[str]:
    """Keys of all objects of pages, in order, repeated ones too."""
    return [key for page in pages for key in page.object_keys]
