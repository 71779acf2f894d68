with tokens as (

    select * from {{ source('raw', 'tokens') }}

),

parsed as (

    select
        *,
        from_json(body, '{
            "uid": "VARCHAR", "type": "VARCHAR", "contract_id": "VARCHAR", "auth_id": "VARCHAR", "issuer": "VARCHAR",
            "group_id": "VARCHAR", "valid": "VARCHAR", "whitelist": "VARCHAR", "last_updated": "VARCHAR"
        }') as fields,
        {{ is_ocpi_21('ocpi_version') }} as is_ocpi_21
    from tokens

),

final as (

    select
        object_key as token_key,
        object_hash as token_version_hash,
        partner,
        ocpi_version,
        country_code,
        party_id,
        {{ object_label('country_code', 'party_id', 'object_id') }} as token_label,
        {{ read_text('fields.uid') }} as token_uid,
        {{ read_code('fields.type') }} as token_type,
        {{ read_text('coalesce(fields.contract_id, fields.auth_id)') }} as contract_id,
        {{ read_text('fields.issuer') }} as issuer,
        {{ read_text('fields.group_id') }} as group_id,
        {{ read_boolean('fields.valid') }} as is_valid,
        {{ read_code('fields.whitelist') }} as whitelist,
        {{ read_timestamp('fields.last_updated') }} as last_updated_at,
        {{ names_where([
            ['uid', read_text('fields.uid') ~ ' is null'],
            ['type', read_text('fields.type') ~ ' is null'],
            ['auth_id', 'is_ocpi_21 and ' ~ read_text('coalesce(fields.auth_id, fields.contract_id)') ~ ' is null'],
            ['contract_id', 'not is_ocpi_21 and ' ~ read_text('coalesce(fields.contract_id, fields.auth_id)') ~ ' is null'],
            ['issuer', read_text('fields.issuer') ~ ' is null'],
            ['valid', read_text('fields.valid') ~ ' is null'],
            ['whitelist', read_text('fields.whitelist') ~ ' is null'],
            ['last_updated', read_text('fields.last_updated') ~ ' is null'],
        ]) }} as missing_fields,
        landing_seq,
        pull_id,
        page_no,
        ordinal,
        received_at,
        is_full_pull
    from parsed

)

select * from final
