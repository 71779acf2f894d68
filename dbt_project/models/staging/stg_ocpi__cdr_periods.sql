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
        list_transform(periods, lambda period: {{ read_timestamp('period.start_date_time') }}) as starts,
        list_transform(periods, lambda period: {{ read_text('period.tariff_id') }}) as tariff_ids
    from period_lists

),

-- The volume stays JSON up to here, so that a number sent as text can be told from a number.
periods as (

    select
        cdr_no,
        generate_subscripts(periods, 1) - 1 as period_position,
        unnest(list_transform(periods, lambda period: period.dimensions)) as dimensions,
        unnest(starts) as started_at,
        unnest(starts[2:]) as next_started_at,
        list_min(starts) as first_started_at,
        list_count(starts) = len(starts) and list_sort(starts) = starts as is_in_order,
        unnest(tariff_ids) as tariff_id,
        list_count(tariff_ids) > 0 as names_tariffs
    from timed

),

dimension_lists as (

    select
        *,
        list_transform(dimensions, lambda dimension: {{ read_code('dimension.type') }}) as types,
        list_transform(dimensions, lambda dimension: {{ read_number("trim(dimension.volume, '\"')") }}) as volumes
    from periods

),

{{ placed_dimensions('dimension_lists', volumes) }}

final as (

    select
        cdr_no,
        cast(period_position as integer) as period_position,
        started_at,
        next_started_at,
        first_started_at,
        is_in_order,
        names_tariffs,
        tariff_id,
        {%- for column, dimension_type in volumes.items() %}
        case when is_plain then {{ column }}_there else {{ dimension_sum('odd_dimensions', dimension_type) }} end as {{ column }},
        {%- endfor %}
        case when not is_plain then {{ dimension_types_outside('odd_dimensions', volumes.values()) }} end as ignored_dimensions,
        {{ has_dimension('dimensions', "starts_with(dimension.volume, '\"')") }} as has_text_number,
        case when is_plain then len(types) = 0 else coalesce(list_count(types), 0) = 0 end as has_no_dimensions,
        {{ has_unreadable_dimension(volumes) }} as has_unreadable_volume
    from placed

)

select * from final
