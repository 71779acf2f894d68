with cdrs as (

    select
        cdrs.*,
        checks.is_end_before_start,
        checks.is_in_future,
        checks.is_placeholder,
        checks.has_clock_fault,
        date_diff('millisecond', cdrs.started_at, cdrs.ended_at) / 1000.0 as duration_s
    from {{ ref('fct_cdrs') }} as cdrs
    inner join {{ ref('int_cdr_clock_checks') }} as checks on cdrs.cdr_key = checks.cdr_key

),

final as (

    -- R20
    select
        {{ hit_columns('cdr', 'end_before_start', timestamp_text('ended_at'), timestamp_text('started_at')) }}
    from cdrs
    where is_end_before_start

    union all

    -- R21
    select
        {{ hit_columns(
            'cdr', 'timestamp_in_future',
            timestamp_text('greatest(started_at, ended_at, last_updated_at)'), timestamp_text('first_received_at')
        ) }}
    from cdrs
    where is_in_future

    union all

    -- R22
    select
        {{ hit_columns(
            'cdr', 'timestamp_epoch_placeholder',
            timestamp_text('least(started_at, ended_at, last_updated_at)'),
            number_text(rule_parameter('timestamp_epoch_placeholder', 'first_year'))
        ) }}
    from cdrs
    where is_placeholder

    union all

    -- R24
    select
        {{ hit_columns(
            'cdr', 'duration_total_time_mismatch', number_text('total_time_h * 3600'), number_text('duration_s')
        ) }}
    from cdrs
    where
        abs(total_time_h * 3600 - duration_s) > {{ rule_parameter('duration_total_time_mismatch', 'tolerance_s') }}
        and total_time_h >= 0
        and not has_clock_fault

    union all

    -- R26
    select
        {{ hit_columns(
            'cdr', 'parking_exceeds_total',
            number_text('coalesce(total_parking_time_h, total_time_h)'), number_text('total_time_h')
        ) }}
    from cdrs
    where
        total_parking_time_h * 3600 > total_time_h * 3600 + {{ rule_parameter('parking_exceeds_total', 'tolerance_s') }}
        or total_parking_time_h < 0
        or total_time_h < 0

    union all

    -- R28
    select
        {{ hit_columns(
            'cdr', 'cdr_late', number_text('delivery_latency_h'), number_text(rule_parameter('cdr_late', 'after_h'))
        ) }}
    from cdrs
    where
        delivery_latency_h > {{ rule_parameter('cdr_late', 'after_h') }}
        and not has_clock_fault

    union all

    -- R29: so late that it is also late.
    select
        {{ hit_columns(
            'cdr', 'cdr_too_late', number_text('delivery_latency_h'), number_text(rule_parameter('cdr_too_late', 'after_h'))
        ) }}
    from cdrs
    where
        delivery_latency_h > {{ rule_parameter('cdr_too_late', 'after_h') }}
        and not has_clock_fault

)

select * from final
