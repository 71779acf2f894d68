-- One row per EVSE of a Location version as received; its hash is that of the Location.
with evses as (

    select
        * exclude (body),
        body ->> 'id' as location_id,
        unnest(from_json(body -> 'evses', '["JSON"]')) as evse
    from raw.locations
    where landing_seq between $first and $last

)

select
    md5(upper(concat(country_code, '*', party_id, '|', location_id, '|', evse ->> 'uid'))) as object_key,
    concat(country_code, '*', party_id, '*', evse ->> 'uid') as object_label,
    object_hash,
    partner,
    starts_with(ocpi_version, '2.1') or starts_with(ocpi_version, '2.0') as is_ocpi_21,
    nullif(trim(evse ->> 'evse_id'), '') as evse_id
from evses
