-- Dimensions that are priced here and there only, with the first moment that no element covers.
{%- set weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] %}

with components as (

    select * from {{ ref('int_tariff_restricted_components') }}

),

cells as (

    select * from {{ ref('int_tariff_cells') }}

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
            case
                {%- for name in weekdays %}
                when has_weekdays and weekday = {{ 2 ** loop.index0 }} then '{{ name }}'
                {%- endfor %}
            end,
            concat(
                lpad(cast(cast(floor(time_s / 3600) as integer) as varchar), 2, '0'),
                ':',
                lpad(cast(cast(floor(time_s % 3600 / 60) as integer) as varchar), 2, '0')
            ),
            case when duration_s > 0 then concat('after ', {{ number_text('duration_s') }}, ' s') end,
            case when kwh > 0 then concat('after ', {{ number_text('kwh') }}, ' kWh') end,
            case when current_a <> 0 then concat('at ', {{ number_text('current_a') }}, ' A') end,
            case when power_kw <> 0 then concat('at ', {{ number_text('power_kw') }}, ' kW') end
        ) as first_gap
    from uncovered

),

final as (

    select
        tariff_hash,
        line_dimension,
        first_gap
    from described
    where gap_number = 1

)

select * from final
