"""What the neighbours of a chain deny: cut ends, and replacements nobody asked for. It stops a night."""

from __future__ import annotations

from pipeline.audit.anchors import CHAINS, heads, known_anchors
from pipeline.audit.chain import ChainError, texts
from pipeline.audit.erasures import erasures, journal_file
from pipeline.audit.log import audit_file
from pipeline.audit.recorded import RECORDED
from pipeline.settings import Paths


def refuse_cut_ends(paths: Paths) -> None:
    """Raise ChainError where a kept version, or the audit log of the ledger, names a line behind the end of a chain."""
    reached = heads(paths)
    for anchor in known_anchors(paths):
        head = reached[anchor.chain]
        is_other = anchor.head.seq == head.seq and anchor.head.hash != head.hash
        if anchor.head.seq > head.seq or is_other:
            raise ChainError(
                f"{audit_file(paths).with_name(CHAINS[anchor.chain])} ends at line {head.seq}, though"
                f" {anchor.named_in} names {'another ' if is_other else ''}line {anchor.head.seq}: its end was cut off."
                " Restore it from a backup; `roamledger audit verify` tells more."
            )
    last = last_recorded_event(paths)
    if last > reached["ledger"].seq:
        raise ChainError(
            f"The ledger ends at event {reached['ledger'].seq}, though the audit log recorded event {last}: its end was"
            " cut off. Restore it from a backup; `roamledger audit verify` tells more."
        )


def refuse_unfounded_erasures(paths: Paths) -> None:
    """Raise ChainError where lines or bodies were replaced in the name of an erasure that nobody finished or began."""
    if journal_file(paths).exists():
        return
    for erasure in erasures(paths):
        if erasure.has_replaced and erasure.person is None:
            raise ChainError(
                f"{audit_file(paths)}, line {erasure.first_seq}: {erasure.summary}, but no erasure of a person has that"
                " name. Restore from a backup; `roamledger audit verify` tells more."
            )


def last_recorded_event(paths: Paths) -> int:
    """The highest number of an event that the audit log recorded, 0 when none."""
    last = 0
    for _, text in texts(audit_file(paths)):
        if b'"action":"decide"' not in text:
            continue
        try:
            last = max(last, RECORDED.decode(text).detail.event_seq or 0)
        except ValueError:
            continue
    return last
