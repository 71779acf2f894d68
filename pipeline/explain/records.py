"""What an explanation consists of; amounts and quantities are Decimal, as exact as pricing has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Cdr:
    """One CDR: who, where, when, what it claims and what pricing came to."""

    cdr_key: str
    cdr_label: str
    partner: str
    partner_name: str | None
    country_code: str | None
    party_id: str | None
    ocpi_version: str
    session_id: str | None
    location_id: str | None
    location_country: str | None
    evse_uid: str | None
    evse_id: str | None
    connector_id: str | None
    connector_power_type: str | None
    started_at: datetime | None
    ended_at: datetime | None
    started_local_at: datetime | None
    ended_local_at: datetime | None
    time_zone: str | None
    time_zone_source: str | None
    currency: str | None
    is_credit: bool
    credit_reference_id: str | None
    total_energy_kwh: Decimal | None
    total_time_h: Decimal | None
    total_parking_time_h: Decimal | None
    claimed_excl_vat: Decimal | None
    claimed_incl_vat: Decimal | None
    claimed_fixed: Decimal | None
    claimed_energy: Decimal | None
    claimed_time: Decimal | None
    claimed_parking: Decimal | None
    claimed_reservation: Decimal | None
    is_priced: bool
    not_priced_code: str | None
    tariff_source: str | None
    total_excl_vat: Decimal | None
    total_incl_vat: Decimal | None
    total_excl_vat_rounded: Decimal | None
    total_incl_vat_rounded: Decimal | None
    rounding_decimals: int
    known_total_excl_vat: Decimal | None
    compared_excl_vat: Decimal | None
    compared_incl_vat: Decimal | None


@dataclass(frozen=True)
class Component:
    """One price component of a tariff with the restrictions of its element; indices count from 0."""

    element_index: int
    component_index: int
    component_type: str | None
    line_dimension: str | None
    price: Decimal | None
    vat_percent: Decimal | None
    step_size: int | None
    start_time_s: int | None
    end_time_s: int | None
    start_date: date | None
    end_date: date | None
    days_of_week: str | None
    min_kwh: Decimal | None
    max_kwh: Decimal | None
    min_duration_s: int | None
    max_duration_s: int | None
    min_current_a: Decimal | None
    max_current_a: Decimal | None
    min_power_kw: Decimal | None
    max_power_kw: Decimal | None
    reservation: str | None
    has_unreadable_restriction: bool
    is_unusable: bool


@dataclass(frozen=True)
class Tariff:
    """A tariff by which periods of the CDR are priced."""

    tariff_hash: str
    tariff_id: str | None
    ocpi_version: str
    currency: str | None
    tax_treatment: str
    valid_from_at: datetime | None
    valid_to_at: datetime | None
    min_price_excl_vat: Decimal | None
    min_price_incl_vat: Decimal | None
    max_price_excl_vat: Decimal | None
    max_price_incl_vat: Decimal | None
    components: tuple[Component, ...]

    def component(self, element_index: int, component_index: int) -> Component:
        """The component at that place."""
        place = (element_index, component_index)
        return next(c for c in self.components if (c.element_index, c.component_index) == place)


@dataclass(frozen=True)
class Line:
    """One line of fct_cdr_price_lines, exact."""

    line_number: int
    period_index: int
    dimension: str
    tariff_hash: str
    element_index: int | None
    quantity: Decimal
    billed_quantity: Decimal
    unit: str
    price: Decimal | None
    vat_percent: Decimal | None
    cost_excl_vat: Decimal | None
    cost_incl_vat: Decimal | None


@dataclass(frozen=True)
class Candidate:
    """A component that pricing looked at for a volume, and the names of its restrictions that did not hold."""

    component: Component
    failed: tuple[str, ...]
    is_for_other_time: bool
    is_chosen: bool


@dataclass(frozen=True)
class Volume:
    """A volume of a period (FLAT: the fee itself), what could price it and the line that came of it."""

    line_dimension: str
    quantity: Decimal
    candidates: tuple[Candidate, ...]
    line: Line | None

    @property
    def chosen(self) -> Candidate | None:
        """The component that prices the volume; none where it is free."""
        return next((candidate for candidate in self.candidates if candidate.is_chosen), None)


@dataclass(frozen=True)
class Reached:
    """What the session had reached when a period began; restrictions look at nothing else."""

    kwh: Decimal
    seconds: int
    local_date: date | None
    local_time_s: int | None
    weekday: str | None
    min_current_a: Decimal | None
    max_current_a: Decimal | None
    min_power_kw: Decimal | None
    max_power_kw: Decimal | None
    is_expired_reservation: bool


@dataclass(frozen=True)
class Period:
    """One charging period in the order of time; `tariff` is none where the period is free by its tariff_id."""

    period_index: int
    started_at: datetime | None
    ended_at: datetime | None
    started_local_at: datetime | None
    ended_local_at: datetime | None
    named_tariff_id: str | None
    tariff: Tariff | None
    reached: Reached
    volumes: tuple[Volume, ...]


@dataclass(frozen=True)
class Finding:
    """Something odd, in the words of the catalogue; `blocking_reason` where it leaves no honest price."""

    code: str
    severity: str
    period_index: int | None
    detail: str | None
    title: str
    explanation: str
    blocking_reason: str | None


@dataclass(frozen=True)
class Policy:
    """A policy in force for the partner."""

    policy: str
    policy_value: str
    default_value: str
    is_override: bool
    meaning: str


@dataclass(frozen=True)
class Original:
    """The CDR that a credit CDR takes back; `credit_number` counts its credits in order of receipt."""

    credit_number: int
    cdr_label: str
    started_local_at: datetime | None
    ended_local_at: datetime | None
    time_zone: str | None
    currency: str | None
    total_energy_kwh: Decimal | None
    claimed_excl_vat: Decimal | None
    claimed_incl_vat: Decimal | None


@dataclass(frozen=True)
class Cause:
    """Why claim and tariff differ, as reconciliation found."""

    cause_code: str
    amount_excl_vat: Decimal | None
    amount_incl_vat: Decimal | None
    title: str
    explanation: str


@dataclass(frozen=True)
class Explanation:
    """How the price of one CDR comes about."""

    cdr: Cdr
    tariffs: tuple[Tariff, ...]
    periods: tuple[Period, ...]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    policies: tuple[Policy, ...]
    original: Original | None
    causes: tuple[Cause, ...]
    # Choices that were made so that the CDR could be priced at all.
    notes: tuple[str, ...] = ()

    @property
    def limit_lines(self) -> tuple[Line, ...]:
        """What min_price added or max_price took."""
        return tuple(line for line in self.lines if line.dimension in ("MIN_PRICE", "MAX_PRICE"))

    @property
    def blocker(self) -> Finding | None:
        """The finding that leaves no price."""
        return next((finding for finding in self.findings if finding.code == self.cdr.not_priced_code), None)

    def policy(self, name: str) -> str:
        """The value of a policy in force; empty where there is no such policy."""
        return next((policy.policy_value for policy in self.policies if policy.policy == name), "")

    def tariff(self, tariff_hash: str) -> Tariff:
        """The tariff with that hash."""
        return next(tariff for tariff in self.tariffs if tariff.tariff_hash == tariff_hash)
