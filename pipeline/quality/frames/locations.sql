-- One row per Location version as received.
select
    object_key,
    concat(country_code, '*', party_id, '*', object_id) as object_label,
    object_hash,
    landing_seq,
    ordinal,
    partner,
    not regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_22_or_later,
    nullif(trim(body ->> 'publish'), '') as publish,
    nullif(trim(body ->> 'address'), '') as address,
    nullif(trim(body ->> 'city'), '') as city,
    nullif(upper(trim(body ->> 'country')), '') as country,
    concat_ws(', ', body -> 'coordinates' ->> 'latitude', body -> 'coordinates' ->> 'longitude') as coordinates,
    cast(try_cast(body -> 'coordinates' ->> 'latitude' as decimal(18, 6)) as double) as latitude,
    cast(try_cast(body -> 'coordinates' ->> 'longitude' as decimal(18, 6)) as double) as longitude,
    nullif(trim(body ->> 'last_updated'), '') as last_updated
from raw.locations
where landing_seq between $first and $last
