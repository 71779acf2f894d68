-- One row per CDR version as received. The names are those of OCPI 2.2.1; 2.1.1 writes them elsewhere.
with texts as (

    select
        * exclude (fields),
        fields as sent,
        regexp_matches(ocpi_version, '^2[.][01]') as is_ocpi_21,
        fields.cdr_location is not null as has_cdr_location,
        fields.location.evses[1] as evse,
        case when ltrim(fields.total_cost) ^@ '{' then try_cast(fields.total_cost as json) end as cost
    from raw.cdrs
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
        coalesce(try_cast(lower(trim(sent.credit)) as boolean), false) as is_credit,
        nullif(trim(sent.start_date_time), '') as start_date_time,
        nullif(trim(coalesce(sent.end_date_time, sent.stop_date_time)), '') as end_date_time,
        nullif(trim(sent.cdr_token.uid), '') as "cdr_token.uid",
        nullif(trim(sent.cdr_token.type), '') as "cdr_token.type",
        nullif(trim(coalesce(sent.cdr_token.contract_id, sent.auth_id)), '') as "cdr_token.contract_id",
        "cdr_token.contract_id" as auth_id,
        nullif(trim(sent.auth_method), '') as auth_method,
        nullif(trim(case when has_cdr_location then sent.cdr_location.id else sent.location.id end), '') as "location.id",
        nullif(trim(case when has_cdr_location then sent.cdr_location.country else sent.location.country end), '') as "location.country",
        nullif(trim(case when has_cdr_location then sent.cdr_location.coordinates.latitude else sent.location.coordinates.latitude end), '')
        || nullif(trim(case when has_cdr_location then sent.cdr_location.coordinates.longitude else sent.location.coordinates.longitude end), '') as "location.coordinates",
        nullif(trim(coalesce(sent.cdr_location.evse_uid, evse.uid)), '') as "location.evse_uid",
        nullif(trim(coalesce(sent.cdr_location.evse_id, evse.evse_id)), '') as "location.evse_id",
        nullif(trim(coalesce(sent.cdr_location.connector_id, evse.connectors[1].id)), '') as "location.connector_id",
        nullif(trim(sent.currency), '') as currency,
        sent.charging_periods ->> 0 as charging_periods,
        nullif(trim(case
            when cost is not null then coalesce(cost ->> 'excl_vat', cost ->> 'before_taxes') else sent.total_cost
        end), '') as total_cost,
        nullif(trim(sent.total_energy), '') as total_energy,
        nullif(trim(sent.total_time), '') as total_time,
        nullif(trim(sent.last_updated), '') as last_updated
    from texts

),

typed as (

    select
        *,
        -- The range of the staging models: outside it a timestamp is unreadable, which is another rule.
        case when try_cast(start_date_time as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00' then cast(start_date_time as timestamptz) end as started_at,
        case when try_cast(end_date_time as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00' then cast(end_date_time as timestamptz) end as ended_at,
        case when try_cast(last_updated as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00' then cast(last_updated as timestamptz) end as updated_at,
        try_cast(total_energy as decimal(18, 6)) as energy_kwh
    from fields

)

select
    * exclude (started_at, ended_at, updated_at, energy_kwh),
    epoch(started_at) as started_s,
    epoch(ended_at) as ended_s,
    extract(year from least(started_at, ended_at, updated_at)) as earliest_year,
    strftime(timezone('UTC', least(started_at, ended_at, updated_at)), '%Y-%m-%dT%H:%M:%SZ') as earliest,
    -- `#NA` stands for a reservation that never became a session (CdrLocation).
    nullif("location.evse_id", '#NA') as judged_evse_id,
    length("cdr_token.contract_id") as contract_id_length,
    -- A credit repeats the volumes of its original; they were judged there. A million is beyond reading.
    case when not is_credit and abs(energy_kwh) < 1000000 then cast(energy_kwh as double) end as judged_energy_kwh
from typed
