-- One row per token version as received. 2.1.1 calls the contract id auth_id.
select
    object_key,
    concat(country_code, '*', party_id, '*', object_id) as object_label,
    object_hash,
    landing_seq,
    ordinal,
    partner,
    regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_21,
    not is_ocpi_21 as is_ocpi_22_or_later,
    nullif(trim(body ->> 'uid'), '') as uid,
    nullif(trim(body ->> 'type'), '') as type,
    nullif(trim(coalesce(body ->> 'contract_id', body ->> 'auth_id')), '') as contract_id,
    contract_id as auth_id,
    case when upper(trim(body ->> 'type')) = 'RFID' then nullif(trim(body ->> 'uid'), '') end as rfid_uid,
    length(contract_id) as contract_id_length,
    length(rfid_uid) as rfid_uid_length,
    nullif(trim(body ->> 'issuer'), '') as issuer,
    nullif(trim(body ->> 'valid'), '') as valid,
    nullif(trim(body ->> 'whitelist'), '') as whitelist,
    nullif(trim(body ->> 'last_updated'), '') as last_updated
from raw.tokens
where landing_seq between $first and $last
