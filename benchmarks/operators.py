"""The operators of the stream: who sends how much in which OCPI version, and the configuration that names them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

US = {"country_code": "NL", "party_id": "RLG", "roles": ["EMSP"], "name": "Roamledger Mobility"}


@dataclass(frozen=True)
class Operator:
    """A charge point operator; `percent` is its part of the stream, `country` has three letters as in OCPI."""

    partner: str
    name: str
    ocpi_version: str
    percent: int
    country_code: str
    country: str
    party_id: str
    time_zone: str
    currency: str
    vat: str
    latitude: float
    longitude: float
    language: str
    cities: tuple[str, ...]


OPERATORS = (
    Operator(
        *("nl-qka", "Kade Laadpunten", "2.2.1", 22, "NL", "NLD", "QKA", "Europe/Amsterdam", "EUR", "21", 52.1, 5.1),
        *("nl", ("Utrecht", "Amersfoort", "Zwolle", "Den Haag", "Eindhoven")),
    ),
    Operator(
        *("de-qhs", "Hafenstrom Ladenetz", "2.2.1", 18, "DE", "DEU", "QHS", "Europe/Berlin", "EUR", "19", 52.4, 9.7),
        *("de", ("Hannover", "Bremen", "Kassel", "Leipzig", "Hamburg")),
    ),
    Operator(
        *("be-qvl", "Vlasmarkt Charging", "2.1.1", 15, "BE", "BEL", "QVL", "Europe/Brussels", "EUR", "21", 50.4, 4.3),
        *("nl", ("Gent", "Antwerpen", "Leuven", "Mechelen")),
    ),
    Operator(
        *("fr-qbo", "Bornes du Quai", "2.3.0", 15, "FR", "FRA", "QBO", "Europe/Paris", "EUR", "20", 47.2, 1.9),
        *("fr", ("Tours", "Nantes", "Dijon", "Amiens", "Lyon")),
    ),
    Operator(
        *("gb-qpg", "Plug Green Street", "2.2.1", 11, "GB", "GBR", "QPG", "Europe/London", "GBP", "20", 52.5, -1.5),
        *("en", ("Coventry", "Leeds", "Bristol", "Derby")),
    ),
    Operator(
        *("at-qst", "Stadtstrom Laden", "2.2.1", 8, "AT", "AUT", "QST", "Europe/Vienna", "EUR", "20", 47.4, 14.6),
        *("de", ("Linz", "Graz", "Wels", "Krems")),
    ),
    Operator(
        *("pt-qmo", "Mobi Ribeira", "2.2.1", 6, "PT", "PRT", "QMO", "Europe/Lisbon", "EUR", "23", 40.2, -8.4),
        *("pt", ("Coimbra", "Porto", "Braga", "Aveiro")),
    ),
    Operator(
        *("fi-qla", "Lataus Satama", "2.2.1", 5, "FI", "FIN", "QLA", "Europe/Helsinki", "EUR", "25.5", 60.9, 24.4),
        *("fi", ("Tampere", "Lahti", "Turku", "Espoo")),
    ),
)


def shares(count: int) -> list[range]:
    """The numbers from 0 to `count` that each operator sends, in the order of `OPERATORS`."""
    ranges, percent = [], 0
    for operator in OPERATORS:
        start, percent = count * percent // 100, percent + operator.percent
        ranges.append(range(start, count * percent // 100))
    return ranges


def write_configuration(folder: Path) -> None:
    """Write `partners.yml` and `agreements.yml` of a data directory for the stream."""
    partners = [
        {
            "partner": operator.partner,
            "name": operator.name,
            "country_code": operator.country_code,
            "party_id": operator.party_id,
            "roles": ["CPO"],
            "ocpi_version": operator.ocpi_version,
            "modules": ["locations", "tariffs", "sessions", "cdrs"],
        }
        for operator in OPERATORS
    ]
    own = {"partner": "own", **US, "ocpi_version": "2.2.1", "modules": ["tokens"]}
    agreements = [_agreement(operator) for operator in OPERATORS]
    for name, content in (
        ("partners.yml", {"our_parties": [US], "partners": [*partners, own]}),
        ("agreements.yml", {"agreements": agreements}),
    ):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _agreement(operator: Operator) -> dict[str, object]:
    return {
        "agreement_id": f"{operator.partner}-2026",
        "partner": operator.partner,
        "version": 1,
        "valid_from": "2026-01-01",
        "valid_to": None,
        "commercial_model": "wholesale_markup",
        "currency": operator.currency,
        "markup": {"energy_percent": "10", "energy_per_kwh": "0.02", "parking_percent": "5", "session_fee": "0.35"},
        "retail_vat_percent": "21",
        "rounding_mode": "half_up",
        "rounding_level": "component",
        "payment_days": 14,
        "dispute_window_days": 30,
    }
