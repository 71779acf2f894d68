-- Where the fields of a CDR do not fit its periods, or are not written as OCPI has it. None of them changes the price.
with cdrs as (

    select
        cdrs.*,
        totals.parking_time_h as periods_parking_time_h,
        totals.time_h + coalesce(totals.parking_time_h, 0) as periods_time_h,
        -- Reserved time may or may not be part of the session.
        totals.time_h + coalesce(totals.parking_time_h, 0) + coalesce(totals.reservation_time_h, 0) as all_time_h,
        coalesce(totals.has_unreadable_volume, true) as has_unreadable_volume,
        -- Some send time only where it is billed: then the periods say the least it was, not how much.
        totals.has_period_without_time,
    {%- for code in ['time_sum_mismatch', 'parking_sum_mismatch'] %}
    greatest(
        {{ rule_parameter(code, 'tolerance_s') }},
        {{ rule_parameter(code, 'tolerance_h_per_period') }} * 3600 * cdrs.period_count
    ) as {{ code }}_tolerance_s{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('fct_cdrs') }} as cdrs
    left join {{ ref('int_cdr_period_totals') }} as totals
        on cdrs.cdr_no = totals.cdr_no
    where not cdrs.is_credit

),

found as (

    select
        cdr_no,
        'time_sum_mismatch' as code,
        {{ number_text('periods_time_h') }} as detail
    from cdrs
    where
        not has_unreadable_volume
        and (
            (periods_time_h - total_time_h) * 3600 > time_sum_mismatch_tolerance_s
            or (
                not has_period_without_time
                and (total_time_h - all_time_h) * 3600 > time_sum_mismatch_tolerance_s
            )
        )
    union all
    select
        cdr_no,
        'parking_sum_mismatch' as code,
        {{ number_text('periods_parking_time_h') }} as detail
    from cdrs
    where
        not has_unreadable_volume
        and (
            (periods_parking_time_h - total_parking_time_h) * 3600 > parking_sum_mismatch_tolerance_s
            or (
                not has_period_without_time
                and (total_parking_time_h - periods_parking_time_h) * 3600 > parking_sum_mismatch_tolerance_s
            )
        )
    union all
    select
        cdr_no,
        'cdr_country_not_alpha3' as code,
        location_country as detail
    from cdrs
    where
        length(location_country) <> 3
        {%- for place in [1, 2, 3] %}
        or substr(location_country, {{ place }}, 1) not between 'A' and 'Z'
        {%- endfor %}
    union all
    select
        cdr_no,
        'timestamp_with_offset' as code,
        case when {{ has_offset('started_at_text') }} then started_at_text else ended_at_text end as detail
    from cdrs
    where {{ has_offset('started_at_text') }} or {{ has_offset('ended_at_text') }}

),

final as (

    select
        cdr_no,
        code,
        cast(null as integer) as period_index,
        detail
    from found

)

select * from final
