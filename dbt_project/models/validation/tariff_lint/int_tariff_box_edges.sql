-- Where coverage can change: between two neighbouring edges of an axis nothing does, so that a test at each edge is a
-- test of everything. Days before today (unless the tariff is over) or outside its own validity do not matter, nor do
-- the hours and kWh before the first that is priced: what is free at first is an offer and no gap.
with components as (

    select * from {{ ref('int_tariff_restricted_components') }}

),

dimensions as (

    select
        components.tariff_hash,
        components.line_dimension,
        min({{ day_number(utc_date('bodies.valid_from_at')) }}) as valid_from_day,
        min({{ day_number(utc_date('bodies.valid_to_at')) }}) as valid_to_day,
        min(components.first_kwh) as first_kwh,
        min(components.first_duration_s) as first_duration_s,
        min(components.weekdays) as fewest_weekdays
    from components
    inner join {{ ref('int_tariff_bodies') }} as bodies on components.tariff_hash = bodies.tariff_hash
    group by components.tariff_hash, components.line_dimension

),

spans as (

    select
        *,
        case
            when valid_to_day <= {{ today_number() }} then coalesce(valid_from_day, valid_to_day - 1)
            else greatest({{ today_number() }}, coalesce(valid_from_day, 0))
        end as first_day,
        coalesce(valid_to_day, {{ unbounded() }}) as end_day
    from dimensions

),

edges as (

    {% for axis in box_ranges() + ['time_s'] -%}
    {%- for side in ['from', 'to'] -%}
    select
        tariff_hash,
        line_dimension,
        '{{ axis }}' as axis,
        cast({{ axis }}_{{ side }}{{ ' % 86400' if axis == 'time_s' }} as decimal(18, 6)) as edge
    from components
    union
    {% endfor -%}
    {%- endfor %}
    {%- for axis in box_ranges() + ['time_s'] -%}
    select
        tariff_hash,
        line_dimension,
        '{{ axis }}' as axis,
        cast({{ 'first_' ~ axis if axis in ('day', 'kwh', 'duration_s') else 0 }} as decimal(18, 6)) as edge
    from spans
    union
    {% endfor -%}
    {%- for bit in [1, 2, 4, 8, 16, 32, 64] -%}
    select
        tariff_hash,
        line_dimension,
        'weekday' as axis,
        cast({{ bit }} as decimal(18, 6)) as edge
    from spans
    where fewest_weekdays < 127 or {{ bit }} = 1
    {{ 'union' if not loop.last }}
    {% endfor %}
),

final as (

    select edges.*
    from edges
    inner join spans
        on
            edges.tariff_hash = spans.tariff_hash
            and edges.line_dimension = spans.line_dimension
    where
        abs(edges.edge) < {{ unbounded() }}
        and (edges.axis <> 'day' or (edges.edge >= spans.first_day and edges.edge < spans.end_day))

)

select * from final
