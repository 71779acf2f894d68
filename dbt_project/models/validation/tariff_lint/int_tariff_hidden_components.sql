-- Components that are never reached, each with the first one that stands in its way. Elements are tried in order, per
-- dimension; for a reservation that expired its own element goes first (component_ordinal).
with components as (

    select
        components.tariff_hash,
        components.element_index,
        components.component_index,
        components.component_type,
        components.component_ordinal,
        components.line_dimension,
        components.price,
        boxes.* exclude (boxes.tariff_hash, boxes.element_index)
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_boxes') }} as boxes
        on
            components.tariff_hash = boxes.tariff_hash
            and components.element_index = boxes.element_index
    where not components.is_unusable and not boxes.is_empty

),

pairs as (

    select
        later.tariff_hash,
        later.element_index,
        later.component_index,
        later.component_type,
        later.price,
        earlier.element_index as hiding_element_index,
        earlier.price as hiding_price,
        earlier.is_everything as is_hidden_by_everything
    from components as later
    inner join components as earlier
        on
            later.tariff_hash = earlier.tariff_hash
            and later.line_dimension = earlier.line_dimension
            and later.component_ordinal > earlier.component_ordinal
    where
        later.element_index <> earlier.element_index
        -- The element of an expired reservation holds for no other.
        and (earlier.reservation is distinct from 'RESERVATION_EXPIRES' or later.reservation = 'RESERVATION_EXPIRES')
        and {{ box_covers('earlier', 'later') }}
    qualify
        row_number() over (
            partition by later.tariff_hash, later.component_ordinal order by earlier.component_ordinal
        ) = 1

)

select * from pairs
