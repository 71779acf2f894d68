-- Every combination of edges at which coverage is to be tested; a weekday is one bit. A tariff with more of them than we
-- care to look at has none.
{%- set axes = box_ranges() + ['time_s', 'weekday'] %}

with edges as (

    select * from {{ ref('int_tariff_box_edges') }}

),

sizes as (

    select
        tariff_hash,
        line_dimension,
        {% for axis in axes -%}
        cast(count_if(axis = '{{ axis }}') as decimal(38, 0)) as {{ axis }}_edges,
        {% endfor -%}
        count(*) as edge_count
    from edges
    group by tariff_hash, line_dimension

),

dimensions as (

    select
        tariff_hash,
        line_dimension,
        weekday_edges > 1 as has_weekdays
    from sizes
    where
        {{ axes | join('_edges * ') }}_edges
        <= {{ rule_parameter('tariff_without_fallback', 'most_cells') }}

),

cells as (

    select
        dimensions.tariff_hash,
        dimensions.line_dimension,
        dimensions.has_weekdays,
        cast(days.edge as integer) as day,
        kwhs.edge as kwh,
        duration_ss.edge as duration_s,
        current_as.edge as current_a,
        power_kws.edge as power_kw,
        cast(time_ss.edge as integer) as time_s,
        cast(weekdays.edge as integer) as weekday
    from dimensions
    {% for axis in axes -%}
    inner join edges as {{ axis }}s
        on
            dimensions.tariff_hash = {{ axis }}s.tariff_hash
            and dimensions.line_dimension = {{ axis }}s.line_dimension
            and {{ axis }}s.axis = '{{ axis }}'
    {% endfor %}
)

select * from cells
