"""The words of the money and flow panels, explained in reading order; KPIs are explained by their own catalogue."""

from __future__ import annotations

TERMS = (
    (
        "Claimed",
        "what the partner's CDRs ask for (their total_cost), each once, without VAT; a credit CDR counts negative.",
    ),
    ("Expected", "what the tariffs of those CDRs come to when priced again, to the last decimal, without VAT."),
    ("Accepted, held, rejected", "the claimed amount, split by our verdict. The three add up to the claimed amount."),
    (
        "At stake",
        "the part of the claimed amount that is in question: the difference where only the total or the tax does not "
        "follow from the tariff, else the whole claim.",
    ),
    (
        "Finer than the claims' own rounding",
        "an expected amount is rounded as finely as the claim is written before the two are compared; this is what "
        "that takes away, so that the causes add up to claimed less expected.",
    ),
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
