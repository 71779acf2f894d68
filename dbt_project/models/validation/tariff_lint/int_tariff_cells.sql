-- Every combination of edges at which coverage is to be tested; a weekday is one bit. A tariff with more of them than we
-- care to look at has none.
{%- set axes = box_ranges() + ['time_s', 'weekday'] %}

with edges as (

    select * from {{ ref('int_tariff_box_edges') }}

),

sizes as (

    select
        tariff_hash,
        line_dimension
        {%- for axis in axes %},
        count_if(axis = '{{ axis }}') as {{ axis }}_count
        {%- endfor %}
    from edges
    group by tariff_hash, line_dimension

),

dimensions as (

    select
        tariff_hash,
        line_dimension,
        weekday_count > 1 as has_weekdays
    from sizes
    where
        {% for axis in axes -%}
        cast({{ axis }}_count as decimal(38, 0)){{ ' * ' if not loop.last }}
        {%- endfor %} <= {{ rule_parameter('tariff_without_fallback', 'most_cells') }}

),

cells as (

    select
        dimensions.tariff_hash,
        dimensions.line_dimension,
        dimensions.has_weekdays
        {%- for axis in axes %},
        cast({{ axis }}s.edge as {{ 'integer' if axis in ('day', 'time_s', 'weekday') else 'decimal(18, 6)' }}) as {{ axis }}
        {%- endfor %}
    from dimensions
    {%- for axis in axes %}
    inner join edges as {{ axis }}s
        on
            dimensions.tariff_hash = {{ axis }}s.tariff_hash
            and dimensions.line_dimension = {{ axis }}s.line_dimension
            and {{ axis }}s.axis = '{{ axis }}'
    {%- endfor %}

)

select * from cells
