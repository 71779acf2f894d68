with locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

evse_lists as (

    select
        * exclude (evses_json),
        from_json(evses_json, '[{
            "uid": "VARCHAR", "evse_id": "VARCHAR", "status": "VARCHAR",
            "coordinates": {"latitude": "VARCHAR", "longitude": "VARCHAR"}, "connectors": "JSON", "last_updated": "VARCHAR"
        }]') as evses
    from locations

),

evses as (

    select
        * exclude (evses),
        generate_subscripts(evses, 1) - 1 as evse_position,
        unnest(evses) as evse
    from evse_lists

),

-- Some senders give an EVSE id and no uid; then the id is the only handle there is.
named as (

    select
        *,
        coalesce({{ read_text('evse.uid') }}, {{ read_text('evse.evse_id') }}, concat('#', evse_position)) as evse_uid
    from evses

),

final as (

    select
        {{ evse_key('country_code', 'party_id', 'location_id', 'evse_uid') }} as evse_key,
        location_key,
        location_version_hash,
        partner,
        ocpi_version,
        receiving_country_code,
        receiving_party_id,
        country_code,
        party_id,
        location_id,
        cast(evse_position as integer) as evse_position,
        evse_uid,
        {{ object_label('country_code', 'party_id', 'evse_uid') }} as evse_label,
        {{ read_text('evse.evse_id') }} as evse_id,
        {{ read_code('evse.status') }} as status,
        location_country,
        time_zone as location_time_zone,
        coalesce({{ read_number('evse.coordinates.latitude') }}, latitude) as latitude,
        coalesce({{ read_number('evse.coordinates.longitude') }}, longitude) as longitude,
        evse.connectors as connectors_json,
        {{ read_timestamp('evse.last_updated') }} as last_updated_at,
        is_party_filled,
        landing_seq,
        ordinal,
        received_at
    from named

)

select * from final
