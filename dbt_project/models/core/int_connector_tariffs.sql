-- Tariffs that a connector named, by the time they were named. The order is the sender's.
with evses as (

    select * from {{ ref('int_evse_versions') }}

),

connectors as (

    select * from {{ ref('int_connectors_rated') }}

),

named as (

    select
        evses.evse_key,
        evses.evse_version_key,
        evses.partner,
        evses.receiving_country_code,
        evses.receiving_party_id,
        evses.country_code,
        evses.party_id,
        connectors.connector_id,
        unnest(connectors.tariff_ids) as tariff_id,
        generate_subscripts(connectors.tariff_ids, 1) - 1 as tariff_position,
        evses.seen_from_at,
        evses.seen_to_at
    from evses
    inner join connectors
        on
            evses.evse_key = connectors.evse_key
            and evses.landing_seq = connectors.landing_seq
            and evses.ordinal = connectors.ordinal
            and evses.evse_position = connectors.evse_position

),

final as (

    select
        evse_key,
        evse_version_key,
        partner,
        country_code,
        party_id,
        connector_id,
        trim(tariff_id) as tariff_id,
        {{ object_key('receiving_country_code', 'receiving_party_id', 'country_code', 'party_id', 'trim(tariff_id)') }} as tariff_key,
        cast(min(tariff_position) as integer) as tariff_position,
        seen_from_at,
        seen_to_at
    from named
    group by all

)

select * from final
