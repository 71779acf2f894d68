"""Whether a partner can be reached as it is configured: versions, details, and one object of each module."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from urllib3.util import parse_url

from pipeline.ocpi import key_files
from pipeline.ocpi.client import Client, Exchange, PullFault, utc_now
from pipeline.ocpi.exchange import ignore
from pipeline.ocpi.key_age import MAX_KEY_AGE, KeyAge, key_age
from pipeline.partner_models import OurParty, Partner
from pipeline.settings import Paths, UserError

# A person waits for the answer, and a partner that fails for a moment is what he wants to know.
_MAX_ATTEMPTS = 2


@dataclass(frozen=True)
class ModuleCheck:
    """One module: how many objects the partner counts (None: it does not say), or the fault."""

    module: str
    total_count: int | None = None
    fault: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class PartnerCheck:
    """How a connection stands. `result` is a sentence; `warnings` do not make it fail."""

    partner: str
    host: str
    version: str | None
    modules: list[ModuleCheck]
    auth_encoding: str | None
    credential: str | None
    key_age_days: int | None
    is_fine: bool
    result: str
    warnings: list[str] = field(default_factory=list)


def check_partner(
    partner: Partner,
    our_party: OurParty,
    paths: Paths,
    *,
    now: Callable[[], datetime] = utc_now,
    on_exchange: Callable[[Exchange], None] = ignore,
    sleep: Callable[[float], None] = time.sleep,
) -> PartnerCheck:
    """Try one connection. Whatever is wrong with it is told in the result, nothing is raised."""
    age = key_age(partner, paths, now())
    accepted: list[Exchange] = []

    def keep(exchange: Exchange) -> None:
        on_exchange(exchange)
        if exchange.http_status is not None and exchange.http_status < 400:
            accepted.append(exchange)

    version, encoding, modules, failure = None, None, [], None
    warnings = _warnings(partner, paths, age, now())
    try:
        with Client(
            partner, our_party, paths, on_exchange=keep, sleep=sleep, now=now, max_attempts=_MAX_ATTEMPTS
        ) as client:
            found = client.discover(again=True)
            version = found.version
            if version != found.wanted_version:
                warnings.append(f"offers OCPI {', '.join(found.offered_versions)}, not {found.wanted_version}")
            modules = [_check_module(client, module) for module in partner.pulled_modules]
            encoding = client.encodings.get(accepted[-1].credential) if accepted else None
    except PullFault as fault:
        failure = f"{fault.kind}: {fault.message}"
    except UserError as error:
        failure = str(error)
    credential = accepted[-1].credential if accepted else age.credential
    if accepted and age.credential and credential != age.credential:
        warnings.append(f"the key {age.credential} is refused, {credential} is used instead")
    faulty = [module for module in modules if module.fault]
    failure = failure or "; ".join(f"{module.module}: {module.message}" for module in faulty) or None
    return PartnerCheck(
        partner=partner.partner,
        host=_host(partner),
        version=version,
        modules=modules,
        auth_encoding=encoding,
        credential=credential,
        key_age_days=age.age_days if credential == age.credential else None,
        is_fine=failure is None,
        result=failure or "reached, and every module answers",
        warnings=warnings,
    )


def _check_module(client: Client, module: str) -> ModuleCheck:
    try:
        for page in client.pages(module, limit=1):
            return ModuleCheck(module, page.total_count)
    except PullFault as fault:
        return ModuleCheck(module, fault=fault.kind, message=fault.message)
    return ModuleCheck(module)


def _warnings(partner: Partner, paths: Paths, age: KeyAge, now: datetime) -> list[str]:
    warnings: list[str] = []
    if age.is_old:
        how = (
            f"roamledger partners rotate {partner.partner}" if age.may_rotate else "agree on a new one with the partner"
        )
        warnings.append(f"the key is {age.age_days} days old, more than {MAX_KEY_AGE.days}: {how}")
    for credential in partner.connection.credentials if partner.connection else ():
        if credential.token_file:
            file = paths.data / credential.token_file
            try:
                pending = key_files.read_pending(file)
                key_files.forget_closed_key(file, now)
            except (UserError, OSError) as error:
                warnings.append(str(error))
                continue
            if pending:
                warnings.append(
                    f"a rotation begun on {pending.started_at:%Y-%m-%d %H:%M} UTC is not finished:"
                    f" roamledger partners rotate {partner.partner}"
                )
    return warnings


def _host(partner: Partner) -> str:
    return parse_url(partner.connection.versions_url).netloc or "" if partner.connection else ""
