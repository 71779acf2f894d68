-- A minimum or maximum price moves the total and not its parts (mod_cdrs, total_cost), so nothing follows from them.
with tariff_sets as (

    select * from {{ ref('int_cdr_tariff_sets') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

final as (

    select distinct
        tariff_sets.ocpi_version,
        tariff_sets.tariff_set_hash
    from tariff_sets
    inner join bodies on tariff_sets.tariff_hash = bodies.tariff_hash
    where
        coalesce(bodies.min_price_excl_vat, bodies.min_price_incl_vat) is not null
        or coalesce(bodies.max_price_excl_vat, bodies.max_price_incl_vat) is not null

)

select * from final
