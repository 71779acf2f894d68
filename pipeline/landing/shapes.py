"""What an object is, told by its keys: SQL expressions over a list of keys or a parsed object.

Keys are compared in lower case without underscores, so that `stop_date_time` and `stopDateTime` are the same key.
"""

from __future__ import annotations

from collections.abc import Sequence


def plain_keys(names: str) -> str:
    """SQL: a list of keys in the form in which they are compared."""
    return f"list_transform({names}, lambda k: replace(lower(k), '_', ''))"


def _any(keys: str, *names: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"list_has_any({keys}, [{listed}])"


def _all(keys: str, *names: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"list_has_all({keys}, [{listed}])"


def module_of(keys: str) -> str:
    """SQL: the module an object with these keys belongs to, or null (OCPI 2.1.1 to 2.3.0, chapters 8 to 12).

    Only keys that no other module has decide: `kwh` is a Session's, `total_energy` a CDR's. A defective object
    (a CDR without total_energy, a token without uid) is still recognised.
    """
    is_cdr = _any(keys, "totalenergy", "stopdatetime", "cdrlocation", "totaltime")
    return f"""case
        when {is_cdr} then 'cdrs'
        when {_any(keys, "kwh")}
            and {_any(keys, "status", "startdatetime", "location", "locationid", "authid", "cdrtoken")} then 'sessions'
        when {_all(keys, "startdatetime", "status")} then 'sessions'
        when {_all(keys, "chargingperiods", "startdatetime")} and {_any(keys, "totalcost", "enddatetime")} then 'cdrs'
        when {_all(keys, "chargingperiods", "tariffs")} then 'cdrs'
        when {_any(keys, "elements")} and {_any(keys, "id", "currency")} then 'tariffs'
        when {_any(keys, "evses")} and {_any(keys, "id", "locationid", "address", "coordinates", "city")}
            or {_all(keys, "coordinates", "address")} then 'locations'
        when {_any(keys, "authid", "contractid")} and {_any(keys, "whitelist", "valid", "issuer")}
            or {_any(keys, "uid")} and {_any(keys, "whitelist", "issuer", "visualnumber")} then 'tokens'
    end"""


def foreign_kind_of(keys: str) -> str:
    """SQL: what an OCPI thing of no module of ours is called, or null."""
    return f"""case
        when {_all(keys, "token", "url")} then 'credentials'
        when {_any(keys, "endpoints")} or {_all(keys, "version", "url")} then 'versions'
        when {_any(keys, "responseurl", "result")} then 'command'
        when {_any(keys, "allowed")} then 'authorization'
        when {_any(keys, "evseuids")} then 'location references'
        when {_all(keys, "standard", "format")} then 'connector'
        when {_any(keys, "connectors", "evseid")} and {_any(keys, "uid", "status", "evseid")} then 'EVSE'
        when {_all(keys, "type", "volume")} or {_all(keys, "startdatetime", "dimensions")} then 'charging period'
    end"""


# The fields that key an object or tell its party and version; anything else in the body stays untouched.
KEY_FIELDS = """{
    "id": "VARCHAR", "uid": "VARCHAR", "type": "VARCHAR", "country_code": "VARCHAR", "party_id": "VARCHAR",
    "auth_id": "VARCHAR", "contract_id": "VARCHAR",
    "evses": [{"evse_id": "VARCHAR", "connectors": [{"max_voltage": "VARCHAR", "voltage": "VARCHAR"}]}],
    "location": {"evses": [{"evse_id": "VARCHAR"}]},
    "cdr_location": {"evse_id": "VARCHAR"}
}"""


def version_of(module: str, keys: str, body: str, fields: str) -> str:
    """SQL: the OCPI version that only this object's form can have, or null when several can."""
    return f"""case
        when {_any(keys, "taxincluded")} or contains({body}, '"before_taxes"') then '2.3.0'
        when {module} = 'cdrs' and {_any(keys, "stopdatetime")} then '2.1.1'
        when {module} in ('sessions', 'cdrs') and {_all(keys, "authid", "location")} then '2.1.1'
        when {module} in ('sessions', 'cdrs') then '2.2.1'
        when {module} = 'tokens' and {_any(keys, "contractid")} then '2.2.1'
        when {module} = 'tokens' and {_any(keys, "authid")} then '2.1.1'
        when {_any(keys, "countrycode", "partyid", "publish")} then '2.2.1'
        when {module} = 'locations' and {fields}.evses[1].connectors[1].max_voltage is not null then '2.2.1'
        when {module} = 'locations' and {fields}.evses[1].connectors[1].voltage is not null then '2.1.1'
    end"""


def cdr_version_of(keys: str, body: str, tariffs: str) -> str:
    """SQL: the OCPI version of a CDR that nobody names; every CDR gets one.

    `body` and `tariffs`, those it is priced with instead of the embedded ones, are minified JSON.
    Only 2.1.1 embeds the Location and states costs as plain numbers; what later versions share is taken for 2.2.1.
    """
    return f"""case
        when contains({body}, '"before_taxes":') or contains({body}, '"tax_included":') then '2.3.0'
        when contains({tariffs}, '"tax_included":') then '2.3.0'
        when {_any(keys, "stopdatetime", "location")} then '2.1.1'
        when json_type({body}, '$.total_cost') not in ('OBJECT', 'ARRAY', 'NULL') then '2.1.1'
        else '2.2.1'
    end"""


# ISO 15118 with any of the separators seen in practice: NL*TNM*E123, NLFASE310, BE-BEC-E04, NL.SPI.ECO1. Where both
# separators stand, the parts are plain even without the E that the norm asks for: NL.PGO.H00017*2.
_EVSE_ID = r"^([A-Za-z]{2})(?:[*.\-]?([A-Za-z0-9]{3})[*.\-]?[Ee]|[*.\-]([A-Za-z0-9]{3})[*.\-].)"
# A contract id needs its full length or its separators: AZERTY is none.
_CONTRACT_ID = r"^([A-Za-z]{2})(?:[*\-]([A-Za-z0-9]{3})[*\-].|([A-Za-z0-9]{3})[A-Za-z0-9]{8,10}$)"


def evse_party(evse_ids: str) -> str:
    """SQL: (country, party) of the first EVSE id in a list that tells it, as struct(c, p); null parts if none does."""
    readable = f"list_filter({evse_ids}, lambda e: regexp_matches(e, '{_EVSE_ID}'))[1]"
    return _joined(f"regexp_extract({readable}, '{_EVSE_ID}', ['c', 'p', 'q'])")


def contract_party(contract_id: str) -> str:
    """SQL: (country, party) of a contract id, as struct(c, p), or null."""
    parts = f"regexp_extract({contract_id}, '{_CONTRACT_ID}', ['c', 'p', 'q'])"
    return f"case when regexp_matches({contract_id}, '{_CONTRACT_ID}') then {_joined(parts)} end"


def _joined(parts: str) -> str:
    """The party stands in whichever of the two branches matched."""
    return f"struct_pack(c := {parts}.c, p := {parts}.p || {parts}.q)"


def party_in_ids(module: str, fields: str) -> str:
    """SQL: (country, party) that the EVSE or contract ids of a parsed object tell, as struct(c, p), or null.

    `fields` are those of the module that `KEY_FIELDS` names.
    """
    if module == "locations":
        return evse_party(f"list_transform({fields}.evses, lambda e: e.evse_id)")
    if module == "tokens":
        return contract_party(f"coalesce({fields}.contract_id, {fields}.auth_id)")
    if module in ("sessions", "cdrs"):
        embedded = f"list_transform({fields}.location.evses, lambda e: e.evse_id)"
        return evse_party(f"list_concat([{fields}.cdr_location.evse_id], {embedded})")
    return "cast(null as struct(c varchar, p varchar))"


def party_in_ids_of(module: str, modules: Sequence[str], fields: str) -> str:
    """SQL: the same, where the module is an expression too."""
    cases = " ".join(f"when {module} = '{name}' then {party_in_ids(name, fields)}" for name in modules)
    return f"case {cases} end"
