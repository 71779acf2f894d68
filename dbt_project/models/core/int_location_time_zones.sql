with locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where module = 'locations' and is_newest

),

time_zones as (

    select * from {{ ref('int_time_zones') }}

),

final as (

    select
        locations.location_key,
        locations.location_country,
        time_zones.time_zone
    from locations
    inner join intervals
        on
            locations.location_key = intervals.object_key
            and locations.landing_seq = intervals.landing_seq
            and locations.ordinal = intervals.ordinal
    left join time_zones on upper(locations.time_zone) = time_zones.time_zone_code

)

select * from final
