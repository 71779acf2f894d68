with texts as (

    select * from {{ ref('stg_ocpi__cdr_texts') }}

),

typed as (

    select
        *,
        {{ is_ocpi_21('ocpi_version') }} as is_ocpi_21,
        {{ read_timestamp('started_at_text') }} as started_at,
        {{ read_timestamp('ended_at_text') }} as ended_at,
        {{ read_timestamp('fields.last_updated') }} as last_updated_at,
        {{ read_number('latitude_text') }} as latitude,
        {{ read_number('longitude_text') }} as longitude,
        {{ read_number('fields.total_energy') }} as total_energy_kwh,
        {{ read_number('fields.total_time') }} as total_time_h,
        {{ read_number('fields.total_parking_time') }} as total_parking_time_h,
        {{ read_number('total_cost_excl_vat_text') }} as total_cost_excl_vat,
        {{ read_number('coalesce(fields.total_fixed_cost.excl_vat, fields.total_fixed_cost.before_taxes)') }} as fixed_cost_excl_vat,
        {{ read_number('coalesce(fields.total_energy_cost.excl_vat, fields.total_energy_cost.before_taxes)') }} as energy_cost_excl_vat,
        {{ read_number('coalesce(fields.total_time_cost.excl_vat, fields.total_time_cost.before_taxes)') }} as time_cost_excl_vat,
        {{ read_number('coalesce(fields.total_parking_cost.excl_vat, fields.total_parking_cost.before_taxes)') }} as parking_cost_excl_vat,
        {{ read_number('coalesce(fields.total_reservation_cost.excl_vat, fields.total_reservation_cost.before_taxes)') }}
            as reservation_cost_excl_vat,
        {{ price_incl_vat('total_cost_excl_vat', 'total_cost_incl_vat_text', 'taxes') }} as total_cost_incl_vat
    from texts

),

final as (

    select
        {{ record_no('landing_seq', 'ordinal') }} as cdr_no,
        object_key as cdr_key,
        object_hash as cdr_version_hash,
        partner,
        ocpi_version,
        receiving_country_code,
        receiving_party_id,
        country_code,
        party_id,
        object_id as cdr_id,
        {{ object_label('country_code', 'party_id', 'object_id') }} as cdr_label,
        is_party_filled,
        started_at,
        ended_at,
        started_at_text,
        ended_at_text,
        {{ read_text('fields.session_id') }} as session_id,
        {{ read_text('fields.authorization_reference') }} as authorization_reference,
        {{ read_code('fields.auth_method') }} as auth_method,
        {{ read_code('fields.cdr_token.country_code') }} as token_country_code,
        {{ read_code('fields.cdr_token.party_id') }} as token_party_id,
        {{ read_text('fields.cdr_token.uid') }} as token_uid,
        {{ read_code('fields.cdr_token.type') }} as token_type,
        contract_id,
        location_id,
        evse_uid,
        evse_id,
        connector_id,
        connector_power_type,
        location_country,
        location_time_zone,
        latitude,
        longitude,
        {{ read_code('fields.currency') }} as currency,
        total_energy_kwh,
        total_time_h,
        total_parking_time_h,
        total_cost_excl_vat,
        total_cost_incl_vat,
        fixed_cost_excl_vat,
        energy_cost_excl_vat,
        time_cost_excl_vat,
        parking_cost_excl_vat,
        reservation_cost_excl_vat,
        coalesce({{ read_boolean('fields.credit') }}, false) as is_credit,
        {{ read_text('fields.credit_reference_id') }} as credit_reference_id,
        {{ read_text('fields.remark') }} as remark,
        last_updated_at,
        tariff_set_hash,
        cast(coalesce(json_array_length(fields.charging_periods), 0) as integer) as period_count,
        {{ missing_cdr_fields() }} as missing_fields,
        {{ unreadable_cdr_fields() }} as unreadable_fields,
        landing_seq,
        pull_id,
        page_no,
        ordinal,
        received_at,
        is_full_pull
    from typed

)

select * from final
