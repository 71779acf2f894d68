with locations as (

    select * from {{ source('raw', 'locations') }}

),

parsed as (

    select
        *,
        from_json(body, '{
            "name": "VARCHAR", "address": "VARCHAR", "city": "VARCHAR", "country": "VARCHAR", "time_zone": "VARCHAR",
            "coordinates": {"latitude": "VARCHAR", "longitude": "VARCHAR"}, "publish": "VARCHAR", "evses": "JSON", "last_updated": "VARCHAR"
        }') as fields
    from locations

),

typed as (

    select
        *,
        {{ is_ocpi_21('ocpi_version') }} as is_ocpi_21,
        {{ read_number('fields.coordinates.latitude') }} as latitude,
        {{ read_number('fields.coordinates.longitude') }} as longitude,
        {{ read_timestamp('fields.last_updated') }} as last_updated_at
    from parsed

),

final as (

    select
        object_key as location_key,
        object_hash as location_version_hash,
        partner,
        ocpi_version,
        receiving_country_code,
        receiving_party_id,
        country_code,
        party_id,
        object_id as location_id,
        {{ object_label('country_code', 'party_id', 'object_id') }} as location_label,
        is_party_filled,
        {{ read_text('fields.name') }} as location_name,
        {{ read_code('fields.country') }} as location_country,
        {{ read_text('fields.time_zone') }} as time_zone,
        latitude,
        longitude,
        fields.evses as evses_json,
        cast(coalesce(json_array_length(fields.evses), 0) as integer) as evse_count,
        last_updated_at,
        -- Time zone and coordinates have rules of their own and are not named here again.
        {{ names_where([
            ['publish', 'not is_ocpi_21 and ' ~ read_text('fields.publish') ~ ' is null'],
            ['address', read_text('fields.address') ~ ' is null'],
            ['city', read_text('fields.city') ~ ' is null'],
            ['country', read_text('fields.country') ~ ' is null'],
            ['last_updated', read_text('fields.last_updated') ~ ' is null'],
        ]) }} as missing_fields,
        {{ unreadable_among([
            ['coordinates.latitude', read_text('fields.coordinates.latitude'), 'latitude'],
            ['coordinates.longitude', read_text('fields.coordinates.longitude'), 'longitude'],
            ['last_updated', read_text('fields.last_updated'), 'last_updated_at'],
        ]) }} as unreadable_fields,
        landing_seq,
        pull_id,
        page_no,
        ordinal,
        received_at,
        is_full_pull
    from typed

)

select * from final
