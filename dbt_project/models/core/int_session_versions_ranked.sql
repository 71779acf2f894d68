{{ config(materialized='view') }}

-- Sessions are updated while they run: the version received last stands, of one pull the one updated last.
with sessions as (

    select * from {{ ref('stg_ocpi__sessions') }}

),

resends as (

    select * from {{ ref('stg_raw__duplicates') }}
    where module = 'sessions'

),

repeats as (

    select
        object_key as session_key,
        max(received_at) as last_resent_at
    from resends
    group by object_key

),

-- Ranked by these few columns alone: windows over whole sessions cost several times as much.
standings as (

    select
        landing_seq,
        ordinal,
        min(received_at) over (partition by session_key) as first_received_at,
        max(received_at) over (partition by session_key) as last_new_at,
        cast(count(*) over (partition by session_key) as integer) as version_count,
        row_number() over (
            partition by session_key
            order by received_at desc, last_updated_at desc nulls last, landing_seq desc, ordinal desc
        ) as newest_rank
    from sessions

),

final as (

    select
        sessions.*,
        standings.first_received_at,
        greatest(standings.last_new_at, repeats.last_resent_at) as last_received_at,
        standings.version_count,
        standings.newest_rank
    from sessions
    inner join standings on sessions.landing_seq = standings.landing_seq and sessions.ordinal = standings.ordinal
    left join repeats on sessions.session_key = repeats.session_key

)

select * from final
