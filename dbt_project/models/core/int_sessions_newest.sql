{{ config(materialized='view') }}

with sessions as (

    select * from {{ ref('stg_ocpi__sessions') }}

),

receipts as (

    select * from {{ ref('int_session_receipts') }}

),

final as (

    select
        sessions.* exclude (sessions.received_at),
        sessions.received_at as version_received_at,
        receipts.first_received_at,
        receipts.last_received_at,
        receipts.version_count,
        case
            when coalesce(sessions.evse_uid, sessions.evse_id) <> '#NA' and sessions.location_id is not null
                then {{ evse_key(
                    'sessions.country_code', 'sessions.party_id', 'sessions.location_id',
                    'coalesce(sessions.evse_uid, sessions.evse_id)'
                ) }}
        end as evse_key,
        {{ object_key(
            'sessions.receiving_country_code', 'sessions.receiving_party_id', 'sessions.country_code', 'sessions.party_id',
            'sessions.location_id'
        ) }} as location_key
    from sessions
    inner join receipts
        on {{ record_no('sessions.landing_seq', 'sessions.ordinal') }} = receipts.newest_session_no

)

select * from final
