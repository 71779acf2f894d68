with evses as (

    select * from {{ ref('int_evse_versions') }}

),

time_zones as (

    select * from {{ ref('int_time_zones') }}

),

partners as (

    select * from {{ ref('int_partner_time_zones') }}

),

countries as (

    select * from {{ ref('int_country_time_zones') }}

),

final as (

    select
        evses.evse_version_key,
        evses.evse_key,
        evses.state_hash as evse_version_hash,
        evses.location_key,
        evses.partner,
        evses.country_code,
        evses.party_id,
        evses.location_id,
        evses.evse_uid,
        evses.evse_label,
        evses.evse_id,
        evses.status,
        evses.location_country,
        coalesce(time_zones.time_zone, partners.time_zone, countries.time_zone) as time_zone,
        case
            when time_zones.time_zone is not null then 'location'
            when partners.time_zone is not null then 'partner'
            when countries.time_zone is not null then 'country'
        end as time_zone_source,
        evses.latitude,
        evses.longitude,
        evses.connector_count,
        evses.tariff_reference_count,
        evses.max_power_kw,
        {{ power_class('evses.has_dc', 'evses.max_power_kw') }} as power_class,
        evses.is_party_filled,
        evses.seen_from_at,
        evses.seen_to_at,
        evses.seen_to_at is null as is_current
    from evses
    left join time_zones on upper(evses.location_time_zone) = time_zones.time_zone_code
    left join partners on evses.partner = partners.partner
    left join countries on evses.location_country = countries.country

)

select * from final
