"""`explain` shows one CDR, of the warehouse or of a file, and says what is wrong with a name."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.explain.read import explain
from pipeline.settings import Paths
from pipeline.warehouse import open_warehouse
from tests.commands.conftest import Roamledger
from tests.conftest import SampleNight
from tests.explain.small_cdrs import cdr, component, element, period, tariff


def _one(night: SampleNight, sql: str) -> tuple[str, ...]:
    with open_warehouse(night.paths, read_only=True) as con:
        row = con.execute(sql).fetchone()
    assert row
    return row


@pytest.mark.slow
@pytest.mark.parametrize("column", ["cdr_key", "cdr_label", "cdr_id"])
def test_a_cdr_of_the_warehouse_is_found_by_key_label_and_id(
    roamledger: Roamledger, sample_night: SampleNight, column: str
) -> None:
    name, label = _one(sample_night, f"select {column}, cdr_label from core.fct_cdrs order by cdr_key limit 1")
    done = roamledger("--data", str(sample_night.paths.data), "explain", name)
    assert done.code == 0, done.err
    assert done.out.startswith(f"CDR {label}\n")
    for heading in ("Session", "Charging periods", "Total", "What the CPO claims", "Policies in force"):
        assert f"\n{heading}\n" in done.out


@pytest.mark.slow
def test_lines_of_the_sample_agree_with_the_published_ones_and_sum_to_the_total(sample_night: SampleNight) -> None:
    with open_warehouse(sample_night.paths, read_only=True) as con:
        keys = con.execute(
            "select cdr_key from pricing.fct_cdr_price_lines"
            " qualify row_number() over (partition by dimension order by cdr_key) <= 10"
        ).fetchall()
        for (key,) in set(keys):
            explanation = explain(con, key)
            stored = con.execute(
                "select line_number, billed_quantity, price, cost_excl_vat, cost_incl_vat"
                " from pricing.fct_cdr_price_lines where cdr_key = ? order by line_number",
                [key],
            ).fetchall()
            told = sorted(
                [volume.line for period in explanation.periods for volume in period.volumes if volume.line]
                + list(explanation.limit_lines),
                key=lambda line: line.line_number,
            )
            assert stored == [
                (line.line_number, line.billed_quantity, line.price, line.cost_excl_vat, line.cost_incl_vat)
                for line in told
            ]
            if explanation.cdr.total_excl_vat is not None:
                assert sum((row[3] for row in stored), Decimal(0)) == explanation.cdr.total_excl_vat


@pytest.mark.slow
def test_reconciliation_adds_the_cause_of_a_difference(roamledger: Roamledger, sample_night: SampleNight) -> None:
    (key,) = _one(
        sample_night,
        "select cdr_key from reconciliation.fct_cost_differences where cause_code = 'not_from_tariff' order by cdr_key",
    )
    done = roamledger("--data", str(sample_night.paths.data), "explain", key)
    assert "Not from the tariff. The claimed amount does not follow from the tariff" in " ".join(done.out.split())


@pytest.mark.slow
def test_a_tariff_that_we_knew_otherwise_is_told(roamledger: Roamledger, sample_night: SampleNight) -> None:
    (key,) = _one(
        sample_night,
        "select cdr_key from pricing.fct_cdr_prices where known_total_excl_vat is not null order by cdr_key limit 1",
    )
    done = roamledger("--data", str(sample_night.paths.data), "explain", key)
    assert "By the version of the tariff that we knew when the session began it would cost EUR" in done.out


@pytest.mark.slow
def test_a_page_names_neither_token_nor_contract(roamledger: Roamledger, sample_night: SampleNight) -> None:
    key, uid, contract = _one(
        sample_night,
        "select cdr_key, token_uid, contract_id from core.fct_cdrs"
        " where length(token_uid) > 6 and length(contract_id) > 6 order by cdr_key limit 1",
    )
    for form in ("terminal", "markdown", "html"):
        page = roamledger("--data", str(sample_night.paths.data), "explain", key, "--format", form).out
        assert page
        assert uid not in page
        assert contract not in page


@pytest.mark.slow
def test_an_id_of_two_cdrs_is_refused_with_both_labels(roamledger: Roamledger, sample_copy: Paths) -> None:
    with duckdb.connect(str(sample_copy.warehouse)) as con:
        con.execute(
            "insert into core.fct_cdrs select * replace ('other' as cdr_key, 'DE*ABC*' || cdr_id as cdr_label)"
            " from core.fct_cdrs order by core.fct_cdrs.cdr_key limit 1"
        )
        row = con.execute("select cdr_id from core.fct_cdrs where cdr_key = 'other'").fetchone()
    assert row
    done = roamledger("--data", str(sample_copy.data), "explain", row[0])
    assert done.code == 2
    assert f"names 2 CDRs: DE*ABC*{row[0]}, " in done.err


@pytest.mark.slow
def test_an_unknown_name_is_refused(roamledger: Roamledger, sample_night: SampleNight) -> None:
    done = roamledger("--data", str(sample_night.paths.data), "explain", "nobody")
    assert (done.code, done.out) == (2, "")
    assert "No known CDR is called 'nobody'" in done.err


def test_before_the_first_night_the_user_is_told_what_to_run(roamledger: Roamledger, paths: Paths) -> None:
    done = roamledger("explain", "C1")
    assert done.code == 2
    assert "roamledger run" in done.err


def test_a_warehouse_without_prices_is_a_sentence(roamledger: Roamledger, paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    duckdb.connect(str(paths.warehouse)).close()
    done = roamledger("explain", "C1")
    assert done.code == 2
    assert "holds no prices" in done.err
    assert "Traceback" not in done.err


def test_while_a_run_holds_the_warehouse_the_user_is_told_to_wait(roamledger: Roamledger, paths: Paths) -> None:
    paths.warehouse.parent.mkdir(parents=True)
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(paths.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        done = roamledger("explain", "C1")
        holder.stdin.close()
    assert done.code == 2
    assert f"in use by process {holder.pid}" in done.err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cdrs.json"
    names = ("C1", "c2")
    path.write_text(json.dumps([cdr(name, [tariff(element())], [period(ENERGY=3)]) for name in names]))
    return path


def test_a_file_with_several_cdrs_wants_to_know_which(roamledger: Roamledger, file: Path) -> None:
    assert "holds 2 CDRs: C1, c2. Say which one to explain: --id ID." in roamledger("explain", str(file)).err
    assert roamledger("explain", str(file), "--id", "C2").out.startswith("CDR NL*CPI*c2\n")
    done = roamledger("explain", str(file), "--id", "C3")
    assert (done.code, done.out) == (2, "")
    assert "no CDR with the id C3" in done.err


def test_a_file_is_priced_with_the_tariff_and_zone_given(roamledger: Roamledger, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "tariff.json"
    other.write_text(json.dumps(tariff(element(component(price=2), start_time="16:30", end_time="17:00"))))
    done = roamledger(
        "explain",
        str(file),
        "--id",
        "C1",
        "--tariff",
        str(other),
        "--timezone",
        "Europe/London",
        "--ocpi-version",
        "2.2.1",
    )
    assert done.code == 0, done.err
    text = " ".join(done.out.split())
    assert "costs EUR 6.00 without VAT." in text
    assert "It was given for this page, in place of what the CDR carries." in text
    assert "Europe/London, as given for this page" in text
    assert "Element 1 applies: from 16:30 to 17:00 (it was 16:31 local)." in text.replace("\u00a0", " ")


def test_the_page_goes_to_a_file_in_the_format_asked_for(roamledger: Roamledger, file: Path, tmp_path: Path) -> None:
    for form, start in (
        ("html", "<!doctype html>"),
        ("markdown", "# CDR NL\\*CPI\\*C1"),
        ("terminal", "CDR NL*CPI*C1"),
    ):
        page = tmp_path / f"page.{form}"
        done = roamledger("explain", str(file), "--id", "C1", "--format", form, "--output", str(page))
        assert (done.code, done.out) == (0, ""), done.err
        assert str(page) in done.err.replace("\n", "")
        assert page.read_text().startswith(start)
    done = roamledger("explain", str(file), "--id", "C1", "--output", str(tmp_path / "no" / "page"))
    assert done.code == 2
    assert "cannot be written" in done.err


def test_mistakes_with_files_are_sentences(roamledger: Roamledger, paths: Paths, tmp_path: Path) -> None:
    assert "There is no file nowhere.json." in roamledger("explain", "nowhere.json").err
    assert "are for a file" in roamledger("explain", "C1", "--timezone", "Europe/London").err
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    done = roamledger("explain", str(broken))
    assert (done.code, done.out) == (2, "")
    assert "holds no CDR that can be explained" in done.err
