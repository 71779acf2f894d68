with bodies as (

    select
        tariff_no,
        tariff_hash,
        elements_json
    from {{ ref('int_tariff_bodies') }}

),

elements as (

    select
        tariff_no,
        tariff_hash,
        unnest(from_json(elements_json, '["JSON"]')) as element,
        generate_subscripts(from_json(elements_json, '["JSON"]'), 1) - 1 as element_index
    from bodies

),

opened as (

    select
        tariff_no,
        tariff_hash,
        cast(element_index as integer) as element_index,
        cast(element -> 'price_components' as varchar) as components_json,
        from_json(
            element -> 'restrictions',
            '{"start_time":"VARCHAR","end_time":"VARCHAR","start_date":"VARCHAR","end_date":"VARCHAR",
              "min_kwh":"VARCHAR","max_kwh":"VARCHAR","min_current":"VARCHAR","max_current":"VARCHAR",
              "min_power":"VARCHAR","max_power":"VARCHAR","min_duration":"VARCHAR","max_duration":"VARCHAR",
              "day_of_week":["VARCHAR"],"reservation":"VARCHAR"}'
        ) as r,
        -- An empty list is how some write an object without fields.
        coalesce(json_type(element -> 'restrictions') not in ('OBJECT', 'NULL'), false)
        and cast(element -> 'restrictions' as varchar) <> '[]'
        or coalesce(json_type(element -> 'restrictions' -> 'day_of_week') not in ('ARRAY', 'NULL'), false) as is_misshapen
    from elements

),

typed as (

    select
        tariff_no,
        tariff_hash,
        element_index,
        components_json,
        {{ to_second_of_day('trim(r.start_time)') }} as start_time_s,
        {{ to_second_of_day('trim(r.end_time)') }} as end_time_s,
        try_cast(left(trim(r.start_date), 10) as date) as start_date,
        try_cast(left(trim(r.end_date), 10) as date) as end_date,
        {{ read_number('r.min_kwh') }} as min_kwh,
        {{ read_number('r.max_kwh') }} as max_kwh,
        {{ read_number('r.min_current') }} as min_current_a,
        {{ read_number('r.max_current') }} as max_current_a,
        {{ read_number('r.min_power') }} as min_power_kw,
        {{ read_number('r.max_power') }} as max_power_kw,
        try_cast(try_cast(r.min_duration as decimal(18, 6)) as bigint) as min_duration_s,
        try_cast(try_cast(r.max_duration as decimal(18, 6)) as bigint) as max_duration_s,
        case when len(r.day_of_week) > 0 then upper(array_to_string(r.day_of_week, ',')) end as days_of_week,
        nullif(upper(trim(r.reservation)), '') as reservation,
        is_misshapen,
        r
    from opened

),

checked as (

    select
        * exclude (r, is_misshapen),
        case when days_of_week is not null then {{ weekday_bits('days_of_week') }} end as weekday_bits,
        {#- A value that is there and cannot be read would silently lift the restriction. -#}
        is_misshapen or coalesce(
            (r.start_time is not null and start_time_s is null)
            or (r.end_time is not null and end_time_s is null)
            or (r.start_date is not null and start_date is null)
            or (r.end_date is not null and end_date is null)
            {%- for field, typed in [
                ('min_kwh', 'min_kwh'), ('max_kwh', 'max_kwh'), ('min_current', 'min_current_a'),
                ('max_current', 'max_current_a'), ('min_power', 'min_power_kw'), ('max_power', 'max_power_kw'),
                ('min_duration', 'min_duration_s'), ('max_duration', 'max_duration_s')
            ] %}
            or (r.{{ field }} is not null and {{ typed }} is null)
            {%- endfor %}
            or not regexp_matches(
                coalesce(days_of_week, 'MONDAY'),
                '^((MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY(,|$))+$'
            )
            or coalesce(reservation, 'RESERVATION') not in ('RESERVATION', 'RESERVATION_EXPIRES'),
            false
        ) as has_unreadable_restriction
    from typed

)

select * from checked
