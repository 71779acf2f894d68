"""Who we are, whom we exchange OCPI with, and on what terms: read from YAML, handed on as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from pipeline.partner_models import Agreement, AgreementsFile, Config, OurParty, Partner, PartnersFile
from pipeline.settings import Paths
from pipeline.yaml_file import YamlFile, read_model

__all__ = ["Agreement", "Config", "OurParty", "Partner", "load_config", "write_config_tables"]

_COLUMNS: dict[str, str] = {
    "our_parties": "country_code varchar, party_id varchar, role varchar, name varchar",
    "partners": (
        "partner varchar, name varchar, country_code varchar, party_id varchar, role varchar,"
        " ocpi_version varchar, time_zone varchar"
    ),
    "partner_operator_ids": "partner varchar, operator_id varchar",
    "partner_policies": "partner varchar, policy varchar, value varchar",
    "agreements": (
        "agreement_id varchar, partner varchar, version integer, valid_from date, valid_to date,"
        " commercial_model varchar, currency varchar,"
        " energy_percent decimal(18, 6), energy_per_kwh decimal(18, 6), time_percent decimal(18, 6),"
        " parking_percent decimal(18, 6), flat_percent decimal(18, 6), session_fee decimal(18, 6),"
        " retail_vat_percent decimal(18, 6), rounding_mode varchar, rounding_level varchar,"
        " payment_days integer, dispute_window_days integer"
    ),
}


def load_config(paths: Paths) -> Config:
    """Read partners.yml and agreements.yml; a file that does not exist counts as empty.

    Raises UserError with file, line and field of every mistake.
    """
    parties, agreements = PartnersFile(), AgreementsFile()
    if paths.partners_file.exists():
        parties, file = read_model(paths.partners_file, PartnersFile)
        _no_repeats(file, "partners", "partner", [partner.partner for partner in parties.partners])
        _no_repeats(
            file,
            "our_parties",
            "party_id",
            [f"{party.country_code}*{party.party_id}" for party in parties.our_parties],
        )
    if paths.agreements_file.exists():
        agreements, file = read_model(paths.agreements_file, AgreementsFile)
        known = {partner.partner for partner in parties.partners}
        for position, agreement in enumerate(agreements.agreements):
            if agreement.partner not in known:
                raise file.mistake(
                    ("agreements", position, "partner"),
                    f"{agreement.partner!r} is not a partner in {paths.partners_file.name}",
                )
        versions = [f"{agreement.agreement_id} version {agreement.version}" for agreement in agreements.agreements]
        _no_repeats(file, "agreements", "version", versions)
    return Config(our_parties=parties.our_parties, partners=parties.partners, agreements=agreements.agreements)


def _no_repeats(file: YamlFile, part: str, field: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            raise file.mistake((part, position, field), f"{name} is given twice; keep one")
        seen.add(name)


def write_config_tables(con: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Replace the five tables of schema `config`, in one transaction; they exist even when they are empty."""
    rows: dict[str, Sequence[tuple[object, ...]]] = {
        "our_parties": [
            (party.country_code, party.party_id, role, party.name)
            for party in config.our_parties
            for role in party.roles
        ],
        "partners": [
            (
                partner.partner,
                partner.name,
                partner.country_code,
                partner.party_id,
                role,
                partner.ocpi_version,
                partner.time_zone,
            )
            for partner in config.partners
            for role in partner.roles
        ],
        "partner_operator_ids": [
            (partner.partner, operator_id)
            for partner in config.partners
            for operator_id in partner.allowed_operator_ids
        ],
        "partner_policies": [
            (partner.partner, policy, value)
            for partner in config.partners
            for policy, value in partner.policies.items()
        ],
        "agreements": [
            (
                agreement.agreement_id,
                agreement.partner,
                agreement.version,
                agreement.valid_from,
                agreement.valid_to,
                agreement.commercial_model,
                agreement.currency,
                agreement.markup.energy_percent,
                agreement.markup.energy_per_kwh,
                agreement.markup.time_percent,
                agreement.markup.parking_percent,
                agreement.markup.flat_percent,
                agreement.markup.session_fee,
                agreement.retail_vat_percent,
                agreement.rounding_mode,
                agreement.rounding_level,
                agreement.payment_days,
                agreement.dispute_window_days,
            )
            for agreement in config.agreements
        ],
    }
    con.execute("begin")
    try:
        con.execute("create schema if not exists config")
        for table, columns in _COLUMNS.items():
            con.execute(f"create or replace table config.{table} ({columns})")
            if rows[table]:
                marks = ", ".join("?" for _ in rows[table][0])
                con.executemany(f"insert into config.{table} values ({marks})", rows[table])
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
