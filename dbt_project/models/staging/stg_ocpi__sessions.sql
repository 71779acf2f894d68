with sessions as (

    select * from {{ source('raw', 'sessions') }}

),

-- 2.1.1 says start_datetime and embeds the Location; later versions say start_date_time and name it.
shaped as (

    select
        *,
        {{ is_ocpi_21('ocpi_version') }} as is_ocpi_21,
        {{ price_fields('fields.total_cost') }} as price,
        {{ read_text('coalesce(fields.start_date_time, fields.start_datetime)') }} as started_at_text,
        {{ read_text('coalesce(fields.end_date_time, fields.end_datetime)') }} as ended_at_text,
        {{ read_text('fields.cdr_token.uid') }} as token_uid,
        {{ read_code('fields.cdr_token.type') }} as token_type,
        {{ read_text('coalesce(fields.cdr_token.contract_id, fields.auth_id)') }} as contract_id,
        {{ read_text('coalesce(fields.location_id, fields.location.id)') }} as location_id,
        {{ read_text('coalesce(fields.evse_uid, fields.location.evses[1].uid)') }} as evse_uid,
        {{ read_text('coalesce(fields.connector_id, fields.location.evses[1].connectors[1].id)') }} as connector_id
    from sessions

),

typed as (

    select
        *,
        {{ read_timestamp('started_at_text') }} as started_at,
        {{ read_timestamp('ended_at_text') }} as ended_at,
        {{ read_timestamp('fields.last_updated') }} as last_updated_at,
        {{ read_number('fields.kwh') }} as energy_kwh,
        {{ read_number(price_excl_vat_text('fields.total_cost', 'price')) }} as total_cost_excl_vat
    from shaped

),

final as (

    select
        object_key as session_key,
        object_hash as session_version_hash,
        partner,
        ocpi_version,
        receiving_country_code,
        receiving_party_id,
        country_code,
        party_id,
        object_id as session_id,
        {{ object_label('country_code', 'party_id', 'object_id') }} as session_label,
        started_at,
        ended_at,
        energy_kwh,
        {{ read_code('fields.status') }} as status,
        {{ read_code('fields.auth_method') }} as auth_method,
        {{ read_text('fields.authorization_reference') }} as authorization_reference,
        token_uid,
        token_type,
        contract_id,
        location_id,
        evse_uid,
        {{ read_text('fields.location.evses[1].evse_id') }} as evse_id,
        connector_id,
        {{ read_code('fields.location.country') }} as location_country,
        {{ read_text('fields.location.time_zone') }} as location_time_zone,
        {{ read_code('fields.currency') }} as currency,
        total_cost_excl_vat,
        {{ price_incl_vat('total_cost_excl_vat', 'price.incl_vat', 'price.taxes') }} as total_cost_incl_vat,
        last_updated_at,
        {{ missing_session_fields() }} as missing_fields,
        {{ unreadable_session_fields() }} as unreadable_fields,
        landing_seq,
        pull_id,
        page_no,
        ordinal,
        received_at,
        is_full_pull
    from typed

)

select * from final
