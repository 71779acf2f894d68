-- One row per session version as received. The names are those of OCPI 2.2.1; 2.1.1 embeds the Location.
with parsed as (

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
        concat(upper(country_code), '*', upper(party_id), '*', object_id) as object_label,
        object_hash,
        landing_seq,
        ordinal,
        partner,
        received_at,
        is_ocpi_21,
        not is_ocpi_21 as is_ocpi_22_or_later,
        filled(coalesce(sent.start_date_time, sent.start_datetime)) as start_date_time,
        filled(coalesce(sent.end_date_time, sent.end_datetime)) as end_date_time,
        filled(sent.kwh) as kwh,
        filled(sent.cdr_token.uid) as "cdr_token.uid",
        filled(sent.cdr_token.type) as "cdr_token.type",
        filled(coalesce(sent.cdr_token.contract_id, sent.auth_id)) as auth_id,
        auth_id as "cdr_token.contract_id",
        filled(sent.auth_method) as auth_method,
        filled(coalesce(sent.location_id, sent.location.id)) as location_id,
        filled(coalesce(sent.evse_uid, evse.uid)) as evse_uid,
        filled(coalesce(sent.connector_id, evse.connectors[1].id)) as connector_id,
        filled(sent.currency) as currency,
        filled(sent.status) as status,
        code(sent.status) as status_code,
        filled(sent.last_updated) as last_updated
    from parsed

),

typed as (

    select
        *,
        moment(start_date_time) as started_at,
        moment(end_date_time) as ended_at,
        moment(last_updated) as updated_at,
        cast(number(kwh) as double) as energy_kwh
    from fields

)

select
    * exclude (started_at, ended_at, updated_at, received_at),
    cast(date_diff('microsecond', started_at, ended_at) as double) as duration_us,
    date_diff('microsecond', received_at, greatest(started_at, ended_at, updated_at)) / 1e6 as after_receipt_s,
    moment_text(greatest(started_at, ended_at, updated_at)) as latest,
    case when status_code = 'COMPLETED' and energy_kwh = 0 then kwh end as completed_without_energy
from typed
