-- Components that price nothing, or not what they seem to.
with components as (

    select
        *,
        row_number() over (
            partition by tariff_hash, element_index, component_type order by component_index
        ) as number_of_type
    from {{ ref('int_tariff_components') }}

),

final as (

    select
        {{ component_lint('tariff_component_unknown', 'component_type') }}
    from components
    where coalesce(component_type, '') not in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')

    union all

    -- Reserved time is priced by TIME and FLAT alone.
    select
        {{ component_lint('tariff_component_never_reserved', 'reservation') }}
    from components
    where reservation is not null and component_type in ('ENERGY', 'PARKING_TIME')

    union all

    -- The first one counts.
    select
        {{ component_lint('tariff_component_repeated', number_text('price')) }}
    from components
    where number_of_type > 1 and component_type in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')

    union all

    select
        {{ component_lint(
            'tariff_price_unreadable',
            names_where([['price', 'price is null'], ['vat', 'has_unreadable_vat'], ['step_size', 'step_size is null']])
        ) }}
    from components
    where price is null or has_unreadable_vat or step_size is null

    union all

    select
        {{ component_lint('tariff_price_as_text', number_text('price')) }}
    from components
    where has_text_number

)

select * from final
