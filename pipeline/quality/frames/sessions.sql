-- One row per session version as received. The names are those of OCPI 2.2.1; 2.1.1 embeds the Location.
with texts as (

    select
        * exclude (fields),
        fields as sent,
        regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_21,
        fields.location.evses[1] as evse
    from raw.sessions
    where landing_seq between $first and $last

),

fields as (

    select
        object_key,
        concat(country_code, '*', party_id, '*', object_id) as object_label,
        object_hash,
        landing_seq,
        ordinal,
        partner,
        is_ocpi_21,
        not is_ocpi_21 as is_ocpi_22_or_later,
        nullif(trim(coalesce(sent.start_date_time, sent.start_datetime)), '') as start_date_time,
        nullif(trim(coalesce(sent.end_date_time, sent.end_datetime)), '') as end_date_time,
        nullif(trim(sent.kwh), '') as kwh,
        nullif(trim(sent.cdr_token.uid), '') as "cdr_token.uid",
        nullif(trim(sent.cdr_token.type), '') as "cdr_token.type",
        nullif(trim(coalesce(sent.cdr_token.contract_id, sent.auth_id)), '') as auth_id,
        auth_id as "cdr_token.contract_id",
        nullif(trim(sent.auth_method), '') as auth_method,
        nullif(trim(coalesce(sent.location_id, sent.location.id)), '') as location_id,
        nullif(trim(coalesce(sent.evse_uid, evse.uid)), '') as evse_uid,
        nullif(trim(coalesce(sent.connector_id, evse.connectors[1].id)), '') as connector_id,
        nullif(trim(sent.currency), '') as currency,
        nullif(trim(sent.status), '') as status,
        nullif(trim(sent.last_updated), '') as last_updated
    from texts

),

typed as (

    select
        *,
        -- The range of the staging models: outside it a timestamp is unreadable, which is another rule.
        case when try_cast(start_date_time as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00' then cast(start_date_time as timestamptz) end as started_at,
        case when try_cast(end_date_time as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00' then cast(end_date_time as timestamptz) end as ended_at
    from fields

)

select
    * exclude (started_at, ended_at),
    epoch(started_at) as started_s,
    epoch(ended_at) as ended_s,
    -- A million is beyond reading, for the SQL rules too.
    case when abs(try_cast(kwh as decimal(18, 6))) < 1000000 then cast(kwh as double) end as energy_kwh
from typed
