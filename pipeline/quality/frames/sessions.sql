-- One row per session version as received. The names are those of OCPI 2.2.1; 2.1.1 writes some otherwise.
with fields as (

    select
        object_key,
        concat(country_code, '*', party_id, '*', object_id) as object_label,
        object_hash,
        partner,
        starts_with(ocpi_version, '2.1') or starts_with(ocpi_version, '2.0') as is_ocpi_21,
        nullif(trim(coalesce(body ->> 'start_date_time', body ->> 'start_datetime')), '') as start_date_time,
        nullif(trim(coalesce(body ->> 'end_date_time', body ->> 'end_datetime')), '') as end_date_time,
        nullif(trim(body ->> 'kwh'), '') as kwh,
        nullif(trim(body ->> 'currency'), '') as currency,
        nullif(trim(body ->> 'status'), '') as status,
        nullif(trim(body ->> 'last_updated'), '') as last_updated
    from raw.sessions
    where landing_seq between $first and $last

)

select
    *,
    epoch(try_cast(start_date_time as timestamptz)) as started_s,
    epoch(try_cast(end_date_time as timestamptz)) as ended_s,
    cast(try_cast(kwh as decimal(18, 6)) as double) as energy_kwh
from fields
