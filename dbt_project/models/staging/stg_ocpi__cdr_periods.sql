{%- set volumes = {
    'energy_kwh': 'ENERGY', 'time_h': 'TIME', 'parking_time_h': 'PARKING_TIME', 'reservation_time_h': 'RESERVATION_TIME',
    'min_current_a': 'MIN_CURRENT', 'max_current_a': 'MAX_CURRENT', 'min_power_kw': 'MIN_POWER', 'max_power_kw': 'MAX_POWER',
} %}

with cdrs as (

    select * from {{ ref('stg_ocpi__cdrs') }}

),

-- Content that came back after a change is the same version; its periods are listed once.
first_receipts as (

    select
        cdr_key,
        cdr_version_hash,
        min(row(landing_seq, ordinal)) as receipt
    from cdrs
    group by all

),

period_lists as (

    select
        cdrs.cdr_key,
        cdrs.cdr_version_hash,
        from_json(
            cdrs.charging_periods_json,
            '[{"start_date_time": "VARCHAR", "tariff_id": "VARCHAR", "dimensions": [{"type": "VARCHAR", "volume": "JSON"}]}]'
        ) as periods
    from cdrs
    inner join first_receipts
        on
            cdrs.cdr_key = first_receipts.cdr_key
            and cdrs.cdr_version_hash = first_receipts.cdr_version_hash
            and row(cdrs.landing_seq, cdrs.ordinal) = first_receipts.receipt

),

periods as (

    select
        cdr_key,
        cdr_version_hash,
        generate_subscripts(periods, 1) - 1 as period_position,
        unnest(periods) as period
    from period_lists

),

-- The volume stays JSON up to here, so that a number sent as text can be told from a number.
dimensions as (

    select
        cdr_key,
        cdr_version_hash,
        cast(period_position as integer) as period_position,
        {{ read_timestamp('period.start_date_time') }} as started_at,
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
        cdr_key,
        cdr_version_hash,
        period_position,
        started_at,
        tariff_id,
        {%- for column, dimension_type in volumes.items() %}
        {{ dimension_sum('dimensions', dimension_type) }} as {{ column }},
        {%- endfor %}
        {{ dimension_types_outside('dimensions', volumes.values()) }} as ignored_dimensions,
        {{ has_dimension('dimensions', 'dimension.is_text') }} as has_text_number,
        {{ has_dimension('dimensions', "dimension.volume is null and dimension.type in ('" ~ volumes.values() | join("', '") ~ "')") }}
            as has_unreadable_volume
    from dimensions

)

select * from final
