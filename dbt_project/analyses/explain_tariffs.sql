-- One row per component of the tariffs that price the CDR, in the tariff's own order.
with periods as (

    {{ explained_periods() }}

),

period_tariffs as (

    select distinct tariff_hash from periods

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

components as (

    select * from {{ ref('int_tariff_components') }}

),

final as (

    select
        bodies.tariff_hash,
        bodies.tariff_id,
        bodies.ocpi_version,
        bodies.currency,
        bodies.tax_treatment,
        bodies.valid_from_at,
        bodies.valid_to_at,
        bodies.min_price_excl_vat,
        bodies.min_price_incl_vat,
        bodies.max_price_excl_vat,
        bodies.max_price_incl_vat,
        components.* exclude (components.tariff_hash)
    from period_tariffs
    inner join bodies
        on period_tariffs.tariff_hash = bodies.tariff_hash
    left join components
        on period_tariffs.tariff_hash = components.tariff_hash

)

select * from final
order by tariff_id, tariff_hash, element_index, component_index
