"""What a Token must satisfy by its own fields (OCPI mod_tokens)."""

from __future__ import annotations

from great_expectations import ExpectationSuite

from expectations import vocabulary as v

_MISSING = "token_required_fields_missing"


def tokens() -> ExpectationSuite:
    """Required fields, contract ids in ISO or DIN form, RFID uids of 4, 7 or 10 bytes."""
    return ExpectationSuite(
        name="tokens",
        expectations=[
            *v.required(_MISSING, ["uid", "type", "issuer", "valid", "whitelist", "last_updated"]),
            *v.required(_MISSING, ["auth_id"], only_when="is_ocpi_21"),
            *v.required(_MISSING, ["contract_id"], only_when="is_ocpi_22_or_later"),
            # What is kept as observed is the length: hits are published, identifiers are not.
            v.in_form("contract_id_format", "contract_id", v.CONTRACT_ID, observed="contract_id_length"),
            v.in_form("rfid_uid_format", "rfid_uid", v.RFID_UID, observed="rfid_uid_length"),
        ],
    )
