"""Which models hold a rule, told from the compiled SQL, and which must be asked again for another bound of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pipeline.adhoc.models import Judge, compiled_judges
from pipeline.rules.catalogue import Rule

# Where the hits of a layer come together; the models that it reads hold the rules.
COLLECTORS = {
    "validation": "fct_rule_hits",
    "pricing": "int_cdr_findings",
    "reconciliation": "int_reconciliation_hits",
}
OVERRIDES = "stg_config__rule_overrides"
SETTINGS = "int_rule_settings"
SEVERITIES = "int_cdr_severities"
# The hits of Great Expectations are about the record alone and know no overrides.
_NO_HOLDERS = {SEVERITIES, "int_gx_hits"}

# How the macros of parameters choose the bounds of rules.
_BOUNDS = re.compile(r"rule_code\s*(=\s*'\w+'|in\s*\([^)]*\))")


@dataclass(frozen=True)
class Lineage:
    """The models that findings stand on, each after those it reads."""

    judges: dict[str, Judge]

    @classmethod
    def compiled(cls) -> Lineage:
        """The lineage of the dbt project as it is now."""
        return cls(compiled_judges())

    def holders(self, rule: Rule) -> list[str]:
        """The models whose rows are the rule's hits: those that name its code, or stand on one that does."""
        collector = COLLECTORS[rule.layer]
        collected = [name for name in self.judges[collector].reads if name not in _NO_HOLDERS]
        naming = [name for name in (*collected, collector) if self._names(name, rule.code)]
        return naming or [
            name for name in collected if any(self._names(other, rule.code) for other in self._before[name])
        ]

    def settings_read(self, rule: Rule) -> set[str]:
        """The parameters of the rule that are read for each CDR, so that they can be overridden."""
        readers = [self.judges[name].sql for name in self._readers(rule)]
        return {parameter.name for parameter in rule.parameters if any(f"'{parameter.name}'" in sql for sql in readers)}

    def scopes(self) -> list[str]:
        """The models that say which overrides hold for a CDR."""
        ends = {SETTINGS, SEVERITIES, "int_cdrs_judged"} & set(self.judges)
        wanted = ends.union(*(self._before[end] for end in ends))
        return [name for name in self.judges if name in wanted and OVERRIDES in self._before[name]]

    def asked_again(self, rule: Rule) -> list[str]:
        """The models between the settings of the rule and its hits, in an order that builds."""
        holders = self.holders(rule)
        wanted = set(holders).union(*(self._before[holder] for holder in holders))
        readers = self._readers(rule) & wanted
        return [name for name in self.judges if name in wanted and (name in readers or self._before[name] & readers)]

    def _readers(self, rule: Rule) -> set[str]:
        code = f"'{rule.code}'"
        return {name for name, judge in self.judges.items() if SETTINGS in judge.reads and code in judge.sql}

    def _names(self, name: str, code: str) -> bool:
        """Whether the model gives the code to something; to read a bound of the rule is another matter."""
        return f"'{code}'" in _BOUNDS.sub("", self.judges[name].sql)

    @cached_property
    def _before(self) -> dict[str, set[str]]:
        """All that a model stands on, by its name."""
        before: dict[str, set[str]] = {}
        for name, judge in self.judges.items():
            before[name] = set(judge.reads).union(*(before.get(read, set()) for read in judge.reads))
        return before


def redirected(sql: str, judges: Iterable[Judge], catalog: str) -> str:
    """The select with these models read from another database, under their bare names."""
    for judge in judges:
        sql = sql.replace(judge.relation, f'"{catalog}"."{judge.name}"')
    return sql
