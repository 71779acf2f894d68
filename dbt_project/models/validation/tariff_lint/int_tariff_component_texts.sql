-- The step_size as it was sent: an absent one and one that is no whole number are read as something else.
with elements as (

    select
        tariff_hash,
        element_index,
        components_json
    from {{ ref('int_tariff_elements') }}

),

components as (

    select
        tariff_hash,
        element_index,
        generate_subscripts(from_json(components_json, '["JSON"]'), 1) - 1 as component_index,
        unnest(from_json(components_json, '["JSON"]')) as component
    from elements

),

final as (

    select
        tariff_hash,
        element_index,
        cast(component_index as integer) as component_index,
        {{ read_text("component ->> 'step_size'") }} as step_size_text
    from components

)

select * from final
