"""What we and a partner agreed on exceptions: in how many business days each is settled, and by whose calendar.

Business days are Monday to Friday without the public holidays of the partner's country; a partner's own days are added
or taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

import holidays
from pydantic import Field, model_validator

from pipeline.entry import Country, Entry

# Every year that a CDR can be of (R22) and more; fixed, so that the same configuration gives the same tables.
YEARS = range(2017, 2041)

Days = Annotated[int, Field(ge=1, le=366)]
Family = Literal[
    "structure", "identity", "time", "energy", "location", "tariff", "configuration", "money", "tax", "credit", "match",
    "sharing",
]  # fmt: skip


class ExceptionTerms(Entry):
    """The clocks of one partner's exceptions; `country` None is that of its party id."""

    sla_business_days: Days = 5
    sla_business_days_by_family: dict[Family, Days] = Field(default_factory=dict)
    auto_reject_days: Days = 90
    country: Country | None = None
    extra_holidays: list[date] = Field(default_factory=list)
    working_days: list[date] = Field(default_factory=list)

    @model_validator(mode="after")
    def _a_day_is_one_of_them(self) -> ExceptionTerms:
        both = sorted(set(self.extra_holidays) & set(self.working_days))
        if both:
            raise ValueError(f"{both[0]} is both in extra_holidays and in working_days; keep one")
        return self


def terms_rows(terms: Iterable[tuple[str | None, str | None, ExceptionTerms]]) -> list[tuple[object, ...]]:
    """Rows of `config.exception_terms` from (partner, country, terms): one a partner and family; None is the rest."""
    rows: list[tuple[object, ...]] = []
    for partner, country, own in terms:
        own_country = own.country or country
        rows.append((partner, None, own.sla_business_days, own.auto_reject_days, own_country))
        rows += [
            (partner, family, days, own.auto_reject_days, own_country)
            for family, days in sorted(own.sla_business_days_by_family.items())
        ]
    return rows


def holiday_rows(terms: Iterable[tuple[str | None, str | None, ExceptionTerms]]) -> list[tuple[object, ...]]:
    """Rows of `config.calendar_days`: one a partner and day that is not what its weekday says."""
    return [row for partner, country, own in terms for row in _days(partner, own.country or country, own)]


def _days(partner: str | None, country: str | None, terms: ExceptionTerms) -> Iterator[tuple[object, ...]]:
    working = set(terms.working_days)
    named = dict.fromkeys(terms.extra_holidays, "agreed") | public_holidays(country)
    for day, name in sorted(named.items()):
        if day not in working:
            yield (partner, day, False, name)
    for day in sorted(working):
        yield (partner, day, True, "agreed")


def public_holidays(country: str | None) -> dict[date, str]:
    """Public holidays of a country by its alpha-2 code, in English; none where the package does not know it."""
    if country is None or country not in holidays.list_supported_countries():
        return {}
    return dict(holidays.country_holidays(country, years=YEARS, language="en_US"))
