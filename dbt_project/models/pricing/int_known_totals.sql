{{ config(materialized='view') }}

-- The total under the versions that we held; they are priced by themselves only where they price otherwise.
with known_tariffs as (

    select * from {{ ref('int_cdr_known_tariffs') }}

),

totals as (

    select * from {{ ref('int_limited_totals') }}

),

bodies as (

    select
        bodies.tariff_no,
        bodies.tariff_hash,
        price_hashes.price_hash
    from {{ ref('int_tariff_bodies') }} as bodies
    inner join {{ ref('int_tariff_price_hashes') }} as price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash

),

final as (

    select
        known_tariffs.cdr_no,
        bodies.tariff_hash as known_tariff_hash,
        bodies.price_hash as known_price_hash,
        totals.total_excl_vat as known_total_excl_vat,
        totals.total_incl_vat as known_total_incl_vat
    from known_tariffs
    inner join bodies
        on known_tariffs.known_tariff_no = bodies.tariff_no
    left join totals
        on
            {{ pricing_no('known_tariffs.cdr_no', 'applied') }}
            + case when known_tariffs.prices_otherwise then 1 else 0 end = totals.pricing_no

)

select * from final
