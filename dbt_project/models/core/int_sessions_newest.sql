{{ config(materialized='view') }}

with sessions as (

    select * from {{ ref('int_session_versions_ranked') }}
    where newest_rank = 1

),

final as (

    select
        * exclude (newest_rank, received_at),
        received_at as version_received_at,
        case
            when coalesce(evse_uid, evse_id) <> '#NA' and location_id is not null
                then {{ evse_key('country_code', 'party_id', 'location_id', 'coalesce(evse_uid, evse_id)') }}
        end as evse_key,
        {{ object_key('receiving_country_code', 'receiving_party_id', 'country_code', 'party_id', 'location_id') }} as location_key
    from sessions

)

select * from final
