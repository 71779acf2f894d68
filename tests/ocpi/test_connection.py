"""The connection of a partner: what may stand in partners.yml, and what is a mistake, told with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.connection_models import Connection
from pipeline.partners import load_config
from pipeline.settings import Paths, UserError

SMALLEST = """\
partners:
  - partner: nl-cpi
    name: Inn
    country_code: NL
    party_id: CPI
    roles: [CPO]
    ocpi_version: 2.2.1
    connection:
      versions_url: {url}
      role: EMSP
      credentials:
        - name: 2026-a
          token_env: CPI_OCPI_TOKEN
{more}"""


def write(paths: Paths, more: str = "", url: str = "https://ocpi.cpi.example/ocpi/versions") -> None:
    paths.partners_file.write_text(SMALLEST.format(url=url, more=more))


def connection(**changes: Any) -> Connection:
    given = {
        "versions_url": "https://ocpi.cpi.example/ocpi/versions",
        "role": "EMSP",
        "credentials": [{"name": "a", "token_env": "TOKEN"}],
    }
    return Connection.model_validate(given | changes)


def test_url_role_and_one_credential_are_enough(paths: Paths) -> None:
    write(paths)
    found = load_config(paths).partners[0]
    assert found.connection is not None
    assert found.connection.hosts == ["ocpi.cpi.example:443"]
    assert (found.connection.page_limit, found.connection.requests_per_s, found.connection.timeout_s) == (1000, 5, 30)
    assert found.pulled_modules == ["locations", "tariffs", "sessions", "cdrs"]


def test_a_cpo_pulls_tokens_and_nothing_else() -> None:
    assert connection(role="CPO").pulled_modules == ("tokens",)


def test_a_partner_without_connection_pulls_nothing(paths: Paths) -> None:
    paths.partners_file.write_text(SMALLEST.format(url="x", more="").split("    connection:")[0])
    assert load_config(paths).partners[0].pulled_modules == []


def test_dates_without_time_zone_are_utc(paths: Paths) -> None:
    write(paths, "          valid_from: 2026-01-01\n      first_pull_from: 2026-01-01T02:00:00+02:00\n")
    found = load_config(paths).partners[0].connection
    assert found is not None
    assert found.credentials[0].valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.first_pull_from == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://ocpi.cpi.example/ocpi/versions", "plain http would show the key"),
        ("ftp://ocpi.cpi.example/ocpi/versions", "is no URL"),
        ("ocpi.cpi.example/ocpi/versions", "is no URL"),
        ("https://ocpi.cpi.example/ocpi/versions#all", "has a part after #"),
        ("https://me:secret@ocpi.cpi.example/ocpi/versions", "no user name or password"),
        ("'https://ocpi.cpi.example/ocpi versions'", "is no URL"),
    ],
)
def test_a_versions_url_that_is_not_safe_is_a_mistake_on_its_line(paths: Paths, url: str, said: str) -> None:
    write(paths, url=url)
    with pytest.raises(UserError) as raised:
        load_config(paths)
    assert f"{paths.partners_file}, line 9: partners[1].connection.versions_url: " in str(raised.value)
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_this_machine_may_be_reached_by_plain_http(host: str) -> None:
    assert connection(versions_url=f"http://{host}:8080/versions").allows(f"http://{host}:8080/x")


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("          token_file: secrets/key\n", 12, "give either token_env or token_file"),
        ("          valid_from: 2026-02-01\n          valid_to: 2026-01-01\n", 12, "valid_to must be later"),
        ("          token: the-key-itself\n", 14, "this field is not known"),
        ("        - {name: 2026-a, token_env: OTHER}\n", 8, "two credentials are called 2026-a"),
        ("        - {name: b, token_env: B}\n        - {name: c, token_env: C}\n", 11, "at most 2"),
        ("        - {name: b, token_env: the-key-itself}\n", 14, "no name of an environment variable"),
        ("          valid_to: 2026-05-01\n        - {name: b, token_env: B, valid_from: 2026-05-02}\n", 8,
         "no credential is valid from 2026-05-01T00:00:00Z to 2026-05-02T00:00:00Z"),
        ("      allowed_hosts: [other.example]\n", 8, "leaves out the host of versions_url"),
        ("      allowed_hosts: ['https://ocpi.cpi.example/']\n", 14, "is no host"),
        ("      client_key_file: k.pem\n", 8, "without client_certificate_file"),
        ("      requests_per_s: 0\n", 14, "greater than 0"),
        ("      page_limit: 0\n", 14, "greater than or equal to 1"),
        ("      verify: false\n", 14, "this field is not known"),
        ("      hub: {country_code: NL}\n", 14, "Field required"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_line_and_shows_no_key(paths: Paths, more: str, line: int, said: str) -> None:
    write(paths, more)
    with pytest.raises(UserError) as raised:
        load_config(paths)
    assert f"{paths.partners_file}, line {line}: partners[1].connection" in str(raised.value)
    assert said in str(raised.value)
    assert "the-key-itself" not in str(raised.value)


def test_windows_that_meet_or_overlap_leave_no_gap() -> None:
    first = {"name": "a", "token_env": "A", "valid_to": "2026-05-01"}
    for start in ("2026-05-01", "2026-04-01"):
        assert connection(credentials=[{"name": "b", "token_env": "B", "valid_from": start}, first]).credentials


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://ocpi.cpi.example/cdrs?offset=1", True),
        ("https://OCPI.cpi.example:443/cdrs", True),
        ("https://ocpi.cpi.example:8443/cdrs", False),
        ("http://ocpi.cpi.example/cdrs", False),
        ("https://evil.example/cdrs", False),
        ("https://ocpi.cpi.example.evil.example/cdrs", False),
        ("https://ocpi.cpi.example@evil.example/cdrs", False),
        ("https://me:pw@ocpi.cpi.example/cdrs", False),
        ("https://evil.example\\@ocpi.cpi.example/cdrs", False),
        ("https://evil.example#@ocpi.cpi.example/", False),
        ("https:///cdrs", False),
        ("file:///etc/passwd", False),
        ("https://ocpi.cpi.example:notaport/", False),
        ("", False),
    ],
)
def test_only_the_host_and_port_of_the_versions_are_allowed_where_none_is_listed(url: str, is_allowed: bool) -> None:
    assert connection().allows(url) is is_allowed


def test_a_listed_host_stands_for_all_its_ports_and_one_with_port_for_that() -> None:
    found = connection(allowed_hosts=["ocpi.cpi.example", "Data.cpi.example:8443"])
    assert found.allows("https://ocpi.cpi.example:9000/x")
    assert found.allows("https://data.cpi.example:8443/x")
    assert not found.allows("https://data.cpi.example/x")
    # A listed host is no reason to go there unprotected.
    assert not found.allows("http://ocpi.cpi.example/x")
