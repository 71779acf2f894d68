-- Components of dimensions that no unrestricted component prices, with their boxes: whether these leave a gap is to be
-- seen. What is over altogether is another finding.
with components as (

    select
        components.tariff_hash,
        components.line_dimension,
        components.component_ordinal,
        boxes.* exclude (boxes.tariff_hash, boxes.element_index, boxes.reservation)
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_boxes') }} as boxes
        on
            components.tariff_hash = boxes.tariff_hash
            and components.element_index = boxes.element_index
    where
        components.line_dimension in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')
        and not components.is_unusable
        and not boxes.is_empty

),

restricted as (

    select
        tariff_hash,
        line_dimension,
        min(kwh_from) as first_kwh,
        min(duration_s_from) as first_duration_s
    from components
    group by tariff_hash, line_dimension
    having not bool_or(is_everything) and max(day_to) > {{ today_number() }}

),

final as (

    select
        components.*,
        restricted.first_kwh,
        restricted.first_duration_s
    from components
    inner join restricted
        on
            components.tariff_hash = restricted.tariff_hash
            and components.line_dimension = restricted.line_dimension

)

select * from final
