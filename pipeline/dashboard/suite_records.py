"""The rows that the page of the suites' results is made of, read from the published file by fixed SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.dashboard.queries import VERSION, read_rows, reading
from pipeline.dashboard.records import Version

# As many examples of a rule, and of one partner among them.
EXAMPLES, EXAMPLES_OF_A_PARTNER = 8, 3

SUITE_DAYS = """
    select
        suite,
        partner,
        received_date,
        evaluated_count,
        failed_count
    from validation.fct_suite_runs
    order by suite, partner, received_date
"""

RULE_DAYS = """
    select
        suite,
        object_type,
        rule_code,
        partner,
        received_date,
        evaluated_count,
        failed_count
    from validation.fct_suite_results
    order by suite, rule_code, partner, received_date
"""

# A rule that the catalogue lacks is shown by its code.
CATALOGUE = """
    select
        codes.code,
        codes.title,
        codes.severity,
        codes.explanation,
        codes.source,
        rules.rule_id,
        rules.reason_code,
        coalesce(list_contains(string_split(rules.judges, ','), 'sql'), false) as is_judged_by_sql
    from seeds.codes
    left join seeds.rules
        on codes.code = rules.rule_code
    where codes.code in (select rule_code from validation.fct_suite_results)
    order by codes.code
"""

# Objects that break the rule now, by who says so.
STANDING = """
    with checked as (select distinct object_type, rule_code from validation.fct_suite_results),

    objects as (
        select
            object_type,
            object_key,
            rule_code,
            bool_or(judge = 'gx') as is_of_suite,
            bool_or(judge = 'sql') as is_of_sql
        from validation.fct_rule_hits
        inner join checked using (object_type, rule_code)
        group by object_type, object_key, rule_code
    )

    select
        object_type,
        rule_code,
        count(*) filter (is_of_suite) as suite_count,
        count(*) filter (is_of_suite and not is_of_sql) as suite_alone_count,
        count(*) filter (is_of_sql and not is_of_suite) as sql_alone_count
    from objects
    group by object_type, rule_code
    order by object_type, rule_code
"""

EXAMPLE_HITS = f"""
    with ranked as (
        select
            object_type,
            rule_code,
            partner,
            object_label,
            observed,
            row_number() over (partition by object_type, rule_code, partner order by object_label, object_key) as place
        from validation.fct_rule_hits
        where judge = 'gx'
    )

    select
        object_type,
        rule_code,
        coalesce(partner, 'unknown') as partner,
        object_label,
        left(observed, 200) as observed
    from ranked
    where place <= {EXAMPLES_OF_A_PARTNER}
    qualify row_number() over (partition by object_type, rule_code order by place, partner, object_label) <= {EXAMPLES}
    order by object_type, rule_code, partner, place
"""


@dataclass(frozen=True)
class SuiteDay:
    """Records of one partner that a suite looked at, by the day they came."""

    suite: str
    partner: str
    day: date
    evaluated: int
    failed: int


@dataclass(frozen=True)
class RuleDay:
    """The same for one rule of the suite."""

    suite: str
    object_type: str
    rule_code: str
    partner: str
    day: date
    evaluated: int
    failed: int


@dataclass(frozen=True)
class Rule:
    """What the catalogue says of a rule; rule and reason codes are None for codes it does not number."""

    code: str
    title: str
    severity: str
    explanation: str
    source: str | None
    rule_id: str | None
    reason_code: str | None
    is_judged_by_sql: bool


@dataclass(frozen=True)
class Standing:
    """Objects that break a rule as they stand: how many the suite names, and how many one judge names alone."""

    object_type: str
    rule_code: str
    of_suite: int
    of_suite_alone: int
    of_sql_alone: int


@dataclass(frozen=True)
class Example:
    """One object that breaks a rule, masked as in the published file."""

    object_type: str
    rule_code: str
    partner: str
    label: str
    observed: str | None


@dataclass(frozen=True)
class SuiteFigures:
    """Everything the page reads; `catalogue` by code."""

    version: Version
    suites: list[SuiteDay]
    rules: list[RuleDay]
    catalogue: dict[str, Rule]
    standing: dict[tuple[str, str], Standing]
    examples: list[Example]


def read_suites(published_file: Path) -> SuiteFigures:
    """Read the page's rows from a published DuckDB file, which is opened read-only.

    Raises UserError when there is no such file or it lacks a table or column that the page reads.
    """
    with reading(published_file, "the page of the suites") as connection:
        versions = read_rows(connection, Version, VERSION)
        standing = read_rows(connection, Standing, STANDING)
        return SuiteFigures(
            version=versions[0] if versions else Version(None, None),
            suites=read_rows(connection, SuiteDay, SUITE_DAYS),
            rules=read_rows(connection, RuleDay, RULE_DAYS),
            catalogue={rule.code: rule for rule in read_rows(connection, Rule, CATALOGUE)},
            standing={(each.object_type, each.rule_code): each for each in standing},
            examples=read_rows(connection, Example, EXAMPLE_HITS),
        )
