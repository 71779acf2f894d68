"""Bodies that look as if made to break the load: each is accounted for, none stops the others."""

from __future__ import annotations

import json

from tests.landing.bench import Bench
from tests.landing.objects import tariff, token

TOKEN = json.dumps(token())

BODIES = [
    # A dict keyed by id that names a key twice, and one whose later entries are no objects.
    f'{{"U1": {TOKEN}, "U1": {TOKEN}}}',
    f'{{"U1": {TOKEN}, "U2": null, "U3": 5, "U4": []}}',
    # Keys that mean something in a JSON path.
    f'{{"a\\"b": {TOKEN}}}',
    f'{{"$.x": {TOKEN}, "": {TOKEN}, "x/y~z": {TOKEN}}}',
    # The same field twice, an odd type for every field that keys an object, huge and tiny numbers.
    '[{"uid": "A", "uid": "B", "whitelist": "X", "issuer": "Y"}]',
    '[{"uid": {"x": 1}, "issuer": [], "whitelist": 5, "country_code": {}, "party_id": [1], "type": true}]',
    '[{"id": 1e999, "elements": [], "currency": null, "country_code": 5, "party_id": -0.0}]',
    '[{"id": "x", "evses": {"evse_id": 5}, "address": null, "coordinates": "here"}]',
    '[{"id": "x", "evses": [null, 5, {"evse_id": {}}, {"evse_id": ["NL*ABC*E1"]}], "address": 1}]',
    '[{"id": "x", "total_energy": 1, "cdr_location": [], "location": {"evses": "none"}}]',
    # Deep nesting, NUL and lone surrogates, a value of one megabyte.
    "[" * 900 + "]" * 900,
    '[{"uid": "a\\u0000b", "issuer": "x", "country_code": "NL", "party_id": "AB\\u0000"}]',
    '[{"uid": "\\ud800", "issuer": "x"}]',
    json.dumps([tariff("T" * 1_000_000)]),
    # Envelopes in envelopes, and an envelope whose data is a text.
    json.dumps({"data": {"data": {"data": [token()]}}}),
    json.dumps({"data": json.dumps([token()]), "status_code": 1000}),
    json.dumps({"data": [[token()]]}),
    '{"status_code": "2001", "data": null}',
    '{"status_code": {"x": 1}, "data": null}',
    TOKEN + TOKEN,
]


def test_no_body_stops_the_load_and_every_one_is_accounted_for(bench: Bench) -> None:
    for number, body in enumerate(BODIES):
        bench.put(f"{number:02}.json", body)
    bench.put("99.json", json.dumps([token("GOOD")]))
    for options in ({}, {"module": "tokens"}, {"module": "locations", "partner": "x"}, {"module": "cdrs"}):
        bench.land(bench.drop, **options)
    accounts = bench.load()
    assert len(accounts) == 4 * (len(BODIES) + 1)
    for account in accounts:
        assert account.received == account.loaded + account.quarantined + account.duplicates
    assert bench.rows("select count(*) from raw.tokens where object_id = 'GOOD|RFID'") == [(1,)]
