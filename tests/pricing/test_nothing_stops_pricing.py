"""One nonsensical CDR is a finding on that CDR and never stops the others."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.adhoc.engine import priced
from tests.oracle.batch import COUNT, SEED
from tests.oracle.spoil import spoilt


@pytest.mark.slow
def test_no_value_wherever_it_stands_stops_pricing(tmp_path: Path) -> None:
    texts = list(spoilt(COUNT, SEED))
    error = stops(texts, tmp_path)
    while error is not None and len(texts) > 1:
        halves = texts[: len(texts) // 2], texts[len(texts) // 2 :]
        texts = next((half for half in halves if stops(half, tmp_path)), texts[:1])
        error = stops(texts, tmp_path) or error
    assert error is None, f"{error}\n{texts[0]}"


def stops(texts: list[str], folder: Path) -> str | None:
    """What stops pricing these CDRs together; None when each has an answer."""
    file = folder / "cdrs.ndjson"
    file.write_text("\n".join(texts) + "\n")
    try:
        with priced([file]) as con:
            answered = con.execute("select count(*) from adhoc.cdrs where line_no is not null").fetchall()
    except duckdb.Error as error:
        return str(error)
    assert answered == [(len(texts),)]
    return None
