"""Who we are, whom we exchange OCPI with, and on what terms: read from YAML, handed on as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from pipeline.exception_terms import ExceptionTerms, holiday_rows, terms_rows
from pipeline.partner_models import Agreement, AgreementsFile, Config, OurParty, Partner, PartnersFile
from pipeline.rule_overrides import RulesFile, override_rows
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
    "exception_terms": (
        "partner varchar, family varchar, sla_business_days integer, auto_reject_days integer, country_code varchar"
    ),
    "calendar_days": "partner varchar, day date, is_business_day boolean, name varchar",
    "rule_overrides": (
        "override_no integer, rule_code varchar, parameter varchar, value decimal(18, 6), severity varchar,"
        " partner varchar, power_class varchar, valid_from date, valid_to date, reason varchar"
    ),
}


def load_config(paths: Paths) -> Config:
    """Read partners.yml, agreements.yml and rules.yml; a file that does not exist counts as empty.

    Raises UserError with file, line and field of every mistake.
    """
    parties, agreements, rules = PartnersFile(), AgreementsFile(), RulesFile()
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
        _known_partners(paths, file, "agreements", parties, [agreement.partner for agreement in agreements.agreements])
        versions = [f"{agreement.agreement_id} version {agreement.version}" for agreement in agreements.agreements]
        _no_repeats(file, "agreements", "version", versions)
    if paths.rules_file.exists():
        rules, file = read_model(paths.rules_file, RulesFile)
        _known_partners(paths, file, "overrides", parties, [override.partner for override in rules.overrides])
    return Config(
        our_parties=parties.our_parties,
        partners=parties.partners,
        agreements=agreements.agreements,
        rule_overrides=rules.overrides,
    )


def _known_partners(
    paths: Paths, file: YamlFile, part: str, parties: PartnersFile, named: Iterable[str | None]
) -> None:
    known = {partner.partner for partner in parties.partners}
    for position, name in enumerate(named):
        if name is not None and name not in known:
            raise file.mistake((part, position, "partner"), f"{name!r} is not a partner in {paths.partners_file.name}")


def _no_repeats(file: YamlFile, part: str, field: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            raise file.mistake((part, position, field), f"{name} is given twice; keep one")
        seen.add(name)


def exception_terms(config: Config) -> list[tuple[str | None, str | None, ExceptionTerms]]:
    """The terms of each partner with its country, and those of whoever is no partner."""
    own = [(partner.partner, partner.country_code, partner.exception_terms) for partner in config.partners]
    return [(None, None, ExceptionTerms()), *own]


def write_config_tables(con: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Replace the tables of schema `config`, in one transaction; they exist even when they are empty."""
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
        "rule_overrides": override_rows(config.rule_overrides),
        "exception_terms": terms_rows(exception_terms(config)),
        "calendar_days": holiday_rows(exception_terms(config)),
    }
    con.execute("begin")
    try:
        con.execute("create schema if not exists config")
        for table, columns in _COLUMNS.items():
            con.execute(f"create or replace table config.{table} ({columns})")
            if rows[table]:
                marks = ", ".join("?" for _ in rows[table][0])
                lines = ", ".join(f"({marks})" for _ in rows[table])
                con.execute(f"insert into config.{table} values {lines}", [cell for row in rows[table] for cell in row])
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
