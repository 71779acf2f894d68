-- What a component charges, with how its tariff treats tax; everything a line needs to know of its tariff.
with components as (

    select * from {{ ref('int_tariff_components') }}
    where not is_unusable

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

stepped as (

    select
        tariff_no,
        max(case when dimension_no = 4 then step_size end) as energy_step_size,
        max(case when dimension_no in (3, 5, 6) then step_size end) as time_step_size
    from components
    group by tariff_no

),

final as (

    select
        components.component_no,
        components.tariff_no,
        components.tariff_hash,
        components.element_index,
        components.dimension_no,
        components.line_dimension,
        components.price,
        components.vat_percent,
        components.step_size,
        -- A step of a second adds nothing to whole seconds.
        case when components.dimension_no = 4 then stepped.energy_step_size else stepped.time_step_size end > 1 as is_stepped,
        bodies.tariff_id,
        bodies.tax_treatment,
        {{ is_ocpi_21('bodies.ocpi_version') }} as is_ocpi_21,
        case when bodies.ocpi_version like '2.3%' then 'vat_absent_230' else 'vat_absent_221' end as vat_absent_policy,
        case components.line_dimension
            when 'ENERGY' then 'kWh'
            when 'FLAT' then 'session'
            when 'RESERVATION_FLAT' then 'session'
            else 'h'
        end as unit
    from components
    inner join bodies
        on components.tariff_no = bodies.tariff_no
    inner join stepped
        on components.tariff_no = stepped.tariff_no

)

select * from final
