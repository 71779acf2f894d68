"""What an entry of partners.yml and agreements.yml may hold, as pydantic models; money is Decimal."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from pipeline.connection_models import Connection
from pipeline.entry import Country, Entry, Party, Slug
from pipeline.exception_terms import ExceptionTerms
from pipeline.pricing_policies import pricing_policies
from pipeline.rule_overrides import RuleOverride

MODULES = ("locations", "tariffs", "sessions", "cdrs", "tokens")
OCPI_VERSIONS = ("2.1.1", "2.2.1", "2.3.0")
# 2.2.1 and 2.3.0 are the maintained texts of these; no field we read differs.
VERSION_ALIASES = {"2.2": "2.2.1", "2.2.0": "2.2.1", "2.3": "2.3.0"}


def canonical_version(text: str) -> str | None:
    """The supported OCPI version that `text` means (`2.2` is read as 2.2.1), or None."""
    version = VERSION_ALIASES.get(text.strip(), text.strip())
    return version if version in OCPI_VERSIONS else None


def _version(text: str) -> str:
    version = canonical_version(text)
    if version is None:
        raise ValueError(f"OCPI {text} is not supported; use one of {', '.join(OCPI_VERSIONS)}")
    return version


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is no time zone; write it like Europe/Amsterdam") from error
    return text


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise ValueError(f"{text!r} is no currency; write three capitals, such as EUR")
    return text


def _rounding_level(text: str) -> str:
    if text != "component":
        raise ValueError(f"rounding_level {text!r} is not supported yet; each component is rounded: write component")
    return text


Role = Literal["CPO", "EMSP", "HUB", "NAP", "NSP", "SCSP", "OTHER"]
Module = Literal["locations", "tariffs", "sessions", "cdrs", "tokens"]
# Prices, rates and percentages: what DECIMAL(18,6) holds.
Rate = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]


class OurParty(Entry):
    """One party of ours with its roles."""

    country_code: Country
    party_id: Party
    roles: list[Role] = Field(min_length=1)
    name: str


class Partner(Entry):
    """One party that sends us OCPI objects. Our own token export is a partner entry too."""

    partner: Slug
    name: str
    country_code: Country
    party_id: Party
    roles: list[Role] = Field(min_length=1)
    ocpi_version: Annotated[str, AfterValidator(_version)]
    modules: list[Module] = Field(default=list(MODULES), min_length=1)
    operator_ids: list[Party] = Field(default_factory=list)
    time_zone: Annotated[str, AfterValidator(_time_zone)] | None = None
    policies: dict[str, str] = Field(default_factory=dict)
    connection: Connection | None = None
    exception_terms: ExceptionTerms = ExceptionTerms()

    @model_validator(mode="after")
    def _policies_exist(self) -> Partner:
        known = pricing_policies()
        for policy, value in self.policies.items():
            if policy not in known:
                raise ValueError(f"policy {policy!r} is not known; there are {', '.join(known)}")
            if value not in known[policy]:
                raise ValueError(f"policy {policy} cannot be {value!r}; use one of {', '.join(known[policy])}")
        return self

    @property
    def allowed_operator_ids(self) -> list[str]:
        """Operator parts that may stand in this partner's EVSE ids."""
        return self.operator_ids or [self.party_id]

    @property
    def pulled_modules(self) -> list[Module]:
        """Modules that our role towards the partner pulls from it; none without a connection."""
        fitting = self.connection.pulled_modules if self.connection else ()
        return [module for module in self.modules if module in fitting]


class Markup(Entry):
    """What we add to the wholesale price: percent of the component, amounts per kWh and per session."""

    energy_percent: Rate = Decimal(0)
    energy_per_kwh: Rate = Decimal(0)
    time_percent: Rate = Decimal(0)
    parking_percent: Rate = Decimal(0)
    flat_percent: Rate = Decimal(0)
    session_fee: Rate = Decimal(0)


class Agreement(Entry):
    """One version of the terms with one partner, valid on the local dates [valid_from, valid_to)."""

    agreement_id: str = Field(min_length=1)
    partner: Slug
    version: int = Field(ge=1)
    valid_from: date
    valid_to: date | None = None
    commercial_model: Literal["wholesale_markup"]
    currency: Annotated[str, AfterValidator(_currency)]
    markup: Markup = Markup()
    retail_vat_percent: Annotated[Rate, Field(ge=0, lt=100)]
    rounding_mode: Literal["half_up", "half_even", "ceiling", "down"] = "half_up"
    rounding_level: Annotated[str, AfterValidator(_rounding_level)] = "component"
    payment_days: int = Field(default=14, ge=0)
    dispute_window_days: int = Field(default=30, ge=0)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Agreement:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from (it is the first day no longer covered)")
        return self


class PartnersFile(Entry):
    """partners.yml as a whole."""

    our_parties: list[OurParty] = Field(default_factory=list)
    partners: list[Partner] = Field(default_factory=list)


class AgreementsFile(Entry):
    """agreements.yml as a whole."""

    agreements: list[Agreement] = Field(default_factory=list)


class Config(Entry):
    """Everything configured, checked against each other."""

    our_parties: list[OurParty] = Field(default_factory=list)
    partners: list[Partner] = Field(default_factory=list)
    agreements: list[Agreement] = Field(default_factory=list)
    rule_overrides: list[RuleOverride] = Field(default_factory=list)

    @cached_property
    def _by_slug(self) -> dict[str, Partner]:
        return {partner.partner: partner for partner in self.partners}

    def partner(self, slug: str) -> Partner | None:
        """The partner of that name."""
        return self._by_slug.get(slug)

    def partner_of(self, country_code: str, party_id: str, module: str | None = None) -> Partner | None:
        """The only partner with that party (and, where two have it, that module); None when none or several fit."""
        party = (country_code.upper(), party_id.upper())
        found = [partner for partner in self.partners if (partner.country_code, partner.party_id) == party]
        if len(found) > 1 and module:
            found = [partner for partner in found if module in partner.modules]
        return found[0] if len(found) == 1 else None

    @property
    def receiver(self) -> OurParty | None:
        """The party of ours that objects are received for: the first one configured."""
        return self.our_parties[0] if self.our_parties else None
