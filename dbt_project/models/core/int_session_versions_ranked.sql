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

final as (

    select
        sessions.*,
        min(sessions.received_at) over (partition by sessions.session_key) as first_received_at,
        greatest(max(sessions.received_at) over (partition by sessions.session_key), repeats.last_resent_at) as last_received_at,
        cast(count(*) over (partition by sessions.session_key) as integer) as version_count,
        row_number() over (
            partition by sessions.session_key
            order by sessions.received_at desc, sessions.last_updated_at desc nulls last, sessions.landing_seq desc, sessions.ordinal desc
        ) as newest_rank
    from sessions
    left join repeats on sessions.session_key = repeats.session_key

)

select * from final
