"""What changes in a body when a person is erased from it, and that nothing else does."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.check_digits import due_digit
from pipeline.privacy.bodies import ties, without_person
from pipeline.privacy.identifiers import Identifier, Person, candidates, normal
from pipeline.privacy.json_fields import objects

UID, PSEUDONYM = "04AABBCCDDEEFF", "31DDAAFFEECCBB"
CONTRACT, OTHER_CONTRACT = "NLRLGC00000001X", "NLRLGC77777777X"
PERSON = Person(
    (
        Identifier(UID, is_contract=False, forms=(UID,), pseudonym=PSEUDONYM),
        Identifier(CONTRACT, is_contract=True, forms=("NL-RLG-C00000001-X",), pseudonym=OTHER_CONTRACT),
    )
)


def erased(text: str, person: Person = PERSON, *, is_tokens: bool = False) -> str:
    return without_person(text.encode(), person, is_tokens=is_tokens)[0].decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"cdr_token": {"uid": "04AABBCCDDEEFF"}}', '{"cdr_token": {"uid": "31DDAAFFEECCBB"}}'),
        ('{"cdr_token":{"uid":"04aabbccddeeff"}}', '{"cdr_token":{"uid":"31ddaaffeeccbb"}}'),
        ('{"cdrToken": {"uid": "04:AA:BB:CC:DD:EE:FF"}}', '{"cdrToken": {"uid": "31:DD:AA:FF:EE:CC:BB"}}'),
        ('{"cdr_token": {"uid": "\\u0030\\u0034AABBCCDDEEFF"}}', '{"cdr_token": {"uid": "31DDAAFFEECCBB"}}'),
        ('{"auth_id": "nl*rlg*c00000001*x", "kwh": 1.50}', '{"auth_id": "nl*rlg*c77777777*x", "kwh": 1.50}'),
        ('{"contract_id": "NLRLGC00000001X"}', '{"contract_id": "NLRLGC77777777X"}'),
        ('[{"remark": "card 04AABBCCDDEEFF, twice"}]', '[{"remark": "card 31DDAAFFEECCBB, twice"}]'),
        ('{"remark": "é\\n04aabbccddeeff"}', '{"remark": "é\\n31ddaaffeeccbb"}'),
        ('{"data": [{"uid": "04AABBCCDDEEFF", "issuer": "x', '{"data": [{"uid": "31DDAAFFEECCBB", "issuer": "x'),
        ('{"cdr_token": {"uid": "04AABBCCDDEEFF', '{"cdr_token": {"uid": "31DDAAFFEECCBB'),
        ("<html>card 04AABBCCDDEEFF</html>", "<html>card 31DDAAFFEECCBB</html>"),
    ],
)
def test_an_identifier_is_replaced_in_the_manner_it_was_written(before: str, after: str) -> None:
    assert erased(before) == after


@pytest.mark.parametrize(
    "body",
    [
        '{"id": "04AABBCCDDEEFF", "total_cost": {"excl_vat": 1.500000000000000000001}}',
        '{"remark": "104AABBCCDDEEFF0"}',
        '{"evses": [{"uid": "04AABBCCDDEEFF", "evse_id": "NL*CPI*E1", "connectors": []}]}',
        '{"cdr_token": {"uid": "04AABBCCDDEEFE"}}',
    ],
)
def test_names_of_other_things_and_parts_of_words_stay(body: str) -> None:
    assert erased(body, is_tokens=True) == body


def test_an_id_that_holds_an_identifier_is_counted() -> None:
    assert without_person(b'{"id": "cdr-04AABBCCDDEEFF"}', PERSON, is_tokens=False)[1].left_in_ids == 1


SHORT = Person((Identifier("12", is_contract=False, forms=("12",), pseudonym="87"),))


def test_a_short_uid_is_replaced_in_its_own_fields_only() -> None:
    body = {
        "id": "12", "kwh": 12, "remark": "12 kWh", "evse_uid": "12", "cdr_token": {"uid": "12"},
        "evses": [{"uid": "12", "connectors": [{"id": "12"}]}], "auth_id": " 12 ",
    }  # fmt: skip
    after = json.loads(erased(json.dumps(body), SHORT))
    assert after == body | {"cdr_token": {"uid": "87"}, "auth_id": " 87 "}


def test_a_uid_sent_as_a_number_stays_a_number() -> None:
    person = Person((Identifier("12345678", is_contract=False, forms=(), pseudonym="87654321"),))
    assert erased('{"uid": 12345678, "issuer": "x", "n": 12345678}', person) == (
        '{"uid": 87654321, "issuer": "x", "n": 12345678}'
    )


def test_a_uid_meant_as_one_issuers_stays_with_the_others() -> None:
    person = Person(PERSON.identifiers, "NL", "RLG")
    ours = {"uid": UID, "country_code": "nl", "party_id": "RLG", "issuer": "Us"}
    theirs = {"uid": UID, "country_code": "DE", "party_id": "ABC", "issuer": "They"}
    after = json.loads(erased(json.dumps([ours, theirs]), person))
    assert after == [ours | {"uid": PSEUDONYM}, theirs]


def test_what_stands_beside_a_uid_is_tied_to_it() -> None:
    body = json.dumps(
        [
            {
                "uid": UID.lower(), "contract_id": "C1-OF-PERSON", "visual_number": "V-100", "group_id": "FLEET",
                "issuer": "Us", "energy_contract": {"supplier_name": "S", "contract_id": "SUPPLY-1"},
            },
            {"uid": "ANOTHER", "contract_id": "C2", "energy_contract": {"contract_id": "SUPPLY-2"}},
            {"cdr_token": {"uid": UID, "contract_id": "C1 OF PERSON"}, "id": "X"},
        ]
    )  # fmt: skip
    tied = {value for _, value in ties(body.encode(), UID, Person((Identifier(UID, False, ()),)), is_tokens=True)}
    assert tied == {UID.lower(), UID, "C1-OF-PERSON", "V-100", "SUPPLY-1", "C1 OF PERSON"}


@pytest.mark.parametrize(
    ("value", "is_contract", "form"),
    [
        ("04AABBCC", False, "[1-9]*[0-9]{2}[A-F]{6}"),
        ("NLRLGC00000001X", True, "NLRLGC[0-9]{8}[0-9A-Z]"),
        ("NLTNM012345X", True, "NLTNM[0-9]{6}[0-9X]"),
        ("QZ-", False, "[A-Z0-9]{2}.|[A-Z0-9]{3}|[A-Z0-9]{8}"),
        ("7", False, "[A-Z0-9]|[A-Z0-9]{8}"),
    ],
)
def test_a_pseudonym_has_the_form_that_rules_ask_for(value: str, is_contract: bool, form: str) -> None:
    drawn = candidates(value, is_contract=is_contract)
    assert drawn
    assert value not in drawn
    assert all(re.fullmatch(form, text) for text in drawn)


@pytest.mark.parametrize("value", ["NN123ABCDEFGHIT", "NN123ABCDEFGHI0", "NLTNM0122045", "NLTNM0122046"])
def test_the_check_digit_of_a_pseudonym_is_right_where_that_of_the_contract_is(value: str) -> None:
    is_right = due_digit(value) == value[-1]
    drawn = candidates(value, is_contract=True)
    assert {due_digit(text) == text[-1] for text in drawn} == {is_right}


def test_separators_count_from_eight_characters_on() -> None:
    assert normal("nl-rlg-c00000001-x") == CONTRACT
    assert normal(" 1-2 ") == "1-2"


def test_objects_know_where_they_stand() -> None:
    text = '{"cdrs": [{"id": "1", "cdr_token": {"uid": "u"}}, {"id": "2"}], "x": {}}'
    found = [
        (item.key, [(value.key, text[value.start : value.end]) for value in item.values]) for item in objects(text)
    ]
    assert found == [
        ("cdrtoken", [("uid", "u")]),
        ("cdrs", [("id", "1")]),
        ("cdrs", [("id", "2")]),
        ("x", []),
        ("", []),
        ("", []),
    ]
