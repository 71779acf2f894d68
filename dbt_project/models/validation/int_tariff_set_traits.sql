-- What the subtotals of a CDR can be held to depends on its tariffs. A minimum or maximum price moves the total and not
-- its parts (mod_cdrs, total_cost); where time is priced, cost is no matter of energy alone.
with tariff_sets as (

    select * from {{ ref('int_cdr_tariff_sets') }}

),

bodies as (

    select
        tariff_hash,
        coalesce(min_price_excl_vat, min_price_incl_vat, max_price_excl_vat, max_price_incl_vat) is not null as has_limit
    from {{ ref('int_tariff_bodies') }}

),

timed as (

    select distinct tariff_hash from {{ ref('int_tariff_components') }}
    where component_type in ('TIME', 'PARKING_TIME') and price <> 0

),

final as (

    select
        tariff_sets.ocpi_version,
        tariff_sets.tariff_set_hash,
        bool_or(bodies.has_limit) as has_limit,
        bool_or(timed.tariff_hash is not null) as has_time_price
    from tariff_sets
    inner join bodies on tariff_sets.tariff_hash = bodies.tariff_hash
    left join timed on tariff_sets.tariff_hash = timed.tariff_hash
    group by tariff_sets.ocpi_version, tariff_sets.tariff_set_hash

)

select * from final
