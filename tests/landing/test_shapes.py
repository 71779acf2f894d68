"""Every way a page may be wrapped: what is received, loaded and refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
import zstandard

from tests.landing.bench import Bench
from tests.landing.objects import cdr, location, tariff, token

TWO = [token("U1"), token("U2")]
ENVELOPE = {"data": TWO, "status_code": 1000, "timestamp": "2026-11-01T01:00:00Z"}


def compact(value: object) -> bytes:
    return json.dumps(value).encode()


WRAPPINGS: list[tuple[bytes, str, int]] = [
    (compact(ENVELOPE), "data array", 2),
    (json.dumps(ENVELOPE, indent=2).encode(), "data array", 2),
    (b"\xef\xbb\xbf" + compact(ENVELOPE), "data array", 2),
    (compact({"data": TWO}), "data array", 2),
    (compact(ENVELOPE | {"status_code": "Success"}), "data array", 2),
    (compact({"Data": TWO, "StatusCode": 1000}), "data array", 2),
    (compact({"next": "http://x/2", "items": TWO}), "items array", 2),
    (compact({"content": TWO, "totalPages": 1}), "content array", 2),
    (compact({"data": {"items": TWO}, "status_code": 1000}), "data items array", 2),
    (compact({"data": TWO[0], "status_code": 1000}), "data object", 1),
    (compact(TWO), "array", 2),
    (compact(TWO[0]), "object", 1),
    (b"\n".join(map(compact, TWO)) + b"\n", "ndjson", 2),
    (b"\r\n".join(map(compact, TWO)), "ndjson", 2),
    (compact({"U1": TWO[0], "U2": TWO[1]}), "keyed", 2),
    (compact({"data": {"U1": TWO[0], "U2": TWO[1]}, "status_code": 1000}), "data keyed", 2),
    (compact({"data": [], "status_code": 1000}), "data array", 0),
    (b"[]", "array", 0),
]


def test_every_wrapping_gives_its_objects(bench: Bench) -> None:
    for number, (body, _, _) in enumerate(WRAPPINGS):
        bench.put(f"{number:02}.json", body)
    bench.land(bench.drop, module="tokens")
    accounts = bench.load()
    assert [(account.received, account.quarantined) for account in accounts] == [(n, 0) for _, _, n in WRAPPINGS]
    assert bench.rows("select shape from raw.pages order by landing_seq") == [(shape,) for _, shape, _ in WRAPPINGS]
    # The two tokens come again and again, so one page loads them and the ordinals of all others are duplicates.
    ordinals = bench.rows(
        """
        select landing_seq - 1, list(ordinal order by ordinal)
        from (select landing_seq, ordinal from raw.tokens union all select landing_seq, ordinal from raw.duplicates)
        group by landing_seq order by landing_seq
        """
    )
    assert ordinals == [(number, list(range(n))) for number, (_, _, n) in enumerate(WRAPPINGS) if n]
    assert bench.rows("select object_id, ordinal from raw.tokens order by ordinal") == [("U1|RFID", 0), ("U2|RFID", 1)]


# Bodies that begin like OCPI's own envelope and have to be read with more care.
LOOK_ALIKES: list[tuple[bytes, str, int]] = [
    (b'{"data": [%(t)s], "data": [%(t)s, %(t)s]}' % {b"t": compact(TWO[0])}, "data array", 1),
    (b'{"data": [%(t)s], "data": null}' % {b"t": compact(TWO[0])}, "data array", 1),
    (b'{"data": null, "data": [%(t)s]}' % {b"t": compact(TWO[0])}, "data nothing", 1),
    (compact(ENVELOPE) + b"\n" + compact(ENVELOPE), "ndjson", 2),
    (compact(token("U1", data=TWO)), "object", 1),
]


def test_what_only_looks_like_an_envelope_is_not_taken_for_one(bench: Bench) -> None:
    for number, (body, _, _) in enumerate(LOOK_ALIKES):
        bench.put(f"{number}.json", body)
    bench.land(bench.drop, module="tokens")
    bench.load()
    pages = bench.rows("select shape, received_count from raw.pages order by landing_seq")
    assert pages == [(shape, n) for _, shape, n in LOOK_ALIKES]


def test_entries_are_read_alike_whatever_stands_beside_them(bench: Bench) -> None:
    data = [token("U1", note=0.10), None, 7, "caf\u00e9", [1.50], {}, {"\x00": 1}, cdr()]
    bench.put("1.json", compact({"data": data, "status_code": 1000}))
    bench.put("2.json", compact({"data": data, "status_code": 1000, "total": len(data)}))
    bench.land(bench.drop, module="tokens")
    assert [account.received for account in bench.load()] == [len(data)] * 2
    assert bench.rows("select landing_seq, ordinal from raw.tokens") == [(1, 0)]
    assert bench.rows("select landing_seq, ordinal from raw.duplicates") == [(2, 0)]
    refused = "select ordinal, code, detail, body_text from raw.rejects where landing_seq = {} order by ordinal"
    assert len(bench.rows(refused.format(1))) == len(data) - 1
    assert bench.rows(refused.format(1)) == bench.rows(refused.format(2))


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, bytes])
def test_a_body_is_known_by_its_bytes_and_not_by_its_name(bench: Bench, compress: Callable[[bytes], bytes]) -> None:
    account = bench.account("page.json", compress(compact(ENVELOPE)))
    assert account.loaded == 2


REFUSED: list[tuple[bytes, str]] = [
    (b"", "body_empty"),
    (b" \n\t\n", "body_empty"),
    (b"\xff\xfe{\x00}\x00", "body_not_utf8"),
    (b'{"data": ["caf\xe9"]}', "body_not_utf8"),
    (b'{"data": [', "body_not_json"),
    (b"<html>Bad gateway</html>", "body_not_json"),
    (b'{"data": {} "status_code": 1000}', "body_not_json"),
    (gzip.compress(compact(ENVELOPE) * 500)[:60], "body_not_utf8"),
    (b'{"status_code": 2003, "status_message": "Unknown location"}', "body_error_status"),
    (b'{"status_code": 3001, "data": null}', "body_error_status"),
    (b'{"status_code": 2001, "data": []}', "body_error_status"),
    (b'{"statusCode": 2001, "data": {}}', "body_error_status"),
    (b'{"status_code": 1000}', "body_without_objects"),
    (b'{"data": {}, "status_code": 1000}', "body_without_objects"),
    (b'{"data": null, "status_code": 1000}', "body_without_objects"),
    (b"{}", "body_without_objects"),
    (b"null", "body_without_objects"),
    (b'"text"', "body_without_objects"),
    (b"17", "body_without_objects"),
]


def test_a_body_without_objects_counts_as_one_received_and_one_quarantined(bench: Bench) -> None:
    for number, (body, _) in enumerate(REFUSED):
        bench.put(f"{number:02}.json", body)
    bench.land(bench.drop, module="cdrs")
    accounts = bench.load()
    assert [account.reasons for account in accounts] == [{code: 1} for _, code in REFUSED]
    assert {(account.received, account.quarantined) for account in accounts} == {(1, 1)}
    assert bench.rows("select distinct ordinal from raw.rejects") == [(None,)]


def test_bad_pages_do_not_keep_good_ones_of_the_same_batch_out(bench: Bench) -> None:
    for number in range(5):
        bench.put(f"{number}-good.json", compact([token(f"U{number}")]))
        bench.put(f"{number}-bad.json", b'{"data": [')
    bench.land(bench.drop)
    accounts = bench.load()
    assert [account.loaded for account in accounts] == [0, 1] * 5
    assert bench.rows("select count(*) from raw.rejects where code = 'body_not_json'") == [(5,)]


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_bad_line_of_ndjson_is_refused_alone_with_its_line_number(bench: Bench, bad: int) -> None:
    lines = [compact(token(f"U{number}")) for number in range(3)]
    lines[bad] = b'{"uid": "U\xe2\x80\xa8'
    account = bench.account("page.ndjson", b"\n".join(lines), module="tokens", partner="own")
    assert (account.received, account.loaded, account.quarantined) == (3, 2, 1)
    assert bench.rows("select ordinal, detail from raw.rejects") == [(bad, f"Line {bad + 1} is not JSON.")]
    assert bench.rows("select list(ordinal order by ordinal) from raw.tokens") == [
        ([number for number in range(3) if number != bad],)
    ]


def test_entries_that_cannot_be_keyed_are_refused_one_by_one(bench: Bench) -> None:
    entries = [
        token("U1"),
        None,
        7,
        "text",
        [],
        token("  "),
        {key: value for key, value in token().items() if key != "uid"},
        cdr(),
        {"version": "2.2.1", "url": "http://x"},
        token("U9", country_code=None, contract_id="AZERTY"),
    ]
    account = bench.account("page.json", compact(entries), module="tokens")
    assert (account.received, account.loaded, account.quarantined) == (10, 1, 9)
    assert bench.rows("select ordinal, code from raw.rejects order by ordinal") == [
        *((number, "object_not_an_object") for number in (1, 2, 3, 4)),
        (5, "object_id_missing"),
        (6, "object_id_missing"),
        (7, "object_wrong_module"),
        (8, "object_wrong_module"),
        (9, "object_party_missing"),
    ]


def test_a_defective_object_is_loaded_and_left_to_the_rules(bench: Bench) -> None:
    bare = {key: value for key, value in cdr().items() if key in ("id", "country_code", "party_id")}
    account = bench.account("page.json", compact([cdr("C2", total_energy=None), bare]), module="cdrs")
    assert account.loaded == 2


def test_camel_case_objects_are_renamed_and_their_values_kept(bench: Bench) -> None:
    odd = r'a "countryCode":1 \ é'
    thing = {
        "countryCode": "NL", "partyId": "CPI", "id": "C1", "startDateTime": "2026-10-01T08:00:00Z",
        "cdrLocation": {"evseId": "NL*CPI*E1"}, "totalEnergy": 0.10, "remark": odd,
    }  # fmt: skip
    body = compact({"data": [thing]})
    assert bench.account("page.json", body).loaded == 1
    assert bench.rows(
        "select country_code, fields.cdr_location.evse_id, fields.remark, shape from raw.cdrs, raw.pages"
    ) == [("NL", "NL*CPI*E1", odd, "data array camelCase")]


def test_a_senders_own_camel_case_extras_stay_as_they_are(bench: Bench) -> None:
    bench.account("page.json", compact([location(chargeSpeed="fast")]))
    assert bench.rows("select body ->> 'chargeSpeed' from raw.locations") == [("fast",)]


def test_a_dict_keyed_by_id_gives_its_key_to_objects_without_id(bench: Bench) -> None:
    entry = {key: value for key, value in tariff().items() if key != "id"}
    bench.account("page.json", compact({"T7": entry, "T8": entry}), module="tariffs")
    assert bench.rows("select object_id, body ->> 'id' from raw.tariffs order by 1") == [("T7", "T7"), ("T8", "T8")]


def test_an_object_with_one_nested_object_is_no_dict_keyed_by_id(bench: Bench) -> None:
    account = bench.account("patch.json", compact({"location": location()}))
    assert account.reasons == {"landing_unidentified": 1}


def test_numbers_keep_their_decimals(bench: Bench) -> None:
    text = '{"country_code":"NL","party_id":"CPI","id":"C1","total_energy":15.342,"total_cost":{"excl_vat":0.1234565}}'
    bench.account("page.json", "[" + text + "]", module="cdrs")
    assert bench.rows("select fields.total_energy, fields.total_cost from raw.cdrs") == [
        ("15.342", '{"excl_vat":0.1234565}')
    ]
    tariff_text = '{"id":"T1","country_code":"NL","party_id":"CPI","currency":"EUR","elements":[{"price":0.1234565}]}'
    bench.account("tariffs.json", "[" + tariff_text + "]", module="tariffs")
    assert bench.rows("select cast(body as varchar) from raw.tariffs") == [(tariff_text,)]


def test_credentials_are_quarantined_and_their_secret_is_shown_nowhere(bench: Bench) -> None:
    credentials = {"token": "s3cret", "url": "https://x/versions", "party_id": "EXA", "country_code": "NL"}
    bench.put("1.json", compact({"data": credentials, "status_code": 1000}))
    bench.put("2.json", compact([token()]))
    bench.land(bench.drop)
    bench.land(bench.drop / "1.json", module="cdrs")
    assert [account.reasons for account in bench.load()] == [
        {"body_without_objects": 1},
        {},
        {"object_wrong_module": 1},
    ]
    assert bench.rows("select distinct body_text from raw.rejects") == [(None,)]
