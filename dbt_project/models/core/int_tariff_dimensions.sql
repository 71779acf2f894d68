-- What a tariff prices at all, and what its prices depend on.
with components as (

    select * from {{ ref('int_tariff_components') }}
    where not is_unusable and line_dimension not in ('FLAT', 'RESERVATION_FLAT')

),

final as (

    select
        tariff_hash,
        line_dimension,
        bool_or(is_restricted) as is_restricted,
        bool_or(needs_current) as needs_current,
        bool_or(needs_power) as needs_power
    from components
    group by tariff_hash, line_dimension

)

select * from final
