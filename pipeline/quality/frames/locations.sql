-- One row per Location version as received.
with zones as (select distinct upper(name) as zone_code from pg_timezone_names()),

fields as (

    select
        object_key,
        concat(upper(country_code), '*', upper(party_id), '*', object_id) as object_label,
        object_hash,
        landing_seq,
        ordinal,
        partner,
        not regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_22_or_later,
        filled(body ->> 'publish') as publish,
        filled(body ->> 'address') as address,
        filled(body ->> 'city') as city,
        code(body ->> 'country') as country,
        filled(body ->> 'time_zone') as time_zone,
        concat_ws(', ', body -> 'coordinates' ->> 'latitude', body -> 'coordinates' ->> 'longitude') as coordinates,
        cast(number(body -> 'coordinates' ->> 'latitude') as double) as latitude,
        cast(number(body -> 'coordinates' ->> 'longitude') as double) as longitude,
        filled(body ->> 'last_updated') as last_updated
    from raw.locations
    where landing_seq between $first and $last

)

select
    *,
    -- A name that no calendar knows is as good as none.
    case when upper(time_zone) in (select zone_code from zones) then time_zone end as known_time_zone
from fields
