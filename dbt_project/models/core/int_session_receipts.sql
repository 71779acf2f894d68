{{ config(materialized='view') }}

-- Sessions are updated while they run: the version received last stands, of one pull the one updated last.
with versions as (

    select
        {{ record_no('landing_seq', 'ordinal') }} as session_no,
        session_key,
        received_at,
        last_updated_at
    from {{ ref('stg_ocpi__sessions') }}

),

resends as (

    select * from {{ ref('stg_raw__duplicates') }}
    where module = 'sessions'

),

counted as (

    select
        session_key,
        cast(count(*) as integer) as version_count,
        min(received_at) as first_received_at,
        max(received_at) as last_new_at,
        any_value(session_no) as session_no
    from versions
    group by session_key

),

-- Asked only where there is more than one.
newest as (

    select
        session_key,
        session_no
    from versions
    where
        session_key in (
            select counted.session_key from counted
            where counted.version_count > 1
        )
    qualify row_number() over (
        partition by session_key
        order by received_at desc, last_updated_at desc nulls last, session_no desc
    ) = 1

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
        counted.session_key,
        coalesce(newest.session_no, counted.session_no) as newest_session_no,
        counted.first_received_at,
        greatest(counted.last_new_at, repeats.last_resent_at) as last_received_at,
        counted.version_count
    from counted
    left join newest on counted.session_key = newest.session_key
    left join repeats on counted.session_key = repeats.session_key

)

select * from final
