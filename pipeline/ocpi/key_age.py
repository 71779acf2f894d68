"""How old the keys to partners are; OCPI advises a new one every month (2.3.0 credentials, Security advices)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.ocpi.keys import keys_of
from pipeline.partner_models import Config, Partner
from pipeline.settings import Paths, UserError

MAX_KEY_AGE = timedelta(days=90)


@dataclass(frozen=True)
class KeyAge:
    """The key in force of a partner. `age_days` is None where nothing tells it; `problem` says why there is no key.

    `may_rotate`: it is kept in a file, which `partners rotate` can replace.
    """

    partner: str
    credential: str | None
    issued_at: datetime | None
    age_days: int | None
    is_old: bool
    may_rotate: bool = False
    problem: str | None = None


def key_ages(
    config: Config,
    paths: Paths,
    now: datetime,
    *,
    max_age: timedelta = MAX_KEY_AGE,
    environ: Mapping[str, str] = os.environ,
) -> list[KeyAge]:
    """The age of the key in force of each connected partner; a missing key is a `problem`, never an exception."""
    return [
        key_age(partner, paths, now, max_age=max_age, environ=environ)
        for partner in config.partners
        if partner.connection is not None
    ]


def key_age(
    partner: Partner,
    paths: Paths,
    now: datetime,
    *,
    max_age: timedelta = MAX_KEY_AGE,
    environ: Mapping[str, str] = os.environ,
) -> KeyAge:
    """The age of one partner's key in force: since its last rotation, else since `valid_from`, else since its file."""
    if partner.connection is None:
        return KeyAge(partner.partner, None, None, None, is_old=False, problem="has no connection")
    try:
        key = keys_of(partner.connection, partner.partner, paths, now, environ)[0]
    except UserError as error:
        return KeyAge(partner.partner, None, None, None, is_old=False, problem=str(error))
    age = now - key.issued_at if key.issued_at else None
    return KeyAge(
        partner=partner.partner,
        credential=key.name,
        issued_at=key.issued_at,
        age_days=age.days if age is not None else None,
        is_old=age is not None and age > max_age,
        may_rotate=key.file is not None,
    )
