"""Many small CDRs explained at one go: the models run once for all of a test module."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.adhoc.engine import priced
from pipeline.adhoc.models import compiled_models
from pipeline.explain.compose import compose
from pipeline.explain.read import explain
from pipeline.explain.records import Explanation
from pipeline.explain.terminal import render_terminal
from tests.explain.small_cdrs import Json

Explain = Callable[..., dict[str, Explanation]]


@pytest.fixture(scope="session")
def explain_all(tmp_path_factory: pytest.TempPathFactory) -> Explain:
    """Explain CDRs by their ids, under the partner's own policies where some are given."""

    def explain_them(cdrs: Sequence[Json], **policies: str) -> dict[str, Explanation]:
        file = tmp_path_factory.mktemp("cdrs") / "cdrs.ndjson"
        file.write_text("\n".join(map(json.dumps, cdrs)) + "\n")
        with priced([Path(file)]) as con:
            if policies:
                con.executemany(
                    "insert into config.partner_policies select distinct partner, ?, ? from config.partners",
                    list(policies.items()),
                )
                compiled_models().build(con, datetime(2026, 11, 1, tzinfo=UTC))
            keys = con.execute("select cdr_id, cdr_key from adhoc.cdrs").fetchall()
            return {cdr_id: explain(con, cdr_key) for cdr_id, cdr_key in keys}

    return explain_them


def page_text(explanation: Explanation) -> str:
    """The page in one line, so that a sentence is found wherever it was broken."""
    return " ".join(render_terminal(compose(explanation), width=400).replace("\u00a0", " ").split())
