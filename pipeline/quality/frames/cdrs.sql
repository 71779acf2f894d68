-- One row per CDR version as received. The names are those of OCPI 2.2.1; 2.1.1 writes them elsewhere.
with bodies as (

    select
        *,
        regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_21,
        coalesce(body -> 'cdr_location', body -> 'location') as place,
        body -> 'location' -> 'evses' -> 0 as evse,
        body -> 'total_cost' as cost
    from raw.cdrs
    where landing_seq between $first and $last

),

fields as (

    select
        object_key,
        concat(country_code, '*', party_id, '*', object_id) as object_label,
        object_hash,
        partner,
        is_ocpi_21,
        not is_ocpi_21 as is_ocpi_22_or_later,
        nullif(trim(body ->> 'start_date_time'), '') as start_date_time,
        nullif(trim(coalesce(body ->> 'end_date_time', body ->> 'stop_date_time')), '') as end_date_time,
        nullif(trim(body -> 'cdr_token' ->> 'uid'), '') as "cdr_token.uid",
        nullif(trim(body -> 'cdr_token' ->> 'type'), '') as "cdr_token.type",
        nullif(trim(coalesce(body -> 'cdr_token' ->> 'contract_id', body ->> 'auth_id')), '') as "cdr_token.contract_id",
        "cdr_token.contract_id" as auth_id,
        nullif(trim(body ->> 'auth_method'), '') as auth_method,
        nullif(trim(place ->> 'id'), '') as "location.id",
        nullif(trim(place ->> 'country'), '') as "location.country",
        nullif(trim(place -> 'coordinates' ->> 'latitude'), '')
        || nullif(trim(place -> 'coordinates' ->> 'longitude'), '') as "location.coordinates",
        nullif(trim(coalesce(place ->> 'evse_uid', evse ->> 'uid')), '') as "location.evse_uid",
        nullif(trim(coalesce(place ->> 'evse_id', evse ->> 'evse_id')), '') as "location.evse_id",
        nullif(trim(coalesce(place ->> 'connector_id', evse -> 'connectors' -> 0 ->> 'id')), '') as "location.connector_id",
        nullif(trim(body ->> 'currency'), '') as currency,
        body -> 'charging_periods' ->> 0 as charging_periods,
        nullif(trim(case
            when json_type(cost) = 'OBJECT' then coalesce(cost ->> 'excl_vat', cost ->> 'before_taxes') else cost ->> '$'
        end), '') as total_cost,
        nullif(trim(body ->> 'total_energy'), '') as total_energy,
        nullif(trim(body ->> 'total_time'), '') as total_time,
        nullif(trim(body ->> 'last_updated'), '') as last_updated
    from bodies

)

select
    *,
    epoch(try_cast(start_date_time as timestamptz)) as started_s,
    epoch(try_cast(end_date_time as timestamptz)) as ended_s,
    least(started_s, ended_s) as earliest_s,
    case when ended_s < started_s then end_date_time else coalesce(start_date_time, end_date_time) end as earliest,
    cast(try_cast(total_energy as decimal(18, 6)) as double) as energy_kwh
from fields
