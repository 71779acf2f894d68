-- Dimensions that are priced here and there only, with the first moment that no element covers.
with components as (

    select * from {{ ref('int_tariff_restricted_components') }}

),

cells as (

    select * from {{ ref('int_tariff_cells') }}

),

-- Too many combinations to look at: nobody can tell, then, what is priced when. A tariff whose validity is over has no
-- days left, and nothing of it is open.
unexamined as (

    select distinct
        edges.tariff_hash,
        edges.line_dimension
    from {{ ref('int_tariff_box_edges') }} as edges
    left join cells
        on
            edges.tariff_hash = cells.tariff_hash
            and edges.line_dimension = cells.line_dimension
    where edges.axis = 'day' and cells.tariff_hash is null

),

uncovered as (

    select cells.*
    from cells
    left join components
        on
            cells.tariff_hash = components.tariff_hash
            and cells.line_dimension = components.line_dimension
            and {{ box_holds('components', 'cells') }}
    where components.tariff_hash is null

),

described as (

    select
        tariff_hash,
        line_dimension,
        row_number() over (
            partition by tariff_hash, line_dimension order by day, duration_s, kwh, current_a, power_kw, weekday, time_s
        ) as gap_number,
        concat_ws(
            ' ',
            date '1970-01-01' + day,
            {% set names = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] -%}
            case when has_weekdays then case weekday
                {%- for name in names %} when {{ 2 ** loop.index0 }} then '{{ name }}'{% endfor %} end end,
            concat(lpad(cast(time_s // 3600 as varchar), 2, '0'), ':', lpad(cast(time_s % 3600 // 60 as varchar), 2, '0')),
            case when duration_s > 0 then concat('after ', {{ number_text('duration_s') }}, ' s') end,
            case when kwh > 0 then concat('after ', {{ number_text('kwh') }}, ' kWh') end,
            case when current_a <> 0 then concat('at ', {{ number_text('current_a') }}, ' A') end,
            case when power_kw <> 0 then concat('at ', {{ number_text('power_kw') }}, ' kW') end
        ) as first_gap
    from uncovered

),

final as (

    select
        {{ lint_columns('tariff_without_fallback', 'line_dimension', 'first_gap', concerns='line_dimension') }}
    from described
    where gap_number = 1

    union all

    select
        {{ lint_columns('tariff_without_fallback', 'line_dimension', concerns='line_dimension') }}
    from unexamined

)

select * from final
