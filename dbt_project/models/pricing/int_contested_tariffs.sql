-- Only these need to know what a session had reached when a period began.
with dimensions as (

    select * from {{ ref('int_tariff_dimensions') }}
    where not is_fixed

),

components as (

    select * from {{ ref('int_tariff_components') }}

),

final as (

    select
        dimensions.tariff_no,
        bool_or(coalesce(components.min_kwh, components.max_kwh) is not null) as needs_energy,
        bool_or(components.needs_local_time) as needs_local_time
    from dimensions
    inner join components
        on dimensions.tariff_no = components.tariff_no
    group by dimensions.tariff_no

)

select * from final
