-- Charging time and parking time priced for the same moments. They never run at once (mod_cdrs, CdrDimensionType), so
-- one price for both is a price per hour connected; a sender that counts both bills it twice.
with components as (

    select
        components.tariff_hash,
        components.element_index,
        components.component_index,
        components.component_type,
        components.price,
        boxes.* exclude (boxes.tariff_hash, boxes.element_index, boxes.reservation)
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_boxes') }} as boxes
        on
            components.tariff_hash = boxes.tariff_hash
            and components.element_index = boxes.element_index
    where
        components.line_dimension in ('TIME', 'PARKING_TIME')
        and components.price > 0
        and not components.is_unusable
        and not boxes.is_empty

),

pairs as (

    select
        parking.tariff_hash,
        parking.element_index,
        parking.component_index,
        parking.component_type,
        parking.price,
        bool_or(charging.price = parking.price) as is_alike,
        max(charging.price) as charging_price
    from components as parking
    inner join components as charging on parking.tariff_hash = charging.tariff_hash
    where
        parking.component_type = 'PARKING_TIME'
        and charging.component_type = 'TIME'
        and {{ boxes_overlap('parking', 'charging') }}
    group by
        parking.tariff_hash, parking.element_index, parking.component_index, parking.component_type, parking.price

),

final as (

    select
        {{ component_lint('tariff_parking_priced_as_time', number_text('price')) }}
    from pairs
    where is_alike

    union all

    select
        {{ component_lint('tariff_time_and_parking_priced', number_text('price'), number_text('charging_price')) }}
    from pairs
    where not is_alike

)

select * from final
