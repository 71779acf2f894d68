with cdrs as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.started_at,
        cdrs.ended_at,
        cdrs.last_updated_at,
        cdrs.first_received_at,
        cdrs.total_time_h,
        cdrs.total_parking_time_h,
        cdrs.delivery_latency_h,
        cdrs.connector_power_type like 'DC%' as is_dc,
        cdrs.rule_scope_no,
        checks.is_end_before_start,
        checks.is_in_future,
        checks.is_placeholder,
        checks.has_clock_fault,
        cast(date_diff('millisecond', cdrs.started_at, cdrs.ended_at) * 0.001 as decimal(18, 3)) as duration_s,
        cast(cdrs.total_time_h * 3600 as decimal(18, 6)) as told_s
    from {{ ref('int_cdrs_judged') }} as cdrs
    inner join {{ ref('int_cdr_clock_checks') }} as checks on cdrs.cdr_no = checks.cdr_no

),

settings as (

    {{ rule_settings([
        ['timestamp_epoch_placeholder', 'first_year'],
        ['duration_total_time_mismatch', 'tolerance_s'], ['duration_total_time_mismatch', 'hold_tolerance_s'],
        ['parking_exceeds_total', 'tolerance_s'], ['cdr_late', 'after_h'], ['cdr_too_late', 'after_h'],
        ['duration_out_of_range', 'most_ac_h'], ['duration_out_of_range', 'most_dc_h'],
    ]) }}

),

suspects as (

    select
        cdrs.*,
        settings.* exclude (settings.rule_scope_no),
        case cdrs.is_dc
            when true then settings.duration_out_of_range__most_dc_h
            when false then settings.duration_out_of_range__most_ac_h
        end as most_h,
        not cdrs.has_clock_fault and cdrs.told_s >= 0
        and abs(cdrs.told_s - cdrs.duration_s) > settings.duration_total_time_mismatch__tolerance_s as is_mistimed,
        cdrs.total_parking_time_h * 3600 > cdrs.told_s + settings.parking_exceeds_total__tolerance_s
        or cdrs.total_parking_time_h < 0 or cdrs.total_time_h < 0 as is_overparked,
        not cdrs.has_clock_fault and cdrs.delivery_latency_h > settings.cdr_late__after_h as is_late,
        not cdrs.has_clock_fault and cdrs.delivery_latency_h > settings.cdr_too_late__after_h as is_too_late,
        not cdrs.has_clock_fault and cdrs.duration_s > most_h * 3600 as is_too_long
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    where
        cdrs.is_end_before_start or cdrs.is_in_future or cdrs.is_placeholder
        or is_mistimed or is_overparked or is_late or is_too_late or is_too_long

),

-- R20, R21, R22, R24, R26 to R29: what is too late is also late.
final as (

    {{ hits_where('cdr', 'suspects', [
        ['end_before_start', 'is_end_before_start', timestamp_text('ended_at'), timestamp_text('started_at')],
        [
            'timestamp_in_future', 'is_in_future',
            timestamp_text('greatest(started_at, ended_at, last_updated_at)'), timestamp_text('first_received_at'),
        ],
        [
            'timestamp_epoch_placeholder', 'is_placeholder',
            timestamp_text('least(started_at, ended_at, last_updated_at)'),
            number_text('timestamp_epoch_placeholder__first_year'),
        ],
        [
            'duration_total_time_mismatch', 'is_mistimed', number_text('told_s'), number_text('duration_s'),
            "case when abs(told_s - duration_s) > duration_total_time_mismatch__hold_tolerance_s then 'hold' end",
        ],
        [
            'parking_exceeds_total', 'is_overparked',
            number_text('coalesce(total_parking_time_h, total_time_h)'), number_text('total_time_h'),
        ],
        ['duration_out_of_range', 'is_too_long', number_text('duration_s'), number_text('most_h * 3600')],
        ['cdr_late', 'is_late', number_text('delivery_latency_h'), number_text('cdr_late__after_h')],
        ['cdr_too_late', 'is_too_late', number_text('delivery_latency_h'), number_text('cdr_too_late__after_h')],
    ]) }}

)

select * from final
