{%- set volumes = {
    'energy_kwh': 'ENERGY', 'time_h': 'TIME', 'parking_time_h': 'PARKING_TIME', 'reservation_time_h': 'RESERVATION_TIME',
    'min_current_a': 'MIN_CURRENT', 'max_current_a': 'MAX_CURRENT', 'min_power_kw': 'MIN_POWER', 'max_power_kw': 'MAX_POWER',
} %}

with cdrs as (

    select * from {{ ref('stg_ocpi__cdr_texts') }}

),

period_lists as (

    select
        {{ record_no('landing_seq', 'ordinal') }} as cdr_no,
        from_json(
            fields.charging_periods,
            '[{"start_date_time": "VARCHAR", "tariff_id": "VARCHAR", "dimensions": [{"type": "VARCHAR", "volume": "JSON"}]}]'
        ) as periods
    from cdrs

),

timed as (

    select
        *,
        list_transform(periods, lambda period: {{ read_timestamp('period.start_date_time') }}) as starts
    from period_lists

),

periods as (

    select
        cdr_no,
        generate_subscripts(periods, 1) - 1 as period_position,
        unnest(periods) as period,
        unnest(starts) as started_at,
        unnest(starts[2:]) as next_started_at,
        list_min(starts) as first_started_at,
        not list_contains(list_transform(starts, lambda start: start is null), true) and list_sort(starts) = starts as is_in_order,
        len(list_filter(periods, lambda period: {{ read_text('period.tariff_id') }} is not null)) > 0 as names_tariffs
    from timed

),

-- The volume stays JSON up to here, so that a number sent as text can be told from a number.
dimensions as (

    select
        cdr_no,
        cast(period_position as integer) as period_position,
        started_at,
        next_started_at,
        first_started_at,
        is_in_order,
        names_tariffs,
        {{ read_text('period.tariff_id') }} as tariff_id,
        list_transform(period.dimensions, lambda dimension: {
            'type': {{ read_code('dimension.type') }},
            'volume': {{ read_number("trim(dimension.volume, '\"')") }},
            'is_text': starts_with(dimension.volume, '"')
        }) as dimensions
    from periods

),

final as (

    select
        cdr_no,
        period_position,
        started_at,
        next_started_at,
        first_started_at,
        is_in_order,
        names_tariffs,
        tariff_id,
        {%- for column, dimension_type in volumes.items() %}
        {{ dimension_sum('dimensions', dimension_type) }} as {{ column }},
        {%- endfor %}
        {{ dimension_types_outside('dimensions', volumes.values()) }} as ignored_dimensions,
        {{ has_dimension('dimensions', 'dimension.is_text') }} as has_text_number,
        not {{ has_dimension('dimensions', 'dimension.type is not null') }} as has_no_dimensions,
        {{ has_dimension('dimensions', "dimension.volume is null and dimension.type in ('" ~ volumes.values() | join("', '") ~ "')") }}
        or {{ has_sum_out_of_range('dimensions', volumes.values()) }} as has_unreadable_volume
    from dimensions

)

select * from final
