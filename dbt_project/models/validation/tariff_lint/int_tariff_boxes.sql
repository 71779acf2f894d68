-- When an element holds, as a box: a range on each axis, ends exclusive. Where nothing is named the range is as wide as
-- can be; energy and duration begin at zero.

with elements as (

    select * from {{ ref('int_tariff_elements') }}

),

boxes as (

    select
        tariff_hash,
        element_index,
        reservation,
        has_unreadable_restriction,
        case when start_time_s = end_time_s then 0 else coalesce(start_time_s, 0) end as time_s_from,
        -- An end of 00:00 ends the day; equal ends are the whole day (the default of start_equals_end).
        case
            when coalesce(end_time_s, 0) = 0 or start_time_s = end_time_s then 86400
            when end_time_s < start_time_s then end_time_s + 86400
            else end_time_s
        end as time_s_to,
        coalesce(weekday_bits, 127) as weekdays,
        cast(coalesce({{ day_number('start_date') }}, -{{ unbounded() }}) as decimal(18, 6)) as day_from,
        cast(coalesce({{ day_number('end_date') }}, {{ unbounded() }}) as decimal(18, 6)) as day_to,
        greatest(coalesce(min_kwh, 0), 0) as kwh_from,
        coalesce(max_kwh, {{ unbounded() }}) as kwh_to,
        cast(greatest(coalesce(min_duration_s, 0), 0) as decimal(18, 6)) as duration_s_from,
        cast(coalesce(max_duration_s, {{ unbounded() }}) as decimal(18, 6)) as duration_s_to,
        coalesce(min_current_a, -{{ unbounded() }}) as current_a_from,
        coalesce(max_current_a, {{ unbounded() }}) as current_a_to,
        coalesce(min_power_kw, -{{ unbounded() }}) as power_kw_from,
        coalesce(max_power_kw, {{ unbounded() }}) as power_kw_to
    from elements

),

final as (

    select
        *,
        time_s_from >= time_s_to
        {%- for axis in box_ranges() %}
        or {{ axis }}_from >= {{ axis }}_to
        {%- endfor %} as is_empty,
        time_s_to - time_s_from = 86400
        and weekdays = 127
        and kwh_from = 0
        and duration_s_from = 0
        {%- for axis in ['day', 'current_a', 'power_kw'] %}
        and {{ axis }}_from = -{{ unbounded() }}
        {%- endfor %}
        {%- for axis in box_ranges() %}
        and {{ axis }}_to = {{ unbounded() }}
        {%- endfor %} as is_everything
    from boxes

)

select * from final
