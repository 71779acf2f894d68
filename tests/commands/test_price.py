"""`roamledger price`: CDRs from anywhere, priced without a warehouse."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import PROJECT_ROOT
from tests.commands.conftest import Done, Roamledger

EXAMPLES = PROJECT_ROOT / "docs" / "examples"
EXAMPLE, EXAMPLE_TARIFF = EXAMPLES / "cdr.json", EXAMPLES / "tariff.json"
# The example's embedded tariff prices 10.5 kWh at 0.40 and, after 19:00 in Utrecht, 8 kWh at 0.25.
EXCL_VAT, INCL_VAT = "8.2", "9.922"


def cdr(**changes: Any) -> dict[str, Any]:
    """The example with other values; None leaves a field out."""
    changed = json.loads(EXAMPLE.read_text()) | changes
    return {key: value for key, value in changed.items() if value is not None}


def tariff(**changes: Any) -> dict[str, Any]:
    return json.loads(EXAMPLE_TARIFF.read_text()) | changes


def written(file: Path, content: object) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


def case(folder: Path, content: object = None, **files: object) -> None:
    written(folder / "cdr.json", cdr() if content is None else content)
    for name, text in files.items():
        written(folder / f"{name}.json", text)


def answers(done: Done) -> list[dict[str, Any]]:
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def codes(answer: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in answer["findings"]]


def total(answer: dict[str, Any]) -> tuple[str | None, str | None]:
    return answer["total_excl_vat"], answer["total_incl_vat"]


@pytest.fixture
def price(roamledger: Roamledger) -> Roamledger:
    return lambda *arguments: roamledger("price", *map(str, arguments), "--format", "jsonl")


def test_a_line_holds_totals_lines_and_findings_of_one_cdr(price: Roamledger) -> None:
    (answer,) = answers(price(EXAMPLE))
    assert {key: answer[key] for key in ("country_code", "party_id", "cdr_id", "currency")} == {
        "country_code": "NL",
        "party_id": "CPI",
        "cdr_id": "example-1",
        "currency": "EUR",
    }
    assert total(answer) == (EXCL_VAT, INCL_VAT)
    assert answer["findings"] == []
    assert answer["lines"][-1] == {
        "period": 2,
        "dimension": "PARKING_TIME",
        "tariff_id": "T-1",
        "element": 1,
        "quantity": "0.4",
        "billed_quantity": "0.5",
        "unit": "h",
        "price": "3",
        "vat_percent": "21",
        "cost_excl_vat": "1.5",
        "cost_incl_vat": "1.815",
    }
    assert [(line["period"], line["dimension"], line["element"]) for line in answer["lines"]] == [
        (0, "FLAT", 1),
        (0, "ENERGY", 1),
        (1, "ENERGY", 0),
        (2, "PARKING_TIME", 1),
    ]


def test_json_is_one_array_of_the_same_objects(roamledger: Roamledger, price: Roamledger) -> None:
    done = roamledger("price", str(EXAMPLE), "--format", "json")
    assert json.loads(done.out) == answers(price(EXAMPLE))


def test_a_table_is_for_people_and_the_default(roamledger: Roamledger, tmp_path: Path) -> None:
    done = roamledger("price", written(tmp_path / "cdr.json", cdr(currency="USD", party_id=None)), str(EXAMPLE))
    assert done.code == 0
    assert "NL*CPI*example-1: 8.2 EUR without VAT, 9.922 EUR with VAT" in done.out
    assert "not priced" in done.out
    assert "tariff_currency_mismatch" in done.out
    assert "PARKING_TIME" in done.out


def test_another_tariff_replaces_the_embedded_ones_even_under_another_id(price: Roamledger, tmp_path: Path) -> None:
    done = price(EXAMPLE, "--tariff", EXAMPLE_TARIFF)
    (answer,) = answers(done)
    assert total(answer) == ("7.215", "8.73015")
    assert "name other tariffs than the given ones" in done.err
    both = written(tmp_path / "tariffs.json", [tariff(id="x"), tariff(id="T-1", currency="EUR", elements=[])])
    (answer,) = answers(price(EXAMPLE, "--tariff", both))
    assert codes(answer) == ["tariff_empty"]


def test_a_tariff_in_another_currency_prices_nothing(price: Roamledger, tmp_path: Path) -> None:
    (answer,) = answers(price(EXAMPLE, "--tariff", written(tmp_path / "chf.json", tariff(currency="CHF"))))
    assert total(answer) == (None, None)
    assert answer["lines"] == []
    assert answer["findings"] == [{"code": "tariff_currency_mismatch", "severity": "reject", "period": None}]


@pytest.mark.parametrize("content", ["[]", "{", '{"foo": 1}', json.dumps(cdr())])
def test_a_file_without_tariff_is_refused(price: Roamledger, tmp_path: Path, content: str) -> None:
    done = price(EXAMPLE, "--tariff", written(tmp_path / "tariff.json", content))
    assert (done.code, done.out) == (2, "")
    assert "tariff.json holds no tariff that can be read" in done.err


def test_a_named_time_zone_counts_before_that_of_the_cdr(price: Roamledger) -> None:
    (answer,) = answers(price(EXAMPLE, "--timezone", "Asia/Tokyo"))
    # Both periods of charging lie in the Japanese night.
    assert total(answer) == ("6.625", "8.01625")
    done = price(EXAMPLE, "--timezone", "Mars/Olympus")
    assert done.code == 2
    assert "'Mars/Olympus' is no time zone" in done.err


def test_a_time_zone_that_nothing_tells_is_a_finding(price: Roamledger, tmp_path: Path) -> None:
    location = cdr()["cdr_location"] | {"country": "USA"}
    (answer,) = answers(price(written(tmp_path / "cdr.json", cdr(cdr_location=location))))
    assert total(answer) == (None, None)
    assert codes(answer) == ["time_zone_unknown"]


def test_the_ocpi_version_is_told_by_the_option_else_by_the_shape(price: Roamledger, tmp_path: Path) -> None:
    (answer,) = answers(price(EXAMPLE, "--ocpi-version", "2.1.1"))
    assert total(answer) == (EXCL_VAT, None)
    (answer,) = answers(price(written(tmp_path / "21.json", cdr(total_cost=8.2))))
    assert total(answer) == (EXCL_VAT, None)
    included = written(tmp_path / "23.json", tariff(tax_included="YES"))
    (answer,) = answers(price(EXAMPLE, "--tariff", included))
    assert answer["total_incl_vat"] == "7.215"
    unrated = [{"price_components": [{"type": "ENERGY", "price": 0.39, "step_size": 1}]}]
    (answer,) = answers(
        price(EXAMPLE, "--tariff", written(tmp_path / "23.json", tariff(tax_included="YES", elements=unrated)))
    )
    assert total(answer) == (None, "7.215")
    assert set(codes(answer)) == {"vat_rate_missing"}
    assert price(EXAMPLE, "--ocpi-version", "3.0").code == 2


def test_a_cdr_without_periods_is_not_priced(price: Roamledger, tmp_path: Path) -> None:
    (answer,) = answers(price(written(tmp_path / "cdr.json", cdr(charging_periods=None))))
    assert total(answer) == (None, None)
    assert answer["findings"] == [{"code": "periods_missing", "severity": "hold", "period": None}]


def test_a_credit_is_minus_its_original_where_that_is_at_hand(price: Roamledger, tmp_path: Path) -> None:
    credit = written(
        tmp_path / "credit.json", cdr(id="example-1-C", credit=True, credit_reference_id="EXAMPLE-1", total_cost=None)
    )
    first, second = answers(price(credit, EXAMPLE))
    assert total(first) == ("-8.2", "-9.92")
    assert codes(first) == []
    assert first["lines"] == []
    assert total(second) == (EXCL_VAT, INCL_VAT)
    (alone,) = answers(price(credit))
    assert total(alone) == (None, None)
    assert codes(alone) == ["credit_not_priced"]


def test_any_wrapping_is_opened(price: Roamledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = cdr(id="1"), cdr(id="2")
    contents = [
        json.dumps([one, two]),
        f"{json.dumps(one)}\n{json.dumps(two)}\n",
        json.dumps({"status_code": 1000, "data": {"items": [one, two]}}),
    ]
    for content in contents:
        found = answers(price(written(tmp_path / "in" / "cdrs.json", content)))
        assert [(answer["cdr_id"], total(answer)) for answer in found] == [
            ("1", (EXCL_VAT, INCL_VAT)),
            ("2", (EXCL_VAT, INCL_VAT)),
        ]
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(content.encode()))))
        assert answers(price("-")) == found
        assert answers(price(tmp_path / "in")) == found


def test_an_id_that_comes_again_is_priced_again_and_told(price: Roamledger, tmp_path: Path) -> None:
    again = written(tmp_path / "cdrs.json", [cdr(), cdr(), cdr(id="EXAMPLE-1", total_energy=19)])
    found = answers(price(again))
    assert [codes(answer) for answer in found] == [[], ["cdr_resend_identical"], ["cdr_duplicate_id"]]
    assert [answer["cdr_id"] for answer in found] == ["example-1", "example-1", "EXAMPLE-1"]
    assert {total(answer) for answer in found} == {(EXCL_VAT, INCL_VAT)}


def test_what_a_fragment_lacks_is_a_finding_and_no_obstacle(price: Roamledger, tmp_path: Path) -> None:
    fragment = cdr(id=None, country_code=None, party_id=None, cdr_location=None, end_date_time=None, total_cost=None)
    for name in ("total_energy", "total_time", "total_parking_time"):
        del fragment[name]
    file = written(tmp_path / "cdrs.json", [fragment, fragment])
    found = answers(price(file, "--timezone", "Europe/Amsterdam"))
    assert len(found) == 2
    for answer in found:
        assert (answer["country_code"], answer["party_id"], answer["cdr_id"]) == (None, None, None)
        assert total(answer) == (EXCL_VAT, INCL_VAT)
        assert codes(answer) == ["object_id_missing", "object_party_missing"]


def test_decimals_of_any_size_leave_without_exponent(price: Roamledger, tmp_path: Path) -> None:
    cheap = [{"price_components": [{"type": "ENERGY", "price": 1e-6, "step_size": 0}]}]
    (answer,) = answers(price(EXAMPLE, "--tariff", written(tmp_path / "t.json", tariff(elements=cheap))))
    assert total(answer) == ("0.0000185", "0.0000185")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("hello", "No JSON"), ("", "has no bytes"), ("[]", "no CDR in it"), (tariff(), "it has the shape of tariffs")],
)
def test_a_wrong_file_is_one_sentence_and_exit_code_2(
    price: Roamledger, tmp_path: Path, content: object, sentence: str
) -> None:
    done = price(written(tmp_path / "wrong.json", content))
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert sentence in done.err


def test_what_cannot_be_read_is_told_and_the_rest_is_priced(price: Roamledger, tmp_path: Path) -> None:
    lines = written(tmp_path / "cdrs.ndjson", f"{json.dumps(cdr())}\n{{broken\n{json.dumps(cdr(id='2'))}\n")
    mixed = written(tmp_path / "mixed.json", [cdr(id="3"), 7, tariff(), tariff()])
    done = price(lines, mixed, tmp_path / "missing.json")
    assert [answer["cdr_id"] for answer in answers(done)] == ["example-1", "2", "3"]
    told = done.err.splitlines()
    assert len(told) == 4
    for sentence in ("Line 2 is not JSON", "no such file", "list entry is", "2 entries: No CDR: it has the shape of"):
        assert any(sentence in line for line in told), sentence


def test_strict_minds_findings_and_unreadable_files(price: Roamledger, tmp_path: Path) -> None:
    assert price(EXAMPLE, "--strict").code == 0
    assert price(EXAMPLE, EXAMPLE_TARIFF, "--strict").code == 0
    assert price(EXAMPLE, EXAMPLE, "--strict").code == 1
    assert price(EXAMPLE, tmp_path / "missing.json", "--strict").code == 1


def test_either_paths_or_cases_are_named(price: Roamledger, tmp_path: Path) -> None:
    assert price().code == 2
    assert price(EXAMPLE, "--cases", tmp_path).code == 2
    assert "holds no case" in price("--cases", tmp_path).err
    assert "is no folder" in price("--cases", EXAMPLE).err


def test_each_case_has_one_line_in_path_order_whatever_is_wrong_with_it(price: Roamledger, tmp_path: Path) -> None:
    case(tmp_path / "b" / "good", case={"timezone": "Europe/Amsterdam", "ocpi_version": "2.1.1"}, expected="no JSON")
    case(tmp_path / "a" / "tariff", tariff=[tariff()], case={})
    case(tmp_path / "z1", "{")
    case(tmp_path / "z2", "[]")
    case(tmp_path / "z3", tariff())
    case(tmp_path / "z4", tariff="{")
    case(tmp_path / "z5", tariff=[])
    case(tmp_path / "z6", case={"timezone": "Mars/Olympus"})
    case(tmp_path / "z7", case={"ocpi_version": "3.0"})
    case(tmp_path / "z8", case=[])
    case(tmp_path / "z9", cdr(id=None))
    found = answers(price("--cases", tmp_path))
    assert [(answer["case"], total(answer), codes(answer)) for answer in found] == [
        ("a/tariff", ("7.215", "8.73015"), []),
        ("b/good", (EXCL_VAT, None), []),
        ("z1", (None, None), ["body_not_json"]),
        ("z2", (None, None), ["body_without_objects"]),
        ("z3", (None, None), ["object_wrong_module"]),
        ("z4", (None, None), ["body_not_json"]),
        ("z5", (None, None), ["tariff_missing"]),
        ("z6", (None, None), ["time_zone_unknown"]),
        ("z7", (None, None), ["ocpi_version_unknown"]),
        ("z8", (None, None), ["body_not_json"]),
        ("z9", (EXCL_VAT, INCL_VAT), ["object_id_missing"]),
    ]
    assert all("cdr_id" not in answer for answer in found)


def test_options_count_before_what_a_case_says(price: Roamledger, tmp_path: Path) -> None:
    case(tmp_path / "one", tariff="{", case={"timezone": "Mars/Olympus", "ocpi_version": "3.0"})
    options = ("--tariff", EXAMPLE_TARIFF, "--timezone", "UTC", "--ocpi-version", "2.2")
    (answer,) = answers(price("--cases", tmp_path, *options))
    assert total(answer) == ("7.215", "8.73015")


def test_cases_do_not_know_each_other(price: Roamledger, tmp_path: Path) -> None:
    credit = cdr(id="c", credit=True, credit_reference_id="example-1")
    case(tmp_path / "alone", credit)
    case(tmp_path / "original")
    case(tmp_path / "pair", [credit, cdr()])
    done = price("--cases", tmp_path)
    assert [total(answer) for answer in answers(done)] == [(None, None), (EXCL_VAT, INCL_VAT), ("-8.2", "-9.92")]
    assert "pair: cdr.json holds 2 CDRs" in done.err
