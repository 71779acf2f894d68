-- When an EVSE was reported unusable, states that follow each other taken together.
with versions as (

    select
        evse_key,
        status,
        seen_from_at,
        coalesce(seen_to_at, timestamptz '9999-12-30 00:00:00+00') as seen_to_at,
        status in ('OUTOFORDER', 'INOPERATIVE', 'REMOVED') as is_unusable
    from {{ ref('dim_evses') }}

),

runs as (

    select
        *,
        row_number() over (partition by evse_key order by seen_from_at)
        - row_number() over (partition by evse_key, is_unusable order by seen_from_at) as run_no
    from versions

),

final as (

    select
        evse_key,
        min(seen_from_at) as unusable_from_at,
        max(seen_to_at) as unusable_to_at,
        string_agg(distinct status, ',' order by status) as statuses
    from runs
    where is_unusable
    group by evse_key, run_no

)

select * from final
