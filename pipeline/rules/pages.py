"""The pages of `roamledger rules`: the list, one rule, and a trial; the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.dashboard.figures import percent as rate
from pipeline.dashboard.figures import percent_range
from pipeline.explain.numbers import MISSING, amount, number
from pipeline.explain.page import Block, Facts, Heading, Page, Row, Say, Table
from pipeline.plain_values import plain_decimal
from pipeline.rule_overrides import RuleOverride
from pipeline.rules.catalogue import Rule
from pipeline.rules.performance import Found, History, Performance

_LIST = ("Rule", "Code", "Version", "Severity", "Family", "Judges", "Object", "Parameters", "Overrides", "Found")
_LIST += ("At stake", "Right", "Wrong")


def list_page(rules: Iterable[Rule], overrides: dict[str, tuple[RuleOverride, ...]], history: History | None) -> Page:
    """All rules, one a row."""
    found = history.found if history else {}
    rows = [
        Row(
            (
                rule.rule_id or MISSING,
                rule.code,
                str(rule.version),
                rule.severity,
                rule.family,
                rule.judges,
                rule.object_type,
                parameters_text(rule),
                str(len(overrides[rule.code]) or ""),
                *_found_cells(found.get(rule.code), is_known=history is not None),
            )
        )
        for rule in rules
    ]
    told = f"Findings as published, business clock {history.as_of}." if history else "Nothing is published yet."
    return Page(
        "Rules",
        told,
        (Table(_LIST, tuple(rows), frozenset({0, 1, 3, 4, 5, 6, 7})),),
        "Overrides are those of rules.yml in force; `roamledger rules show RULE` tells all of one rule.",
    )


def rule_page(
    rule: Rule, overrides: Sequence[RuleOverride], history: History | None, performance: Sequence[Performance]
) -> Page:
    """Everything of one rule."""
    facts = [
        ("Code", rule.code),
        ("Severity", rule.severity),
        ("Version", str(rule.version)),
        ("Family", rule.family),
        ("Judges", f"{objects(rule)}, by {rule.judges.replace(',', ' and ')}, in {rule.layer}"),
        ("Reason code", rule.reason_code),
        ("Source", rule.source or MISSING),
    ]
    if rule.actions:
        facts.append(("Allowed actions", ", ".join(rule.actions)))
    if rule.awaits:
        facts.append(("Waits for", f"the {rule.awaits}; the finding goes when it arrives"))
    if rule.completed_with:
        facts.append(("To be completed with", rule.completed_with.replace("_", " ")))
    blocks: list[Block] = [Say(rule.explanation), Facts(tuple(facts)), Heading("Parameters"), _parameters(rule)]
    blocks += [Heading("Overrides"), _overrides(overrides)]
    blocks += [Heading("Performance"), *_performance(performance, history, rule)]
    return Page(
        f"{rule.rule_id} {rule.title}".strip(),
        f"Findings as published, business clock {history.as_of}" if history else "Nothing is published yet",
        tuple(blocks),
        f"Try another bound on history: roamledger rules try {rule.code} --since DATE"
        if rule.object_type == "cdr"
        else "Overrides and trials are for rules on CDRs.",
    )


def parameters_text(rule: Rule) -> str:
    """The defaults in one line: `after_h 24 h`."""
    return ", ".join(f"{each.name} {plain_decimal(each.value)} {each.unit}" for each in rule.parameters)


def objects(rule: Rule) -> str:
    """What it judges, as people write it: `CDRs`, `EVSEs`, `tariffs`."""
    return f"{rule.object_type.upper() if rule.object_type in ('cdr', 'evse') else rule.object_type}s"


def money(amounts: dict[str, Decimal]) -> str:
    """Amounts by currency: `EUR 12.50, GBP 3.00`."""
    return ", ".join(f"{currency} {amount(value)}" for currency, value in amounts.items()) or MISSING


def override_text(override: RuleOverride) -> str:
    """What an override changes: `after_h 48, severity hold`."""
    changes = [f"{name} {plain_decimal(value)}" for name, value in override.parameters.items()]
    return ", ".join([*changes, *([f"severity {override.severity}"] if override.severity else [])])


def _found_cells(found: Found | None, *, is_known: bool) -> tuple[str, ...]:
    if not is_known:
        return (MISSING,) * 4
    if found is None:
        return ("0", MISSING, "0", "0")
    return number(found.object_count), money(found.at_stake), number(found.proved_right), number(found.proved_wrong)


def _parameters(rule: Rule) -> Block:
    if not rule.parameters:
        return Say("None.")
    rows = tuple(Row((each.name, plain_decimal(each.value), each.unit, each.source)) for each in rule.parameters)
    return Table(("Parameter", "Default", "Unit", "Where it comes from"), rows, frozenset({0, 2, 3}))


def _overrides(overrides: Sequence[RuleOverride]) -> Block:
    if not overrides:
        return Say("None in rules.yml.")
    rows = tuple(
        Row(
            (
                override.partner or "all",
                override.power_class or "all",
                f"{override.valid_from} to {override.valid_to or 'open'}",
                override_text(override),
                override.reason,
            )
        )
        for override in overrides
    )
    return Table(("Partner", "Power class", "Sessions from, to before", "Change", "Why"), rows, frozenset(range(5)))


_PERFORMANCE = ("Month", "Partner", "Currency", "CDRs", "Stopped", "Alone", "At stake", "Right", "Wrong", "Undecided")
_PERFORMANCE += ("Precision", "Interval", "Protected", "Decisions", "Median hours")


def _performance(rows: Sequence[Performance], history: History | None, rule: Rule) -> list[Block]:
    found = history.found.get(rule.code) if history else None
    if rule.object_type != "cdr":
        return [Say(f"{found.object_count if found else 0} {objects(rule)} break it now.")]
    if not rows:
        return [Say("No CDR breaks it." if history else "Nothing is published yet.")]
    lines = tuple(
        Row(
            (
                f"{row.receipt_month:%Y-%m}",
                row.partner,
                row.currency,
                number(row.cdr_count),
                number(row.stopped_count),
                number(row.stopped_alone_count),
                amount(row.money_at_stake_excl_vat),
                number(row.proved_right_count),
                number(row.proved_wrong_count),
                number(row.undecided_count),
                rate(_float(row.precision_rate)),
                percent_range(_float(row.precision_low), _float(row.precision_high)),
                amount(row.money_protected_excl_vat),
                number(row.decision_count),
                MISSING if row.median_decision_h is None else number(round(row.median_decision_h, 1)),
            )
        )
        for row in rows
    )
    return [Table(_PERFORMANCE, lines, frozenset({0, 1, 2}))]


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
