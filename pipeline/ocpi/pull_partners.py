"""Pulls from several partners side by side; what one of them does wrong stays with that one."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline.landing.pulled import sweep_incoming
from pipeline.ocpi.client import Client
from pipeline.ocpi.pull import ModulePull, ModulePuller, new_pull
from pipeline.ocpi.pull_log import Pull, PullEnded, PullLog
from pipeline.ocpi.pull_trail import Trail
from pipeline.ocpi.windows import Habits, Window, next_window
from pipeline.partner_models import Config, OurParty, Partner
from pipeline.settings import Paths, UserError

MAX_PARALLEL = 4


@dataclass(frozen=True)
class PullRequest:
    """What to pull: all connected partners and their modules unless named, in their usual windows unless told.

    `window` is asked for as it is and never resumes an earlier pull.
    """

    partners: Sequence[str] = ()
    modules: Sequence[str] = ()
    window: Window | None = None


def pull_partners(
    paths: Paths,
    config: Config,
    request: PullRequest | None = None,
    *,
    max_parallel: int = MAX_PARALLEL,
    on_pulled: Callable[[ModulePull], None] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> list[ModulePull]:
    """Pull, `max_parallel` partners at a time, the modules of each one after the other.

    `sleep` is called for the pauses between attempts and for the rate limit. Faults of a partner are outcomes in the
    result. Raises UserError for a name that is no connected partner.
    """
    wanted = request or PullRequest()
    chosen = _chosen(config, wanted.partners)
    receiver = config.receiver
    if not chosen:
        return []
    if receiver is None:
        raise UserError(f"{paths.partners_file} names no party of ours (our_parties); partners ask who is calling")

    sweep_incoming(paths, now=now())

    def pull_one(partner: Partner) -> list[ModulePull]:
        return _pull_partner(paths, partner, receiver, wanted, on_pulled, now, sleep)

    with ThreadPoolExecutor(max(1, min(max_parallel, len(chosen)))) as pool:
        return [pull for pulls in pool.map(pull_one, chosen) for pull in pulls]


def connected_partners(config: Config) -> list[Partner]:
    """The partners that we reach over HTTP."""
    return [partner for partner in config.partners if partner.connection is not None]


def _chosen(config: Config, names: Sequence[str]) -> list[Partner]:
    connected = connected_partners(config)
    if not names:
        return connected
    known = {partner.partner: partner for partner in connected}
    for name in names:
        if name not in known:
            why = "has no connection in partners.yml" if config.partner(name) else "is not in partners.yml"
            raise UserError(f"{name} {why}; connected are: {', '.join(known) or 'none'}")
    return [known[name] for name in dict.fromkeys(names)]


def _pull_partner(
    paths: Paths,
    partner: Partner,
    receiver: OurParty,
    wanted: PullRequest,
    on_pulled: Callable[[ModulePull], None] | None,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> list[ModulePull]:
    modules = [module for module in partner.pulled_modules if not wanted.modules or module in wanted.modules]
    with _only_one(paths, partner) as is_ours:
        if not is_ours:
            busy = "another process is pulling from this partner"
            return _told([_not_begun(partner, module, "busy", busy) for module in modules], on_pulled)
        trail = Trail(paths)
        try:
            client = Client(partner, receiver, paths, on_exchange=trail.add, now=now, sleep=sleep)
        except UserError as error:
            return _told([_refused(paths, partner, module, str(error), now()) for module in modules], on_pulled)
        with client:
            earlier = PullLog(paths).pulls(partner.partner)
            pulls = []
            for module in modules:
                of_module = [pull for pull in earlier if pull.started.module == module]
                pull = _pull_module(paths, client, trail, partner, module, of_module, wanted.window, now)
                pulls += _told([pull], on_pulled)
            return pulls


def _told(pulls: list[ModulePull], on_pulled: Callable[[ModulePull], None] | None) -> list[ModulePull]:
    for pull in pulls:
        if on_pulled:
            on_pulled(pull)
    return pulls


def _pull_module(
    paths: Paths,
    client: Client,
    trail: Trail,
    partner: Partner,
    module: str,
    earlier: list[Pull],
    window: Window | None,
    now: Callable[[], datetime],
) -> ModulePull:
    usual = next_window(module, earlier, habits_of(partner), now=now())
    return ModulePuller(
        paths, client, partner.partner, module, trail, earlier, window or usual, may_resume=window is None, now=now
    ).run()


def habits_of(partner: Partner) -> Habits:
    """How this partner is pulled, as configured."""
    connection = partner.connection
    if connection is None:
        return Habits()
    return Habits(
        overlap=timedelta(hours=connection.overlap_h),
        full_every=timedelta(days=connection.full_every_days),
        first_pull_from=connection.first_pull_from,
    )


def _refused(paths: Paths, partner: Partner, module: str, message: str, at: datetime) -> ModulePull:
    """Log a pull that our configuration kept from beginning; it is missed like any other that failed."""
    log = PullLog(paths)
    started = new_pull(partner.partner, module, Window("window"), at)
    log.append(started)
    log.append(
        PullEnded(
            pull_id=started.pull_id,
            at=at,
            outcome="failed",
            page_count=0,
            object_count=0,
            fault="configuration",
            message=message,
        )
    )
    return replace(_not_begun(partner, module, "configuration", message), pull_id=started.pull_id)


def _not_begun(partner: Partner, module: str, fault: str, message: str) -> ModulePull:
    return ModulePull(
        partner=partner.partner,
        module=module,
        pull_id="",
        kind="",
        outcome="failed",
        window_from=None,
        window_to=None,
        is_resumed=False,
        page_count=0,
        object_count=0,
        total_count=None,
        read_count=0,
        fault=fault,
        message=message,
    )


@contextmanager
def _only_one(paths: Paths, partner: Partner) -> Iterator[bool]:
    """Whether this process alone pulls from the partner: two walks at once would land every page twice."""
    folder = paths.landing / ".pulling"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / partner.partner).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
