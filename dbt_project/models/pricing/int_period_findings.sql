with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

periods as (

    select * from {{ ref('int_ordered_periods') }}

),

states as (

    select
        periods.* {{ all_but('ignored_dimensions') }},
        -- 2.1.1 has a dimension FLAT, which says nothing that a price depends on.
        case
            when {{ is_ocpi_21('cdrs.ocpi_version') }}
                then trim(both ',' from replace(',' || periods.ignored_dimensions || ',', ',FLAT,', ','))
            else periods.ignored_dimensions
        end as ignored_dimensions,
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
    {% for code, condition, detail in [
        ('periods_unordered', 'not is_in_order and period_position <> period_index', 'cast(null as string)'),
        ('price_as_text', 'has_text_number and not has_unreadable_volume', "'volume'"),
    ] -%}
    select distinct
        cdr_no,
        '{{ code }}' as code,
        cast(null as integer) as period_index,
        {{ detail }} as detail
    from states
    where {{ condition }}
    union all
    {% endfor -%}
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
        'charging_and_parking_overlap' as code,
        period_index,
        {{ number_text('time_h + parking_time_h') }} as detail
    from states
    -- A period that ends before it starts has no length to exceed.
    where
        time_h > 0
        and parking_time_h > 0
        and coalesce(next_started_at, session_ended_at) >= started_at
        and (time_h + parking_time_h) * 3600
        > {{ elapsed_s('started_at', 'coalesce(next_started_at, session_ended_at)') }}
        + {{ rule_parameter('charging_and_parking_overlap', 'tolerance_s') }}
    {% for code, condition, detail in [
        ('dimension_not_billable', "ignored_dimensions <> ''", 'ignored_dimensions'),
        ('period_without_dimensions', 'has_no_dimensions', 'cast(null as string)'),
        ('volume_unreadable', 'has_unreadable_volume or started_at is null', 'cast(null as string)'),
    ] -%}
    union all
    select
        cdr_no,
        '{{ code }}' as code,
        period_index,
        {{ detail }} as detail
    from states
    where {{ condition }}
    {% endfor %}
)

select * from final
