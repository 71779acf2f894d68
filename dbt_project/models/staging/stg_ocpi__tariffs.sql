with tariffs as (

    select * from {{ source('raw', 'tariffs') }}

),

parsed as (

    select
        *,
        from_json(body, '{
            "currency": "VARCHAR", "type": "VARCHAR", "start_date_time": "VARCHAR", "end_date_time": "VARCHAR",
            "elements": "JSON", "tax_included": "VARCHAR", "last_updated": "VARCHAR"
        }') as fields
    from tariffs

),

typed as (

    select
        *,
        {{ read_timestamp('fields.start_date_time') }} as valid_from_at,
        {{ read_timestamp('fields.end_date_time') }} as valid_to_at,
        {{ read_timestamp('fields.last_updated') }} as last_updated_at
    from parsed

),

final as (

    select
        object_key as tariff_key,
        object_hash as tariff_version_hash,
        partner,
        ocpi_version,
        receiving_country_code,
        receiving_party_id,
        country_code,
        party_id,
        object_id as tariff_id,
        {{ object_label('country_code', 'party_id', 'object_id') }} as tariff_label,
        is_party_filled,
        {{ read_code('fields.currency') }} as currency,
        {{ read_code('fields.type') }} as tariff_type,
        valid_from_at,
        valid_to_at,
        last_updated_at,
        cast(coalesce(json_array_length(fields.elements), 0) as integer) as element_count,
        {{ names_where([
            ['currency', read_text('fields.currency') ~ ' is null'],
            ['elements', 'coalesce(json_array_length(fields.elements), 0) = 0'],
            ['tax_included', "starts_with(ocpi_version, '2.3') and " ~ read_text('fields.tax_included') ~ ' is null'],
            ['last_updated', read_text('fields.last_updated') ~ ' is null'],
        ]) }} as missing_fields,
        {{ unreadable_among([
            ['start_date_time', read_text('fields.start_date_time'), 'valid_from_at'],
            ['end_date_time', read_text('fields.end_date_time'), 'valid_to_at'],
            ['last_updated', read_text('fields.last_updated'), 'last_updated_at'],
        ]) }} as unreadable_fields,
        body,
        landing_seq,
        pull_id,
        page_no,
        ordinal,
        received_at,
        is_full_pull
    from typed

)

select * from final
