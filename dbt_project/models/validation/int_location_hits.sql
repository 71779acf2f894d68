-- Locations are judged as they were received last, as long as a full pull still holds them.
with locations as (

    select locations.*
    from {{ ref('stg_ocpi__locations') }} as locations
    inner join {{ ref('int_seen_intervals') }} as intervals
        on
            intervals.module = 'locations'
            and locations.location_key = intervals.object_key
            and locations.landing_seq = intervals.landing_seq
            and locations.ordinal = intervals.ordinal
    where intervals.is_current

),

countries as (

    select country_alpha3 as location_country from {{ ref('countries') }}

),

time_zones as (

    select * from {{ ref('int_time_zones') }}

),

final as (

    select
        {{ hit_columns('location', 'location_required_fields_missing', 'missing_fields') }}
    from locations
    where missing_fields is not null

    union all

    select
        {{ hit_columns('location', 'location_country_invalid', 'location_country') }}
    from locations
    where
        location_country is not null
        and location_country not in (select countries.location_country from countries)

    union all

    select
        {{ hit_columns('location', 'location_coordinates_invalid', "concat_ws('/', latitude, longitude)") }}
    from locations
    where not coalesce(latitude between -90 and 90 and longitude between -180 and 180, false)

    union all

    -- A name that the time zone database does not know is as good as none.
    select
        {{ hit_columns('location', 'location_time_zone_missing', 'locations.time_zone') }}
    from locations
    left join time_zones on upper(locations.time_zone) = time_zones.time_zone_code
    where time_zones.time_zone_code is null

)

select * from final
