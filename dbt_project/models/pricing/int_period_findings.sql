with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

periods as (

    select * from {{ ref('int_ordered_periods') }}

),

without_periods as (

    select
        cdrs.cdr_key,
        'periods_missing' as code,
        cast(null as integer) as period_index,
        cast(null as varchar) as detail
    from cdrs
    left join periods
        on cdrs.cdr_key = periods.cdr_key
    where periods.cdr_key is null

),

unordered as (

    select distinct
        cdr_key,
        'periods_unordered' as code,
        cast(null as integer) as period_index,
        cast(null as varchar) as detail
    from periods
    where period_position <> period_index

),

outside as (

    select
        cdr_key,
        'period_outside_session' as code,
        period_index,
        cast(started_at as varchar) as detail
    from periods
    where
        started_at < session_started_at
        -- A session that ends before it starts has no inside.
        or (started_at > session_ended_at and session_ended_at >= session_started_at)

),

ignored as (

    select
        cdr_key,
        'dimension_not_billable' as code,
        period_index,
        ignored_dimensions as detail
    from periods
    where coalesce(ignored_dimensions, '') <> ''

),

unreadable as (

    select
        cdr_key,
        'volume_unreadable' as code,
        period_index,
        cast(null as varchar) as detail
    from periods
    where
        has_unreadable_volume
        or started_at is null

),

final as (

    select * from without_periods
    union all
    select * from unordered
    union all
    select * from outside
    union all
    select * from ignored
    union all
    select * from unreadable

)

select * from final
