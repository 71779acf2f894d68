"""What raw keeps of a CDR and of a Session: the fields that later layers read, each as the text that was sent.

A typed reading would fail a whole file for one number that is no number. Objects of the other modules are few, and
keep their whole body. Landing holds every byte, so a field that is added here is there after raw was loaded again,
which `raw_tables` sees to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "VARCHAR")


_TOKEN = _texts("country_code", "party_id", "uid", "type", "contract_id")
_COORDINATES = _texts("latitude", "longitude")
_COST: Schema = {**_texts("excl_vat", "incl_vat", "before_taxes"), "taxes": "JSON"}

_CDR: Schema = {
    **_texts("start_date_time", "end_date_time", "stop_date_time", "session_id", "authorization_reference"),
    **_texts("auth_method", "auth_id"),
    "cdr_token": _TOKEN,
    "cdr_location": {
        **_texts("id", "name", "address", "city", "postal_code", "country", "time_zone"),
        "coordinates": _COORDINATES,
        **_texts("evse_uid", "evse_id", "connector_id"),
        **_texts("connector_standard", "connector_format", "connector_power_type"),
    },
    # 2.1.1 embeds the whole Location.
    "location": {
        **_texts("id", "name", "address", "city", "postal_code", "country", "time_zone"),
        "coordinates": _COORDINATES,
        "evses": [{**_texts("uid", "evse_id"), "connectors": [_texts("id", "standard", "format", "power_type")]}],
    },
    "currency": "VARCHAR",
    "charging_periods": "JSON",
    **_texts("total_cost", "total_energy", "total_time", "total_parking_time"),
    "total_fixed_cost": _COST,
    "total_energy_cost": _COST,
    "total_time_cost": _COST,
    "total_parking_cost": _COST,
    "total_reservation_cost": _COST,
    "signed_data": "JSON",
    **_texts("meter_id", "invoice_reference_id", "home_charging_compensation"),
    **_texts("credit", "credit_reference_id", "remark", "last_updated"),
}

_SESSION: Schema = {
    # 2.1.1 says start_datetime.
    **_texts("start_date_time", "start_datetime", "end_date_time", "end_datetime", "kwh"),
    "cdr_token": _texts("uid", "type", "contract_id"),
    **_texts("auth_id", "auth_method", "authorization_reference", "location_id", "evse_uid", "connector_id"),
    "location": {
        **_texts("id", "country", "time_zone"),
        "evses": [{**_texts("uid", "evse_id"), "connectors": [_texts("id")]}],
    },
    **_texts("currency", "total_cost", "status", "last_updated"),
}

FIELDS: dict[str, Schema] = {"cdrs": _CDR, "sessions": _SESSION}
"""The fields kept, by module."""

# What keys an object, or tells its party where it does not name it; and the embedded tariffs, which most CDRs have in
# common and which are kept once.
_READ_TOO: dict[str, Schema] = {
    "cdrs": {**_texts("id", "country_code", "party_id"), "tariffs": "JSON"},
    "sessions": {**_texts("id", "country_code", "party_id"), "cdr_location": _texts("evse_id")},
}


def _read(module: str) -> Schema:
    return {**_READ_TOO[module], **FIELDS[module]}


def read_fields(module: str, body: str) -> str:
    """SQL: the fields of a parsed body, with those that key it, as a struct; parts of another form are null."""
    return f"from_json({body}, '{json.dumps(_read(module))}')"


def read_type(module: str) -> str:
    """The SQL type of `read_fields`."""
    return sql_type(_read(module))


def kept_fields(module: str, fields: str) -> str:
    """SQL: of what was read, the struct that raw keeps."""
    return f"struct_pack({', '.join(f'{name} := {fields}.{name}' for name in FIELDS[module])})"


def sql_type(schema: Schema | Sequence[Any] | str) -> str:
    """The SQL type that a schema of `from_json` gives."""
    if isinstance(schema, str):
        return schema
    if isinstance(schema, Mapping):
        return f"struct({', '.join(f'{name} {sql_type(part)}' for name, part in schema.items())})"
    return f"{sql_type(schema[0])}[]"
