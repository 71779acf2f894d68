"""The golden cases: one rule each, with the figures worked out by hand in the note of `expected.json`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import md5
from pathlib import Path
from typing import Any

from tests.oracle.generator import Case
from tests.oracle.language import Partner, dump, load
from tests.oracle.policies import DEFAULTS, Policies

FOLDER = Path(__file__).parent / "golden"
# Findings are compared as codes, lines without an order.
LINE_FIELDS = ("dimension", "period", "element", "quantity", "billed_quantity", "cost_excl_vat", "cost_incl_vat")


@dataclass(frozen=True)
class Golden:
    """A case on disk: `cdr.json`, `case.json`, `expected.json` and, in place of the embedded tariffs, `tariff.json`.

    `case.json` names policies only where they are not the defaults.
    """

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def expected(self) -> dict[str, Any]:
        return load((self.folder / "expected.json").read_text())

    @cached_property
    def settings(self) -> dict[str, Any]:
        return load((self.folder / "case.json").read_text())

    @property
    def policies(self) -> Policies:
        return Policies(**self.settings.get("policies", {}))

    @property
    def has_defaults(self) -> bool:
        return self.policies == DEFAULTS

    @property
    def id(self) -> str:
        """The id of its CDR in a batch of all."""
        return f"GOLDEN-{self.name}"

    def as_case(self) -> Case:
        """As a case of a batch: a partner for each set of policies, the tariff in place, an id of its own."""
        cdr = load((self.folder / "cdr.json").read_text())
        if (self.folder / "tariff.json").exists():
            cdr["tariffs"] = [load((self.folder / "tariff.json").read_text())]
        # Party ids have three letters or digits.
        party = "TST" if self.has_defaults else md5(repr(self.policies).encode()).hexdigest()[:3].upper()
        partner = Partner("NL", party, self.policies)
        text = dump({**cdr, "id": self.id})
        return Case(0, self.settings["ocpi_version"], self.settings["timezone"], partner, text)


def golden_cases() -> Iterator[Golden]:
    return (Golden(file.parent) for file in sorted(FOLDER.glob("*/cdr.json")))
