"""What each KPI and each word of the report means; the footnotes and the targets of the charts come from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """A KPI as the report explains it; `target` is a proposal of ours unless `target_note` names a source."""

    kpi_id: str
    title: str
    text: str
    period: str
    target: float | None = None
    higher_is_better: bool = True
    target_note: str = "our proposal"


_ALL = (
    Definition(
        "K01",
        "Session success rate",
        "Sessions COMPLETED with at least 0.5 kWh or 120 seconds, divided by all sessions that became active, plus "
        "those left pending or active for more than 24 hours, plus INVALID ones. Reservations are not counted.",
        "day the session ended, local time of the charger",
        0.95,
    ),
    Definition(
        "K10",
        "CDRs delivered within 24 hours",
        "CDRs that arrived no later than 24 hours after the session ended, divided by the CDRs whose arrival could "
        "be measured. CDRs of a partner's first pull are left out: nobody knows when they were first offered.",
        "day of receipt, UTC",
        0.95,
    ),
    Definition(
        "K11",
        "CDR completeness",
        "Completed sessions that had a CDR within 72 hours, divided by completed sessions.",
        "day the session ended, local time of the charger",
        0.995,
    ),
    Definition(
        "K12",
        "CDRs without session",
        "CDRs that no session fits after 72 hours, divided by all CDRs of partners that send sessions.",
        "day the session ended, local time of the charger",
        0.01,
        higher_is_better=False,
    ),
    Definition(
        "K13",
        "CDR acceptance rate, first pass",
        "CDRs accepted by the rules alone (neither held nor rejected, decided by nobody), divided by all CDRs "
        "received once. Credit CDRs are not counted.",
        "month and day of receipt, UTC",
        0.98,
    ),
    Definition(
        "K14",
        "CDR reject rate",
        "CDRs rejected, divided by all CDRs received once.",
        "day of receipt, UTC",
        0.005,
        higher_is_better=False,
    ),
    Definition(
        "K15",
        "Late CDR rate",
        "CDRs that arrived more than 72 hours after the session ended, divided by the CDRs whose arrival could be "
        "measured.",
        "day of receipt, UTC",
        0.01,
        higher_is_better=False,
    ),
    Definition(
        "K16",
        "Duplicate rate",
        "CDRs that came again, by id or by content, divided by CDRs received.",
        "day of receipt, UTC",
        0.001,
        higher_is_better=False,
    ),
    Definition(
        "K20",
        "Match rate",
        "CDRs for which a session was found, by whatever key, divided by all CDRs received once.",
        "day the session ended, local time of the charger",
        0.99,
    ),
    Definition(
        "K40",
        "Dispute rate",
        "CDRs in dispute, divided by all CDRs received once.",
        "month and day the session ended, local time of the charger",
        0.005,
        higher_is_better=False,
    ),
)
DEFINITIONS = {definition.kpi_id: definition for definition in _ALL}

# Words of the money and flow panels, in reading order.
TERMS = (
    ("Claimed", "what the partner's CDRs ask for (their total_cost), without VAT; a credit CDR counts negative."),
    ("Expected", "what the tariffs of those CDRs come to when priced again, to the last decimal, without VAT."),
    ("Accepted, held, rejected", "the claimed amount, split by our verdict. The three add up to the claimed amount."),
    ("Billable", "CDRs that may be billed: received, less duplicates, rejected and held ones."),
    ("Retail", "what drivers are charged for accepted CDRs under the agreement in force, without VAT."),
    ("Wholesale", "what we owe the partner for the same CDRs, without VAT."),
    ("Margin", "retail less wholesale."),
    ("Provisional", "the wait of 72 hours for late CDRs has not passed; the figure may still move."),
    (
        "Interval",
        "Wilson 95 % interval: where the true rate may well lie given so many cases (n). A rate is coloured only from "
        "30 cases on, and only when the whole interval lies on one side of the target.",
    ),
    (
        "Amounts",
        "are kept exact and rounded half up to the currency's minor unit for show only, so a column may differ from "
        "its total in the last digit. Amounts of different currencies are never added.",
    ),
)

MODULES_HINT = "received = loaded + quarantined + duplicates, for every file"
