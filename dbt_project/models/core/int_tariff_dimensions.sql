-- What a tariff prices at all. Where its first component holds always, no other of that dimension ever wins.
with components as (

    select * from {{ ref('int_tariff_components') }}
    where not is_unusable

),

firsts as (

    select
        tariff_no,
        dimension_no,
        min(component_no) as component_no
    from components
    group by tariff_no, dimension_no

),

final as (

    select
        components.tariff_no,
        components.tariff_hash,
        components.dimension_no,
        components.line_dimension,
        components.component_no as first_component_no,
        not components.is_restricted and coalesce(components.reservation, '') <> 'RESERVATION_EXPIRES' as is_fixed
    from firsts
    inner join components
        on firsts.component_no = components.component_no

)

select * from final
