"""`roamledger pull`: from the partners over HTTP into landing, with a word on each module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from pipeline.commands.output import out, print_json, progress, table
from pipeline.nightly import PULL, pull_landing
from pipeline.ocpi.pull import ModulePull
from pipeline.ocpi.pull_partners import PullRequest
from pipeline.ocpi.windows import Window
from pipeline.settings import Paths, UserError


def pull(
    paths: Paths,
    partners: Sequence[str],
    modules: Sequence[str],
    *,
    is_full: bool = False,
    date_from: datetime | None = None,
    date_to: datetime | None = None,
    is_json: bool = False,
) -> bool:
    """Pull, print one row a module, and tell whether every pull was complete.

    Raises UserError for an unknown partner and for a window that contradicts itself.
    """
    request = PullRequest(partners, modules, _window(is_full, date_from, date_to))
    done = 0
    with progress(is_quiet=is_json) as follow:

        def count(_: ModulePull) -> None:
            nonlocal done
            done += 1
            follow(PULL, done, None)

        pulls = pull_landing(paths, request, on_pulled=count)
    if is_json:
        print_json({"pulls": [asdict(item) for item in pulls]})
    else:
        _print(pulls)
    return all(item.outcome == "complete" for item in pulls)


def _window(is_full: bool, date_from: datetime | None, date_to: datetime | None) -> Window | None:
    if is_full and (date_from or date_to):
        raise UserError("--full asks for everything; leave out --from and --to, or --full")
    if date_from and date_to and date_to <= date_from:
        raise UserError("--to must be later than --from; it is the first moment no longer asked for")
    if is_full:
        return Window("full")
    return Window("window", date_from, date_to) if date_from or date_to else None


def _print(pulls: Sequence[ModulePull]) -> None:
    console = out()
    if not pulls:
        console.print("No partner has a connection in partners.yml: nothing to pull.")
        return
    rows = [
        (item.partner, item.module, item.kind, item.outcome, item.page_count, item.object_count, _remark(item))
        for item in pulls
    ]
    console.print(table("Pulled", ("partner", "module", "kind", "outcome", "pages", "objects", "remark"), rows))
    console.print("`roamledger run` loads what is landed.")


def _remark(item: ModulePull) -> str:
    remarks = [item.message or ""]
    if item.is_resumed:
        remarks.append("resumed")
    if item.read_count > 1:
        remarks.append(f"read {item.read_count} times")
    return "; ".join(remark for remark in remarks if remark)
