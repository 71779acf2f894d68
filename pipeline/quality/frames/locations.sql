-- One row per Location version as received.
select
    object_key,
    concat(country_code, '*', party_id, '*', object_id) as object_label,
    object_hash,
    partner,
    starts_with(ocpi_version, '2.1') or starts_with(ocpi_version, '2.0') as is_ocpi_21,
    nullif(trim(body ->> 'address'), '') as address,
    nullif(trim(body ->> 'city'), '') as city,
    nullif(upper(trim(body ->> 'country')), '') as country,
    nullif(trim(body -> 'coordinates' ->> 'latitude'), '') as "coordinates.latitude",
    nullif(trim(body -> 'coordinates' ->> 'longitude'), '') as "coordinates.longitude",
    cast(try_cast(body -> 'coordinates' ->> 'latitude' as decimal(18, 6)) as double) as latitude,
    cast(try_cast(body -> 'coordinates' ->> 'longitude' as decimal(18, 6)) as double) as longitude,
    nullif(trim(body ->> 'last_updated'), '') as last_updated
from raw.locations
where landing_seq between $first and $last
