with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

periods as (

    select * from {{ ref('int_ordered_periods') }}

),

states as (

    select
        periods.*,
        cdrs.started_at as session_started_at,
        cdrs.ended_at as session_ended_at
    from periods
    inner join cdrs
        on periods.cdr_no = cdrs.cdr_no

),

final as (

    select
        cdrs.cdr_no,
        'periods_missing' as code,
        cast(null as integer) as period_index,
        cast(null as string) as detail
    from cdrs
    where period_count = 0
    union all
    select distinct
        cdr_no,
        'periods_unordered' as code,
        cast(null as integer) as period_index,
        cast(null as string) as detail
    from states
    where not is_in_order and period_position <> period_index
    union all
    select
        cdr_no,
        'period_outside_session' as code,
        period_index,
        {{ moment_text('started_at') }} as detail
    from states
    where
        started_at < session_started_at
        -- A session that ends before it starts has no inside.
        or (started_at > session_ended_at and session_ended_at >= session_started_at)
    union all
    select
        cdr_no,
        'dimension_not_billable' as code,
        period_index,
        ignored_dimensions as detail
    from states
    where ignored_dimensions <> ''
    union all
    select
        cdr_no,
        'volume_unreadable' as code,
        period_index,
        cast(null as string) as detail
    from states
    where
        has_unreadable_volume
        or started_at is null

)

select * from final
